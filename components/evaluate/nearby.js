// Which point lies nearest to a place, among thousands: the points are sorted into square cells, and
// only the cells around the place are looked at.

export class Nearby {
  // `xs` and `ys` are coordinates in pixels; `cell` is the side of a cell, in pixels too.
  constructor(xs, ys, cell = 24) {
    this.xs = xs
    this.ys = ys
    this.cell = cell
    const at = (value) => Math.floor(value / cell)
    this.left = at(least(xs))
    this.top = at(least(ys))
    this.columns = at(most(xs)) - this.left + 1
    this.rows = at(most(ys)) - this.top + 1
    this.sort()
  }

  // Count, then place: `points` holds the points cell by cell, `starts` where each cell's begin.
  sort() {
    const { xs, columns, rows } = this
    this.starts = new Uint32Array(xs.length ? columns * rows + 1 : 1)
    this.points = new Uint32Array(xs.length)
    for (let i = 0; i < xs.length; i++) this.starts[this.cellOf(i) + 1]++
    for (let c = 1; c < this.starts.length; c++) this.starts[c] += this.starts[c - 1]
    const next = this.starts.slice()
    for (let i = 0; i < xs.length; i++) this.points[next[this.cellOf(i)]++] = i
  }

  cellOf(i) {
    const column = Math.floor(this.xs[i] / this.cell) - this.left
    const row = Math.floor(this.ys[i] / this.cell) - this.top
    return row * this.columns + column
  }

  // The nearest point at most `within` pixels away, or -1. Of equally near ones, the last drawn.
  nearest(x, y, within) {
    let best = -1, least = within * within
    this.around(x - within, y - within, x + within, y + within, (i) => {
      const distance = (this.xs[i] - x) ** 2 + (this.ys[i] - y) ** 2
      if (distance < least || (distance === least && i > best)) [best, least] = [i, distance]
    })
    return best
  }

  // Call `visit` with every point of the cells that a box touches.
  around(x0, y0, x1, y1, visit) {
    if (!this.points.length) return
    const { cell, left, top, columns, rows } = this
    const c0 = Math.max(0, Math.floor(x0 / cell) - left), r0 = Math.max(0, Math.floor(y0 / cell) - top)
    const c1 = Math.min(columns - 1, Math.floor(x1 / cell) - left)
    const r1 = Math.min(rows - 1, Math.floor(y1 / cell) - top)
    for (let r = r0; r <= r1; r++) {
      for (let c = c0; c <= c1; c++) {
        const place = r * columns + c
        for (let k = this.starts[place]; k < this.starts[place + 1]; k++) visit(this.points[k])
      }
    }
  }
}

function least(values) {
  return values.reduce((low, value) => Math.min(low, value), values[0] ?? 0)
}

function most(values) {
  return values.reduce((high, value) => Math.max(high, value), values[0] ?? 0)
}
