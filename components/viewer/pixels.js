// Turns heat into colours and applies the look; every picture on the page is made here. Formulae and
// roundings to float32 are those of gradcam/drawing/render.py, for the reason given in heat.js.

import { windowBox } from "./area.js"

// Everything a picture depends on besides the map. `scaleOf` returns the raw value that a panel draws
// as 1; `split` is the position of the swipe divider as a fraction of the width.
export function drawing(look, colormaps, scaleOf, split = 0) {
  const { lut } = colormaps.find(({ name }) => name === look.cm)
  return { look, lut, scaleOf, split, table: mixingTable(lut, look.op, look.sign) }
}

// Fills `out` with RGBA. `photo` and `heat` hold the photo's pixels and the map's heat over `area`,
// `width` by `height`; `window` is where the map lies in the photo.
export function composite(out, { photo, heat, window, area, width, height }, context) {
  const { look, lut, table } = context
  if (look.view === "heatmap") {
    const box = windowBox(window, area, width, height)
    const inside = {
      x0: Math.round(box.x), x1: Math.round(box.x + box.width),
      y0: Math.round(box.y), y1: Math.round(box.y + box.height),
    }
    mixHeatmap(out, heat, lut, look.th, inside, width, look.sign)
  } else if (look.view === "contour") {
    out.set(photo)
  } else {
    const from = look.view === "swipe" ? Math.round(context.split * width) : 0
    mixOverlay(out, photo, heat, table, look.th, width, from, look.sign)
  }
}

// The colormap level, 0 to 255, of a value in [0, 1], or in [-1, 1] with both signs.
export function levelOf(value, sign) {
  const unit = sign === "both" ? Math.fround(value + 1) * 0.5 : value
  return Math.fround(Math.fround(unit * 255) + 0.5) | 0
}

// The strength of the evidence that a level stands for, in [0, 1].
export function strengthOf(level, sign) {
  return sign === "both" ? Math.abs((2 * level) / 255 - 1) : level / 255
}

// The colours of all 256 levels, premultiplied by their opacity, and the share of the photo kept.
export function mixingTable(lut, alpha, sign) {
  const color = new Float32Array(256 * 3), stays = new Float32Array(256)
  for (let i = 0; i < 256; i++) {
    const a = alpha * Math.min(1, 2 * strengthOf(i, sign))
    stays[i] = 1 - a
    for (let c = 0; c < 3; c++) color[i * 3 + c] = lut[i * 3 + c] * a
  }
  return { color, stays }
}

// The overlay. Columns before `from` show the photo alone (swipe).
export function mixOverlay(out, photo, heat, table, threshold, width, from, sign) {
  const { color, stays } = table
  const smallest = Math.max(Math.fround(threshold), Number.MIN_VALUE)
  for (let i = 0, p = 0; i < heat.length; i++, p += 4) {
    const v = heat[i]
    if (Math.abs(v) < smallest || i % width < from) {
      out[p] = photo[p]; out[p + 1] = photo[p + 1]; out[p + 2] = photo[p + 2]
    } else {
      const level = levelOf(v, sign), keep = stays[level], c = level * 3
      out[p] = photo[p] * keep + color[c]
      out[p + 1] = photo[p + 1] * keep + color[c + 1]
      out[p + 2] = photo[p + 2] * keep + color[c + 2]
    }
    out[p + 3] = 255
  }
}

// The map alone, opaque inside the window and clear outside it.
export function mixHeatmap(out, heat, lut, threshold, inside, width, sign) {
  const smallest = Math.fround(threshold)
  for (let i = 0, p = 0; i < heat.length; i++, p += 4) {
    const v = heat[i]
    const c = levelOf(Math.abs(v) < smallest ? 0 : v, sign) * 3
    out[p] = lut[c]; out[p + 1] = lut[c + 1]; out[p + 2] = lut[c + 2]
    const x = i % width, y = (i / width) | 0
    out[p + 3] = x >= inside.x0 && x < inside.x1 && y >= inside.y0 && y < inside.y1 ? 255 : 0
  }
}
