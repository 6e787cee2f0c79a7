// The look applied to one map: what every picture on the page is made by.

import { windowBox } from "./area.js"
import { mixHeatmap, mixingTable, mixOverlay } from "./pixels.js"

// Everything besides the map that a picture depends on. `scaleOf` gives the raw value that a panel
// draws as 1; `split` is where the swipe view's divider lies, as a share of the width.
export function drawing(look, colormaps, scaleOf, split = 0) {
  const { lut } = colormaps.find(({ name }) => name === look.cm)
  return { look, lut, scaleOf, split, table: mixingTable(lut, look.op, look.sign) }
}

// Fills `out` with RGBA. `photo` and `heat` are the photo's pixels and the map's heat over `area`,
// `width` by `height` of them; `window` is where the map lies in the photo.
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
