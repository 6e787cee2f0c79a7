// A photo of the story, and a map drawn over it: the same picture as on Explore, by its modules.

import { wholePhoto } from "../viewer/area.js"
import { upsample } from "../viewer/heat.js"
import { DEFAULT_LOOK } from "../viewer/look.js"
import { drawCrop } from "../viewer/marks.js"
import { currentLook, startLook } from "../viewer/page.js"
import { paintMap } from "../viewer/painting.js"
import { decodePhoto, photoPixels } from "../viewer/photo.js"
import { drawing } from "../viewer/pixels.js"

// `photo` is {jpeg, id, size, window}; the window is the part that the network sees.
export async function openPhoto(photo) {
  return { ...photo, bitmap: await decodePhoto(photo) }
}

// Gives a canvas the photo's shape: as large as fits into `width` by `height` CSS pixels.
export function fit(canvas, [w, h], width, height) {
  const scale = Math.min(width / w, height / h)
  const density = Math.min(window.devicePixelRatio || 1, 2)
  canvas.style.width = `${Math.round(w * scale)}px`
  canvas.style.height = `${Math.round(h * scale)}px`
  canvas.width = Math.max(1, Math.round(w * scale * density))
  canvas.height = Math.max(1, Math.round(h * scale * density))
}

// The photo alone; what the network does not see is dimmed.
export function drawPhoto(canvas, photo) {
  const pen = canvas.getContext("2d")
  pen.putImageData(pixels(canvas, photo, wholePhoto(photo.size)), 0, 0)
  drawCrop(pen, photo.window, wholePhoto(photo.size))
}

// The part of the photo that the network sees, as an area to draw, and its [width, height].
export function seen({ window: [left, top, right, bottom] }) {
  return { x: left, y: top, width: right - left, height: bottom - top }
}

export function seenSize(photo) {
  const { width, height } = seen(photo)
  return [width, height]
}

// A map {values, shape} over the photo, or over an `area` of it. `scale` is the raw value drawn as 1;
// `view` is "overlay" or "heatmap", the map alone.
export function drawMap(canvas, photo, map, { colormaps, scale, view = "overlay", area }) {
  startLook(colormaps)
  const look = { ...lookForEvidence(), view }
  area ??= wholePhoto(photo.size)
  const { width, height } = canvas
  const placed = { ...map, window: photo.window }
  const heat = upsample(placed, area, width, height, look.sign, scale)
  const behind = pixels(canvas, photo, area).data
  const layers = { photo: behind, heat, window: photo.window, area, width, height }
  paintMap(canvas.getContext("2d"), layers, drawing(look, colormaps, () => scale))
}

// What the network sees where `map` is strong, and `rest`, [r, g, b] up to 1, where it is not: the map
// as a mask.
export function drawMasked(canvas, photo, map, rest) {
  const { width, height } = canvas, area = seen(photo)
  const { values, shape } = map
  let low = Infinity, high = -Infinity
  for (const value of values) { low = Math.min(low, value); high = Math.max(high, value) }
  // Shifted, so that zero is the least: `upsample` keeps what is positive.
  const shifted = values.map((value) => value - low)
  const placed = { values: shifted, shape, window: photo.window }
  const mask = upsample(placed, area, width, height, "for", high - low)
  const picture = new ImageData(width, height), source = pixels(canvas, photo, area).data
  for (let i = 0, p = 0; i < mask.length; i++, p += 4) {
    for (let c = 0; c < 3; c++) {
      const back = rest[c] * 255
      picture.data[p + c] = back + (source[p + c] - back) * mask[i]
    }
    picture.data[p + 3] = 255
  }
  canvas.getContext("2d").putImageData(picture, 0, 0)
}

// The look chosen on Explore, as far as it draws what speaks for a class.
export function lookForEvidence() {
  const look = currentLook()
  return look.sign === "for" ? { ...look, th: 0 } : { ...DEFAULT_LOOK, op: look.op }
}

// Kept for each canvas, because drawing in a row for canvases of several sizes would scale anew.
function pixels(canvas, photo, area) {
  const { width, height } = canvas
  canvas.kept = canvas.kept?.bitmap === photo.bitmap ? canvas.kept : { ...photo }
  return photoPixels(canvas.kept, area, width, height)
}
