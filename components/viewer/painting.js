// A map over a photo, as every picture on the page shows it: mixed by the look, with its marks.

import { drawContours, drawDivider, drawFrame } from "./marks.js"
import { composite } from "./pixels.js"

// `layers` are those of `composite`; `context` is what `drawing` returns.
export function paintMap(pen, layers, context) {
  const { heat, window, area, width, height } = layers, { view } = context.look
  const picture = new ImageData(width, height)
  composite(picture.data, layers, context)
  pen.putImageData(picture, 0, 0)
  if (view === "contour") drawContours(pen, heat, context)
  if (view === "swipe") drawDivider(pen, context.split)
  if (view !== "heatmap") drawFrame(pen, window, area)
}
