// A map's heat over part of its photo, with the formulae of gradcam/saliency.py and the same
// roundings to float32: otherwise a value between two levels of the colormap could take one here and
// the other there.

import { KEEP } from "./sign.js"

// Weights for linear interpolation along one axis. Output pixel i shows the photo at
// start + (i + 1/2) * step; low[i] is -1 outside the window.
function axisWeights(count, start, step, windowStart, windowEnd, cells) {
  const low = new Int32Array(count), share = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const u = (start + (i + 0.5) * step - windowStart) / (windowEnd - windowStart)
    if (u < 0 || u >= 1) { low[i] = -1; continue }
    const position = Math.min(Math.max(u * cells - 0.5, 0), cells - 1)
    low[i] = Math.min(Math.floor(position), Math.max(cells - 2, 0))
    share[i] = position - low[i]
  }
  return { low, share }
}

// The raw values that `sign` keeps, divided by `scale` and limited to 1.
export function heatOf(values, scale, sign) {
  const keep = KEEP[sign]
  const heat = new Float32Array(values.length)
  if (!(scale > 0)) return heat
  for (let i = 0; i < values.length; i++) heat[i] = Math.max(Math.min(keep(values[i]) / scale, 1), -1)
  return heat
}

// The map's heat over `area`, the visible part of the photo, and 0 outside the map's window.
// `scale` is the raw value drawn as 1.
export function upsample(map, area, width, height, sign, scale) {
  const heat = heatOf(map.values, scale, sign)
  const [h, w] = map.shape, [left, top, right, bottom] = map.window
  const across = axisWeights(width, area.x, area.width / width, left, right, w)
  const down = axisWeights(height, area.y, area.height / height, top, bottom, h)
  const wide = new Float32Array(h * width)
  for (let r = 0; r < h; r++) {
    for (let i = 0; i < width; i++) {
      const c = across.low[i]
      if (c < 0) continue
      const a = heat[r * w + c], b = heat[r * w + Math.min(c + 1, w - 1)]
      wide[r * width + i] = a + Math.fround(Math.fround(b - a) * across.share[i])
    }
  }
  const out = new Float32Array(width * height)
  for (let j = 0; j < height; j++) {
    const r = down.low[j]
    if (r < 0) continue
    const upper = r * width, lower = Math.min(r + 1, h - 1) * width, f = down.share[j]
    for (let i = 0; i < width; i++) {
      const a = wide[upper + i]
      out[j * width + i] = a + Math.fround(Math.fround(wide[lower + i] - a) * f)
    }
  }
  return out
}

// The signed raw value at one point of the photo, or null outside the window.
export function valueAt(map, x, y) {
  const [h, w] = map.shape, [left, top, right, bottom] = map.window
  const across = axisWeights(1, x - 0.5, 1, left, right, w)
  const down = axisWeights(1, y - 0.5, 1, top, bottom, h)
  const c = across.low[0], r = down.low[0]
  if (c < 0 || r < 0) return null
  const c2 = Math.min(c + 1, w - 1), r2 = Math.min(r + 1, h - 1)
  const fx = across.share[0], fy = down.share[0], v = map.values
  const upper = v[r * w + c] * (1 - fx) + v[r * w + c2] * fx
  const lower = v[r2 * w + c] * (1 - fx) + v[r2 * w + c2] * fx
  return upper * (1 - fy) + lower * fy
}

// Lines of equal heat by marching squares: segments [x0, y0, x1, y1, …] along which the values
// cross `level`.
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
