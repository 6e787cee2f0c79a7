// Lays a mark over a photo in white, with the formulae of gradcam/marks.py and Pillow's filter: a
// triangle as wide as one pixel of the coarser of the two grids.

// What each of `count` pixels, from `first` on, sees of the mask's `cells`, which lie between the
// edges `start` and `end`: from which one on, and with which weights. Beyond the mask is no ink.
function filter(first, count, start, end, cells) {
  const step = cells / (end - start), reach = Math.max(1, step)
  return Array.from({ length: count }, (_, i) => {
    const centre = (first + i + 0.5 - start) * step
    const from = Math.floor(centre - reach + 0.5), to = Math.floor(centre + reach + 0.5)
    const weights = []
    let sum = 0
    for (let j = from; j < to; j++) {
      const weight = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / reach)
      weights.push(weight)
      sum += weight
    }
    const skip = Math.max(0, -from)
    const inside = weights.slice(skip, Math.max(skip, cells - from))
    return { from: from + skip, weights: inside.map((weight) => weight / sum) }
  })
}

// The ink of `mask` {width, height, values 0–255} in a `width` by `height` picture on which it lies
// in `box` {left, top, right, bottom}: the pixels it touches and their ink, or null out of sight.
export function inkOf(mask, box, width, height) {
  const x0 = Math.max(0, Math.floor(box.left)), x1 = Math.min(width, Math.ceil(box.right))
  const y0 = Math.max(0, Math.floor(box.top)), y1 = Math.min(height, Math.ceil(box.bottom))
  if (x0 >= x1 || y0 >= y1) return null
  const across = filter(x0, x1 - x0, box.left, box.right, mask.width)
  const down = filter(y0, y1 - y0, box.top, box.bottom, mask.height)
  const columns = x1 - x0
  const wide = new Float32Array(mask.height * columns)
  for (let row = 0; row < mask.height; row++) {
    for (let i = 0; i < columns; i++) {
      const { from, weights } = across[i], at = row * mask.width + from
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k] * mask.values[at + k]
      wide[row * columns + i] = sum
    }
  }
  const values = new Float32Array((y1 - y0) * columns)
  for (let j = 0; j < y1 - y0; j++) {
    const { from, weights } = down[j]
    for (let k = 0; k < weights.length; k++) {
      const at = (from + k) * columns, weight = weights[k]
      for (let i = 0; i < columns; i++) values[j * columns + i] += weight * wide[at + i]
    }
  }
  return { left: x0, top: y0, width: columns, height: y1 - y0, values }
}

// Mix white into RGBA `pixels`, `width` wide: p + (255 − p) · ink · opacity.
export function lay(pixels, width, ink, opacity) {
  if (!ink) return
  for (let j = 0; j < ink.height; j++) {
    for (let i = 0; i < ink.width; i++) {
      const share = (ink.values[j * ink.width + i] / 255) * opacity
      const at = ((ink.top + j) * width + ink.left + i) * 4
      for (let c = at; c < at + 3; c++) pixels[c] += Math.round((255 - pixels[c]) * share)
    }
  }
}

// The mask upside down.
export function turned({ width, height, values }) {
  return { width, height, values: values.toReversed() }
}

// Decodes a grey PNG file.
export async function maskOf(file) {
  const bitmap = await createImageBitmap(new Blob([file], { type: "image/png" }))
  const { width, height } = bitmap
  const pen = new OffscreenCanvas(width, height).getContext("2d")
  pen.drawImage(bitmap, 0, 0)
  const { data } = pen.getImageData(0, 0, width, height)
  return { width, height, values: Uint8Array.from({ length: width * height }, (_, n) => data[4 * n]) }
}
