// A line drawn by hand around points. A path is [x0, y0, x1, y1, …] in pixels and closes by itself.

const STEP = 4 // pixels between two corners; a hand draws no finer
const STILL = 5 // pixels a hand moves during a click

// Add where the pointer is now, unless it has hardly moved. Returns whether it was added.
export function extend(path, x, y) {
  const last = path.length - 2
  if (last >= 0 && Math.hypot(x - path[last], y - path[last + 1]) < STEP) return false
  path.push(x, y)
  return true
}

// Whether the pointer stayed where it went down.
export function isClick(path) {
  const { x0, y0, x1, y1 } = boxOf(path)
  return Math.max(x1 - x0, y1 - y0) < STILL
}

export function boxOf(path) {
  const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity }
  for (let k = 0; k < path.length; k += 2) {
    box.x0 = Math.min(box.x0, path[k])
    box.x1 = Math.max(box.x1, path[k])
    box.y0 = Math.min(box.y0, path[k + 1])
    box.y1 = Math.max(box.y1, path[k + 1])
  }
  return box
}

// Whether a point lies inside: a ray from it crosses the path an odd number of times.
export function inside(path, x, y) {
  let odd = false
  for (let k = 0, j = path.length - 2; k < path.length; j = k, k += 2) {
    const y0 = path[j + 1], y1 = path[k + 1]
    if ((y0 > y) === (y1 > y)) continue
    if (x < path[j] + ((y - y0) / (y1 - y0)) * (path[k] - path[j])) odd = !odd
  }
  return odd
}

// The points inside, in order. `near` is the `Nearby` of the points.
export function enclosed(path, near) {
  if (path.length < 6) return []
  const { x0, y0, x1, y1 } = boxOf(path), found = []
  near.around(x0, y0, x1, y1, (i) => { if (inside(path, near.xs[i], near.ys[i])) found.push(i) })
  return found.sort((a, b) => a - b)
}
