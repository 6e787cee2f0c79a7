// A map as the numbers it is: one in each cell, where the cell lies on the photo.

import { peakOf } from "../viewer/sign.js"
import { MINUS } from "../viewer/text.js"

const SMALLEST = 11 // CSS pixels of type; where cells are too small for it, shades stand for numbers

export function drawNumbers(canvas, { size, window: [left, top, right, bottom] }, map) {
  const pen = canvas.getContext("2d"), { width, height } = canvas
  const style = getComputedStyle(canvas)
  const density = width / canvas.clientWidth || 1
  const [rows, columns] = map.shape
  const across = (((right - left) / size[0]) * width) / columns
  const down = (((bottom - top) / size[1]) * height) / rows
  const from = [(left / size[0]) * width, (top / size[1]) * height]
  const peak = peakOf(map.values, "abs") && (peakOf(map.values, "for") || peakOf(map.values, "abs"))
  const type = Math.min(across * 0.36, down * 0.5, 20 * density)
  const written = type >= SMALLEST * density * 0.9
  pen.clearRect(0, 0, width, height)
  pen.fillStyle = pen.strokeStyle = style.color
  pen.font = `${type}px ${style.fontFamily}`
  pen.textAlign = "center"
  pen.textBaseline = "middle"
  map.values.forEach((value, n) => {
    const share = peak ? value / peak : 0
    const x = from[0] + (n % columns) * across, y = from[1] + Math.floor(n / columns) * down
    pen.globalAlpha = 0.22 * Math.min(Math.max(share, 0), 1) + (written ? 0 : 0.02)
    pen.fillRect(x, y, across, down)
    pen.globalAlpha = 1
    if (written) pen.fillText(inWhole(share), x + across / 2, y + down / 2)
  })
  pen.globalAlpha = 0.25
  pen.lineWidth = density
  pen.strokeRect(...from, across * columns, down * rows)
  pen.globalAlpha = 1
}

function inWhole(share) {
  const whole = Math.round(share * 100)
  return whole < 0 ? `${MINUS}${-whole}` : String(whole + 0)
}
