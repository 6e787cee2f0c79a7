// What one position of a layer can see, from the tables that gradcam/fields.py measured: four rows,
// the first pixel, the one after the last, the middle and the half axis of the ellipse. All boxes
// are [left, top, right, bottom].

// The position of a grid that lies at a point of the photo, inside the window or next to it.
export function positionAt([h, w], [left, top, right, bottom], x, y) {
  const at = (share, cells) => Math.min(Math.max(Math.floor(share * cells), 0), cells - 1)
  return [at((y - top) / (bottom - top), h), at((x - left) / (right - left), w)]
}

// The middle of a position, as a point of the photo.
export function pointOf([h, w], [left, top, right, bottom], [row, column]) {
  return [
    left + ((column + 0.5) / w) * (right - left),
    top + ((row + 0.5) / h) * (bottom - top),
  ]
}

// The part of the photo that belongs to one cell of a grid.
export function cellBox([h, w], [left, top, right, bottom], [row, column]) {
  const across = (right - left) / w, down = (bottom - top) / h
  return [
    left + column * across, top + row * down,
    left + (column + 1) * across, top + (row + 1) * down,
  ]
}

// The pixels of the model's input that reach a position.
export function fieldBox({ rows, columns }, [row, column]) {
  return [part(columns, 0, column), part(rows, 0, row), part(columns, 1, column), part(rows, 1, row)]
}

// The box around the ellipse, in pixels of the model's input.
export function ellipseBox({ rows, columns }, [row, column]) {
  const x = part(columns, 2, column), y = part(rows, 2, row)
  const across = part(columns, 3, column), down = part(rows, 3, row)
  return [x - across, y - down, x + across, y + down]
}

function part({ shape, values }, line, place) {
  return values[line * shape[1] + place]
}

// A box in pixels of the model's input (height, width), on the photo.
export function onPhoto(box, [height, width], [left, top, right, bottom]) {
  const across = (right - left) / width, down = (bottom - top) / height
  return [
    left + box[0] * across, top + box[1] * down, left + box[2] * across, top + box[3] * down,
  ]
}

// The share of the photo that a box covers.
export function shareOf([left, top, right, bottom], [width, height]) {
  const across = Math.max(0, Math.min(right, width) - Math.max(left, 0))
  const down = Math.max(0, Math.min(bottom, height) - Math.max(top, 0))
  return (across * down) / (width * height)
}

export function between(one, other, share) {
  return one.map((value, n) => value + (other[n] - value) * share)
}
