// The visible part of a photo, {x, y, width, height} in photo pixels. `size` is the photo's
// [width, height].

const MAX_ZOOM = 12

export function wholePhoto([width, height]) {
  return { x: 0, y: 0, width, height }
}

export function isZoomed(area, size) {
  return area.width < size[0] - 0.01
}

// Zoom `area` by `factor` around a point of the photo, staying inside its edges.
export function zoomAround(area, size, factor, x, y) {
  const [w, h] = size
  const width = Math.min(w, Math.max(w / MAX_ZOOM, area.width / factor))
  const share = width / area.width
  const moved = { x: x - (x - area.x) * share, y: y - (y - area.y) * share }
  return within({ ...moved, width, height: (width * h) / w }, size)
}

// Move `area` back inside the photo.
export function within(area, [w, h]) {
  return {
    ...area,
    x: Math.min(Math.max(area.x, 0), w - area.width),
    y: Math.min(Math.max(area.y, 0), h - area.height),
  }
}

export function contains(area, { x, y }) {
  return x >= area.x && x <= area.x + area.width && y >= area.y && y <= area.y + area.height
}

// Where a window of the photo lies in a `width` by `height` picture of `area`.
export function windowBox([left, top, right, bottom], area, width, height) {
  return {
    x: ((left - area.x) / area.width) * width,
    y: ((top - area.y) / area.height) * height,
    width: ((right - left) / area.width) * width,
    height: ((bottom - top) / area.height) * height,
  }
}

export function covers(box, width, height) {
  return box.x <= 0.5 && box.y <= 0.5
    && box.x + box.width >= width - 0.5 && box.y + box.height >= height - 0.5
}
