// Where points lie in a picture: as large as fits, both directions at the same scale.

// The box [x0, y0, x1, y1] around some points, or around all of them.
export function boxAround(xy, some = null) {
  const box = [Infinity, Infinity, -Infinity, -Infinity]
  const widen = (i) => {
    const x = xy[2 * i], y = xy[2 * i + 1]
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  }
  if (some) some.forEach(widen)
  else for (let i = 0; i < xy.length / 2; i++) widen(i)
  return box
}

// The points' pixels in a `width` by `height` picture such that `box` fills it but for `margin`.
// One point, or several at one place, lie in the middle.
export function fitted(xy, box, width, height, margin) {
  const [x0, y0, x1, y1] = box
  const room = [Math.max(1, width - 2 * margin), Math.max(1, height - 2 * margin)]
  const scale = Math.min(room[0] / (x1 - x0 || 1), room[1] / (y1 - y0 || 1))
  const middle = [(x0 + x1) / 2, (y0 + y1) / 2]
  const count = xy.length / 2, xs = new Float32Array(count), ys = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    xs[i] = width / 2 + (xy[2 * i] - middle[0]) * scale
    ys[i] = height / 2 + (xy[2 * i + 1] - middle[1]) * scale
  }
  return { xs, ys }
}

// Radius in pixels at which so many points can be told apart.
export function radiusFor(count) {
  return Math.min(6, Math.max(2, 22 / Math.max(1, count) ** 0.26))
}

// Places for pictures of `side` pixels that do not overlap: squares of a grid. A point gets its own
// square if it is the nearest to the middle; the others get the nearest that is free, if so few
// points are there that none is moved far.
export function spread(xs, ys, side, width, height) {
  const columns = Math.floor(width / side), rows = Math.floor(height / side)
  const left = (width - columns * side) / 2, top = (height - rows * side) / 2
  const squares = Array.from({ length: columns * rows }, (_, k) => ({
    x: left + ((k % columns) + 0.5) * side, y: top + (Math.floor(k / columns) + 0.5) * side,
  }))
  const far = (i, { x, y }) => Math.hypot(xs[i] - x, ys[i] - y)
  const best = new Map(), without = []
  for (let i = 0; i < xs.length; i++) {
    const column = Math.floor((xs[i] - left) / side), row = Math.floor((ys[i] - top) / side)
    const k = row * columns + column, inside = column >= 0 && row >= 0 && column < columns && row < rows
    const other = best.get(k)
    if (!inside) { without.push(i); continue }
    if (other === undefined) best.set(k, i)
    else if (far(i, squares[k]) < far(other, squares[k])) { best.set(k, i); without.push(other) }
    else without.push(i)
  }
  if (5 * xs.length <= 4 * squares.length) {
    for (const i of without) {
      const free = squares.map((_, k) => k).filter((k) => !best.has(k))
      best.set(free.reduce((a, b) => (far(i, squares[b]) < far(i, squares[a]) ? b : a)), i)
    }
  }
  return [...best].map(([k, point]) => ({ point, ...squares[k] }))
}

// The nearest point in one direction, for the arrow keys: little aside for how far it goes. -1 if
// there is none.
export function toward(xs, ys, from, dx, dy) {
  let best = -1, least = Infinity
  for (let i = 0; i < xs.length; i++) {
    const along = (xs[i] - xs[from]) * dx + (ys[i] - ys[from]) * dy
    if (along <= 0.5) continue
    const aside = Math.abs((xs[i] - xs[from]) * dy) + Math.abs((ys[i] - ys[from]) * dx)
    const cost = along + 2 * aside
    if (cost < least) [best, least] = [i, cost]
  }
  return best
}
