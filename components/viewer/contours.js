// Lines of equal heat, by marching squares: segments [x0, y0, x1, y1, …] where the values cross `level`.

export function isolines(values, width, height, level, step) {
  const segments = []
  const at = (x, y) => values[Math.min(y, height - 1) * width + Math.min(x, width - 1)] - level
  for (let y = 0; y < height - 1; y += step) {
    for (let x = 0; x < width - 1; x += step) {
      const corners = [at(x, y), at(x + step, y), at(x + step, y + step), at(x, y + step)]
      const places = [[x, y], [x + step, y], [x + step, y + step], [x, y + step]]
      const cuts = []
      for (let e = 0; e < 4; e++) {
        const a = corners[e], b = corners[(e + 1) % 4]
        if ((a > 0) === (b > 0)) continue
        const t = a / (a - b), [ax, ay] = places[e], [bx, by] = places[(e + 1) % 4]
        cuts.push(ax + (bx - ax) * t, ay + (by - ay) * t)
      }
      for (let s = 0; s + 3 < cuts.length; s += 4) segments.push(...cuts.slice(s, s + 4))
    }
  }
  return segments
}
