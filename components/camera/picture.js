// Pixels of the camera: a frame for the model, one for the eye, and a map over it.

import { wholePhoto } from "../viewer/area.js"
import { upsample } from "../viewer/heat.js"
import { paintMap } from "../viewer/painting.js"
import { drawing } from "../viewer/pixels.js"
import { panelPeak } from "../viewer/sign.js"

const SMALL_QUALITY = 0.96 // at 0.9, probabilities differ by some points from those of the picture itself
const FROZEN_QUALITY = 0.94
const SPLIT = 0.5 // where the swipe view divides the picture

// The size at which the model needs a frame: `side` is the length of its short or its long side.
export function smallSize(width, height, side) {
  const long = Math.max(width, height), short = Math.min(width, height)
  const factor = Math.min(1, side.long ? side.long / long : side.short / short)
  return [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))]
}

// A frame at a size of one's own, as a JPEG. Not by `toBlob`, which waits until the browser is idle:
// 20 milliseconds in place of one.
export function encoded(source, width, height, canvas) {
  canvas.width = width
  canvas.height = height
  const pen = canvas.getContext("2d", { alpha: false })
  pen.imageSmoothingQuality = "high"
  pen.drawImage(source, 0, 0, width, height)
  const letters = atob(base64(canvas, SMALL_QUALITY))
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
}

function base64(canvas, quality) {
  return canvas.toDataURL("image/jpeg", quality).split(",")[1]
}

// Pixels as the base64 of a JPEG, to keep.
export function frozen(pixels) {
  const canvas = document.createElement("canvas")
  canvas.width = pixels.width
  canvas.height = pixels.height
  canvas.getContext("2d").putImageData(pixels, 0, 0)
  return base64(canvas, FROZEN_QUALITY)
}

// The pixels of a frame at its own size.
export function pixelsOf(video, canvas) {
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true })
  pen.drawImage(video, 0, 0)
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

// Draws a frame, with a map over it if there is one.
export function paint(canvas, pixels, map, look, colormaps) {
  const { width, height } = pixels
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  const pen = canvas.getContext("2d")
  if (!map) return pen.putImageData(pixels, 0, 0)
  const area = wholePhoto([width, height])
  const [left, top, right, bottom] = map.window
  const placed = { ...map, window: [left * width, top * height, right * width, bottom * height] }
  const context = drawing(look, colormaps, (panel) => panelPeak(panel, look.sign), SPLIT)
  const heat = upsample(placed, area, width, height, look.sign, context.scaleOf(map))
  const layers = { photo: pixels.data, heat, window: placed.window, area, width, height }
  return paintMap(pen, layers, context)
}
