// Draws the field of one position over the photo: a square for what it can see, an ellipse for what
// it mostly sees, and the cell itself.

const HALO = "rgba(0, 0, 0, 0.6)"
const LINE = "#fff"
const DIM = "rgba(8, 10, 14, 0.42)"
const GRID = "rgba(255, 255, 255, 0.22)"
const SMALLEST = 9 // canvas pixels of a cell, below which a grid would hide the picture

// `plain` leaves out the grid and the shade, for a small picture.
export function drawField(canvas, row, { cell, field, ellipse, grid, window, plain }) {
  const pen = canvas.getContext("2d")
  const unit = Math.max(1, canvas.width / 500)
  const place = placed(canvas, row.size)
  if (grid && !plain) drawGrid(pen, place(window), grid)
  if (field) {
    const box = within(place(field), canvas)
    if (!plain) shade(pen, box)
    outline(pen, (path) => path.rect(...box), unit * 1.5)
    const [x, y, width, height] = place(ellipse)
    if (!plain && Math.min(width, height) > 6 * unit) {
      const oval = (path) => path.ellipse(x + width / 2, y + height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI)
      pen.save()
      pen.beginPath()
      pen.rect(...box)
      pen.clip()
      outline(pen, oval, unit * 1.25, [5 * unit, 4 * unit])
      pen.restore()
    }
  }
  if (!plain) outline(pen, (path) => path.rect(...place(cell)), unit)
}

// The part of the photo in a box, enlarged; what lies outside the photo stays empty.
export function drawInset(canvas, row, box, ellipse, across) {
  const [left, top, right, bottom] = box
  const density = Math.min(window.devicePixelRatio || 1, 2)
  const scale = (across * density) / Math.max(right - left, bottom - top)
  canvas.width = Math.max(1, Math.round((right - left) * scale))
  canvas.height = Math.max(1, Math.round((bottom - top) * scale))
  const pen = canvas.getContext("2d")
  const sx = row.bitmap.width / row.size[0], sy = row.bitmap.height / row.size[1]
  pen.imageSmoothingEnabled = scale < 4
  pen.setTransform(scale, 0, 0, scale, -left * scale, -top * scale)
  const inside = [
    Math.max(left, 0), Math.max(top, 0), Math.min(right, row.size[0]), Math.min(bottom, row.size[1]),
  ]
  const wide = inside[2] - inside[0], high = inside[3] - inside[1]
  if (wide > 0 && high > 0) {
    pen.drawImage(row.bitmap, inside[0] * sx, inside[1] * sy, wide * sx, high * sy, inside[0], inside[1], wide, high)
  }
  pen.setTransform(1, 0, 0, 1, 0, 0)
  const [x, y] = [(ellipse[0] - left) * scale, (ellipse[1] - top) * scale]
  const [rx, ry] = [((ellipse[2] - ellipse[0]) * scale) / 2, ((ellipse[3] - ellipse[1]) * scale) / 2]
  outline(pen, (path) => path.ellipse(x + rx, y + ry, rx, ry, 0, 0, 2 * Math.PI), density, [5 * density, 4 * density])
}

// From [left, top, right, bottom] on the photo to x, y, width, height on the canvas.
function placed(canvas, [width, height]) {
  const across = canvas.width / width, down = canvas.height / height
  return ([left, top, right, bottom]) =>
    [left * across, top * down, (right - left) * across, (bottom - top) * down]
}

// Just inside the canvas, so that its outline is seen where the field goes beyond the photo.
function within([x, y, width, height], canvas) {
  const left = Math.max(x, 1), top = Math.max(y, 1)
  const right = Math.min(x + width, canvas.width - 1), bottom = Math.min(y + height, canvas.height - 1)
  return [left, top, Math.max(right - left, 1), Math.max(bottom - top, 1)]
}

// Lines between the cells of a grid, unless they would be too close to see the picture.
export function drawGrid(pen, [x, y, width, height], [rows, columns]) {
  if (Math.min(width / columns, height / rows) < SMALLEST) return
  pen.strokeStyle = GRID
  pen.lineWidth = 1
  pen.beginPath()
  for (let n = 1; n < columns; n++) line(pen, x + (n / columns) * width, y, 0, height)
  for (let n = 1; n < rows; n++) line(pen, x, y + (n / rows) * height, width, 0)
  pen.stroke()
}

function line(pen, x, y, across, down) {
  pen.moveTo(x, y)
  pen.lineTo(x + across, y + down)
}

function shade(pen, box) {
  pen.fillStyle = DIM
  pen.beginPath()
  pen.rect(0, 0, pen.canvas.width, pen.canvas.height)
  pen.rect(...box)
  pen.fill("evenodd")
}

function outline(pen, trace, thickness, dashes = []) {
  pen.setLineDash(dashes)
  for (const [style, width] of [[HALO, thickness * 2.4], [LINE, thickness]]) {
    pen.strokeStyle = style
    pen.lineWidth = width
    pen.beginPath()
    trace(pen)
    pen.stroke()
  }
  pen.setLineDash([])
}
