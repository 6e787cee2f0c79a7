// Draws the covered photo as gradcam/covering.py makes it: whole inside a covered cell, fading out
// over half a cell around it.

import { element } from "./elements.js"

const BLUR = 1 / 20 // standard deviation, as a share of the photo's longer side
const GREY = "rgb(128, 128, 128)"

// Draw the visible area of the photo as it was, and over it the fill where cells are covered.
export function drawCovered(canvas, row, { cells, grid, fill }) {
  const pen = canvas.getContext("2d")
  drawPhoto(pen, row)
  if (!cells.includes(1)) return
  const mask = masked(row, cells, grid, canvas)
  const cover = mask.getContext("2d")
  cover.globalCompositeOperation = "source-in"
  if (fill === "grey") {
    cover.fillStyle = GREY
    cover.fillRect(0, 0, mask.width, mask.height)
  } else {
    cover.drawImage(blurred(row, canvas), 0, 0)
  }
  pen.drawImage(mask, 0, 0)
}

export function drawBrush(canvas, row, { brush, radius, grid }) {
  const pen = canvas.getContext("2d"), { area, size } = row
  const cell = size[0] / grid[0] // photo pixels; nearly the same across and down
  const scale = canvas.width / area.width
  const x = ((brush.x / grid[0]) * size[0] - area.x) * scale
  const y = ((brush.y / grid[1]) * size[1] - area.y) * scale
  for (const [style, width] of [["rgba(0, 0, 0, 0.6)", 4], ["#fff", 2]]) {
    pen.strokeStyle = style
    pen.lineWidth = width
    pen.beginPath()
    pen.arc(x, y, Math.max(radius * cell * scale, 3), 0, 2 * Math.PI)
    pen.stroke()
  }
}

function drawPhoto(pen, { original, area, size }) {
  const sx = original.width / size[0], sy = original.height / size[1]
  pen.drawImage(
    original, area.x * sx, area.y * sy, area.width * sx, area.height * sy,
    0, 0, pen.canvas.width, pen.canvas.height,
  )
}

// The covered cells as opacity.
function masked({ area, size }, cells, grid, { width, height }) {
  const [columns, rows] = grid
  const small = element("canvas", "", null, { width: columns, height: rows })
  const bits = new ImageData(columns, rows)
  cells.forEach((cell, i) => { bits.data[i * 4 + 3] = cell * 255 })
  small.getContext("2d").putImageData(bits, 0, 0)
  const mask = element("canvas", "", null, { width, height })
  const pen = mask.getContext("2d")
  const box = [
    (-area.x / area.width) * width, (-area.y / area.height) * height,
    (size[0] / area.width) * width, (size[1] / area.height) * height,
  ]
  pen.globalCompositeOperation = "lighter" // half at the edge of a cell, so twice is whole there
  pen.drawImage(small, ...box)
  pen.drawImage(small, ...box)
  pen.globalCompositeOperation = "source-over"
  pen.imageSmoothingEnabled = false
  pen.drawImage(small, ...box)
  return mask
}

// The visible area, strongly blurred; kept until the area or the size changes.
function blurred(row, { width, height }) {
  const { area, size } = row
  const key = `${width}×${height}@${area.x},${area.y},${area.width}`
  if (row.blurredKey === key) return row.blurred
  const deviation = Math.max(...size) * BLUR * (width / area.width)
  const plain = element("canvas", "", null, { width, height })
  drawPhoto(plain.getContext("2d"), row)
  const soft = element("canvas", "", null, { width, height })
  const pen = soft.getContext("2d")
  if ("filter" in pen) pen.filter = `blur(${deviation}px)`
  const source = "filter" in pen ? plain : shrunk(plain, deviation)
  // The blur fades at the picture's edges; drawn again, it does not.
  for (let i = 0; i < 4; i++) pen.drawImage(source, 0, 0, width, height)
  row.blurred = soft
  row.blurredKey = key
  return soft
}

// Where the browser has no filters: so few pixels that drawing them large blurs.
function shrunk(canvas, deviation) {
  const width = Math.max(2, Math.round(canvas.width / (2 * deviation)))
  const height = Math.max(2, Math.round(canvas.height / (2 * deviation)))
  const small = element("canvas", "", null, { width, height })
  const pen = small.getContext("2d")
  pen.imageSmoothingQuality = "high"
  pen.drawImage(canvas, 0, 0, width, height)
  return small
}
