// Small maps in quiet colours: a square for each number. What is above zero in one colour, what is
// below in another, the stronger the larger.

import { element } from "../viewer/elements.js"

export function tile(parent, className = "") {
  return element("canvas", `tile ${className}`, parent, { "aria-hidden": "true" })
}

// `top` is the value drawn in full colour. `ink` is a pair of CSS colours, above and below zero.
export function drawTile(canvas, values, [h, w], top, ink) {
  canvas.width = w
  canvas.height = h
  canvas.classList.toggle("fine", w > 40)
  const pen = canvas.getContext("2d")
  const picture = pen.createImageData(w, h)
  for (let i = 0; i < values.length; i++) {
    const color = values[i] < 0 ? ink.below : ink.above
    const strength = top > 0 ? Math.min(Math.abs(values[i]) / top, 1) : 0
    picture.data.set([...color, Math.round(255 * strength)], i * 4)
  }
  pen.putImageData(picture, 0, 0)
}

// The colours of signed numbers, and of answers that cannot be negative, in the page's theme.
export function inks(node) {
  const style = getComputedStyle(node)
  const above = rgb(style.getPropertyValue("--plus"))
  const below = rgb(style.getPropertyValue("--minus"))
  const text = rgb(style.color)
  return { signed: { above, below }, tone: { above: text, below } }
}

let ruler = null

// A CSS colour as [r, g, b], whatever notation it is in.
function rgb(color) {
  ruler ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })
  ruler.clearRect(0, 0, 1, 1)
  ruler.fillStyle = color.trim()
  ruler.fillRect(0, 0, 1, 1)
  return [...ruler.getImageData(0, 0, 1, 1).data.slice(0, 3)]
}
