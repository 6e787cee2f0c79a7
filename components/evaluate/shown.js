// The map that is measured, and the photo as the model sees it at one step of its curve.

import { drawMap, fit, seen, seenSize } from "../learn/overlay.js"
import { element } from "../viewer/elements.js"
import { roughPercent, wholePercent } from "../viewer/text.js"
import { masked } from "./masking.js"
import { stepAt } from "./plot.js"

export class Shown {
  constructor(parent) {
    this.root = element("div", "shown", parent)
    const map = element("figure", "", this.root)
    this.map = element("canvas", "", map, { role: "img" })
    this.mapWords = element("figcaption", "", map)
    const photo = element("figure", "", this.root)
    this.photo = element("canvas", "", photo, { role: "img" })
    this.photoWords = element("figcaption", "", photo)
    this.now = element("p", "share", photo)
    this.pixels = new Map()
  }

  // `picture` is what the server made of the photo, "awaited", or null: it is made here.
  show(model, picture) {
    const { header, row, curve, arrays, photo } = model
    const width = this.map.parentElement.clientWidth
    if (!width) return
    const [w, h] = seenSize(photo)
    fit(this.map, [w, h], width, Infinity)
    const values = arrays[`map/${row.id}`]
    const map = { values: values.values, shape: values.shape }
    const area = seen(photo)
    drawMap(this.map, photo, map, { colormaps: header.colormaps, scale: row.peak, area })
    this.mapWords.textContent = row.title
    this.map.setAttribute("aria-label", `The map by ${row.title}`)
    fit(this.photo, header.input, width, Infinity)
    this.step(model, picture)
    const of = row.curves[curve.id]
    const step = of ? stepAt(of[0], model.at) : 0
    const words = of ? `${wholePercent(of[0][step])} of the pixels ${curve.done}`
      : Object.values(row.why)[0] ?? "Not measured yet."
    this.photoWords.textContent = of ? "What the model is shown" : words
    this.now.replaceChildren()
    if (!of) return
    element("strong", "", this.now).textContent = roughPercent(of[1][step])
    element("span", "", this.now).textContent = ` ${header.label}`
    this.photo.setAttribute("aria-label", `The photo with ${words}`)
  }

  step(model, picture) {
    const { header, row, curve, arrays } = model
    const pen = this.photo.getContext("2d")
    this.photo.classList.toggle("awaited", picture === "awaited")
    const [w, h] = header.input
    const of = row.curves[curve.id]
    if (picture || !of || !arrays[`steps/${row.id}`]) {
      // Until the one that was asked for is here, the one before stands.
      this.last = picture === "awaited" ? (this.last ?? model.whole) : picture
      pen.drawImage(this.last ?? model.whole, 0, 0, this.photo.width, this.photo.height)
      return
    }
    const changed = arrays[`steps/${row.id}`]
    const steps = new Uint16Array(changed.buffer, changed.byteOffset, w * h)
    const whole = this.read("whole", model.whole, w, h)
    const other = curve.id === "insertion" ? this.read("blurred", model.blurred, w, h) : header.blank
    const now = stepAt(of[0], model.at)
    const picked = masked(whole, other, steps, now, curve.id === "insertion")
    this.canvas ??= new OffscreenCanvas(w, h)
    Object.assign(this.canvas, { width: w, height: h })
    this.canvas.getContext("2d").putImageData(new ImageData(picked, w, h), 0, 0)
    pen.imageSmoothingEnabled = true
    pen.drawImage(this.canvas, 0, 0, this.photo.width, this.photo.height)
  }

  read(name, bitmap, w, h) {
    const known = this.pixels.get(name)
    if (known?.bitmap === bitmap) return known.data
    const pen = new OffscreenCanvas(w, h).getContext("2d", { willReadFrequently: true })
    pen.drawImage(bitmap, 0, 0, w, h)
    const { data } = pen.getImageData(0, 0, w, h)
    this.pixels.set(name, { bitmap, data })
    return data
  }
}
