// Draws a small photo with its map over it: the same picture as the viewer's.

import { drawMap, drawPhoto, fit } from "../learn/overlay.js"
import { peakOf } from "../viewer/sign.js"

// As large as fits into `width` by `height` CSS pixels.
export function drawGlance(canvas, glance, colormaps, width, height = width) {
  fit(canvas, glance.size, width, height)
  if (!glance.map) return drawPhoto(canvas, glance)
  return drawMap(canvas, glance, glance.map, { colormaps, scale: peakOf(glance.map.values, "for") })
}
