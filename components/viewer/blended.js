// A map, or a blend of two, over its photo on a canvas.

import { wholePhoto } from "./area.js"
import { upsample } from "./heat.js"
import { blend } from "./morph.js"
import { photoPixels } from "./photo.js"
import { composite } from "./pixels.js"

// Give a canvas as many pixels as the screen has for a photo so many CSS pixels across.
export function size(canvas, across, row) {
  const density = Math.min(window.devicePixelRatio || 1, 2)
  const longest = Math.max(...row.size)
  canvas.width = Math.max(1, Math.round((across * density * row.size[0]) / longest))
  canvas.height = Math.max(1, Math.round((across * density * row.size[1]) / longest))
}

// Draw `share` of the way from the map of one panel to that of another.
export function draw(canvas, row, [low, high, share], context) {
  const { width, height } = canvas
  const area = wholePhoto(row.size)
  const photo = photoPixels(row, area, width, height).data
  const heat = blend(heatOf(low), heatOf(high), share)
  const picture = new ImageData(width, height)
  composite(picture.data, { photo, heat, window: low.window ?? row.window, area, width, height }, context)
  canvas.getContext("2d").putImageData(picture, 0, 0)

  // Cached per size, because dragging asks for the same two maps in every frame.
  function heatOf(panel) {
    if (!panel.values) return new Float32Array(width * height)
    const { sign } = context.look, scale = context.scaleOf(panel)
    const key = `${width}×${height} ${sign} ${scale}`
    panel.depths ??= new Map()
    if (!panel.depths.has(key)) {
      if (panel.depths.size > 3) panel.depths.clear()
      panel.depths.set(key, upsample(panel, area, width, height, sign, scale))
    }
    return panel.depths.get(key)
  }
}
