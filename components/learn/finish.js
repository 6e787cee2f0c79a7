// The last step: the sum, what the ReLU leaves of it, that enlarged and coloured, and laid over the
// photo. Pointing at a place, or the arrow keys, follow its number through all four.

import { element } from "../viewer/elements.js"
import { valueAt } from "../viewer/heat.js"
import { figures, wholePercent } from "../viewer/text.js"
import { Formula } from "./formula.js"
import { drawMap, fit, seen } from "./overlay.js"
import { signed } from "./signed.js"
import { largest } from "./sums.js"
import { drawTile, tile } from "./tiles.js"

const TITLES = ["the sum", "ReLU", "enlarged, coloured", "over the photo"]
const GAP = 28 // pixels between the pictures
const MOST = 340 // pixels tall, on the page
const NUMBERS = 9.5 // em, beside a small picture
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

export class Finish {
  constructor(parent) {
    this.root = element("div", "finish", parent)
    this.formula = new Formula(this.root, "relu")
    this.row = element("div", "panels", this.root, {
      tabindex: "0", role: "group",
      "aria-label": "From the sum to the heatmap; arrow keys go from place to place",
    })
    this.panels = TITLES.map((title, n) => this.panel(title, n))
    this.note = element("p", "says", this.root)
    this.row.onkeydown = (event) => this.key(event)
    this.row.onpointerleave = () => this.point(null)
  }

  panel(title, n) {
    const figure = element("figure", "panel", this.row)
    element("figcaption", "", figure).textContent = title
    const frame = element("div", "frame", figure)
    const canvas = n < 2 ? tile(frame) : element("canvas", "", frame, { "aria-hidden": "true" })
    const spot = element("i", "spot", frame)
    const value = element("output", "", figure)
    const pointed = (event) => this.under(event, frame, n)
    frame.addEventListener("pointermove", pointed)
    frame.addEventListener("pointerdown", pointed)
    return { figure, frame, canvas, spot, value }
  }

  show(model) {
    this.model = model
    this.formula.show(model.data.method)
    this.note.textContent = model.data.empty
    const { map, parts, ink } = model, top = largest(map.values)
    drawTile(this.panels[0].canvas, map.values, parts.shape, top, ink.signed)
    const kept = map.values.map((value) => Math.max(value, 0))
    drawTile(this.panels[1].canvas, kept, parts.shape, model.data.peak, ink.signed)
    this.resize()
  }

  resize() {
    const width = this.row.clientWidth
    if (!width || !this.model) return
    const { photo, map, data } = this.model
    const [left, top, right, bottom] = photo.window
    const narrow = width < 640, wide = (right - left) / (bottom - top), whole = photo.size[0] / photo.size[1]
    const stage = parseFloat(getComputedStyle(this.root).getPropertyValue("--stage"))
    // The first three show what the network sees, the last the whole photo. On the page all are
    // equally tall; in a lecture the last is as large as the screen allows.
    const inLine = narrow ? (width - GAP) / Math.max(2 * wide, wide + whole) : (width - 3 * GAP) / (3 * wide + whole)
    const free = stage - this.formula.root.offsetHeight - this.note.offsetHeight - GAP
    const small = stage ? (free - GAP) / 3 : Math.min(inLine, MOST)
    const beside = width - small * wide - NUMBERS * parseFloat(getComputedStyle(this.row).fontSize) - 2 * GAP
    const large = stage ? Math.min(beside / whole, free - 2 * GAP) : small
    this.row.className = `panels ${stage ? "large" : narrow ? "two" : "line"}`
    for (const [n, { frame, canvas }] of this.panels.entries()) {
      const tall = Math.floor(Math.max(60, n < 3 ? small : large))
      const shape = n < 3 ? [tall * wide, tall] : [tall * whole, tall]
      if (n >= 2) {
        fit(canvas, shape, ...shape)
        const how = n === 2 ? { view: "heatmap", area: seen(photo) } : {}
        drawMap(canvas, photo, map, { colormaps: data.colormaps, scale: data.peak, ...how })
      }
      frame.style.width = `${Math.floor(shape[0])}px`
      frame.style.height = `${tall}px`
    }
    this.point(this.place ?? null)
  }

  // The place in the grid, from 0 to 1 each way, that the pointer is over in panel `n`.
  under(event, frame, n) {
    const box = frame.getBoundingClientRect(), { photo } = this.model
    let x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height
    if (n === 3) {
      const [left, top, right, bottom] = photo.window
      x = (x * photo.size[0] - left) / (right - left)
      y = (y * photo.size[1] - top) / (bottom - top)
    }
    this.point(x >= 0 && x < 1 && y >= 0 && y < 1 ? { x, y } : null)
  }

  key(event) {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    const [h, w] = this.model.parts.shape, { x, y } = this.place ?? { x: 0.5, y: 0.5 }
    const moved = (at, by, count) => (Math.min(Math.max(Math.floor(at * count) + by, 0), count - 1) + 0.5) / count
    this.point({ x: moved(x, step[1], w), y: moved(y, step[0], h) })
  }

  point(place) {
    this.place = place
    const { photo, map, data, parts } = this.model, [h, w] = parts.shape
    this.row.classList.toggle("pointed", place !== null)
    if (!place) {
      const low = Math.min(...map.values)
      const ends = [`${signed(low)} to ${signed(Math.max(...map.values))}`, data.empty ? "0 everywhere" : `0 to ${figures(data.peak)}`,
        data.empty ? "nothing to colour" : `${figures(data.peak)} is the brightest`, "as on Explore"]
      this.panels.forEach(({ value }, n) => { value.textContent = ends[n] })
      return
    }
    const cell = Math.floor(place.y * h) * w + Math.floor(place.x * w), raw = map.values[cell]
    const [left, top, right, bottom] = photo.window
    const x = left + place.x * (right - left), y = top + place.y * (bottom - top)
    const positive = { values: map.values.map((v) => Math.max(v, 0)), shape: parts.shape, window: photo.window }
    const there = valueAt(positive, x, y) ?? 0, share = data.peak > 0 ? there / data.peak : 0
    const words = [signed(raw), figures(Math.max(raw, 0)), figures(there), `${wholePercent(share)} of the peak`]
    this.panels.forEach(({ value, spot }, n) => {
      value.textContent = words[n]
      const [px, py] = n < 3 ? [place.x, place.y] : [x / photo.size[0], y / photo.size[1]]
      spot.style.left = `${px * 100}%`
      spot.style.top = `${py * 100}%`
    })
  }
}
