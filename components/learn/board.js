// The continuous picture of the chapter: the photo, lines to its strongest channels, each channel a
// row of small maps, lines on to what they become. Every step shows the same rows with other columns.

import { element } from "../viewer/elements.js"
import { onlyStop, rove } from "../viewer/roving.js"
import { Channel } from "./channel.js"
import { drawPhoto, fit } from "./overlay.js"

const SVG = "http://www.w3.org/2000/svg"
const NARROW = 680 // pixels, below which the photo stands above the rows
const MOST_ROWS = 7
const LEAST_ROWS = 4
const ROW = 3.75 // em, as in making.css

export class Board {
  // `kind` is what the rows show: "channels", "weights" or "products". `pick` is called with the row
  // that the pointer or the keyboard is at, or "rest".
  constructor(parent, kind, pick) {
    this.kind = kind
    this.pick = pick
    this.root = element("div", `board ${kind}`, parent)
    this.links = document.createElementNS(SVG, "svg")
    this.links.setAttribute("aria-hidden", "true")
    this.root.append(this.links)
    const source = element("figure", "origin", this.root)
    this.photo = element("canvas", "", source, { role: "img" })
    this.caption = element("figcaption", "", source)
    const middle = element("div", "middle", this.root)
    this.heads = element("div", "heads", middle, { "aria-hidden": "true" })
    this.list = element("div", "rows", middle, { role: "group" })
    this.aside = element("div", "aside", this.root)
    rove(this.list, () => this.rows.map((row) => row.root))
    this.rows = []
  }

  show(model) {
    this.model = model
    this.list.setAttribute("aria-label", `The strongest channels for ${model.data.label}`)
    this.photo.setAttribute("aria-label", model.data.name)
    this.caption.textContent = `${model.data.input[1]} × ${model.data.input[0]} pixels`
    this.build()
  }

  build() {
    const { model } = this, { parts } = model
    this.built = this.room()
    const count = Math.min(this.built, parts.sent)
    const names = [...Array(count).keys(), ...(parts.all > count ? ["rest"] : [])]
    this.list.replaceChildren()
    this.rows = names.map((k) => new Channel(this.list, this.kind, k, count, this.pick))
    this.heads.replaceChildren()
    for (const words of this.rows[0].heads(model)) element("span", "", this.heads).textContent = words
    for (const row of this.rows) row.show(model)
    onlyStop(this.rows.map((row) => row.root), this.rows[0].root)
    this.root.style.setProperty("--columns", this.rows[0].columns(model))
    this.resize()
  }

  // As many rows as the step has room for: in a lecture, what is left of the screen.
  room() {
    if (this.root.clientWidth < NARROW) return LEAST_ROWS
    const style = getComputedStyle(this.root), stage = parseFloat(style.getPropertyValue("--stage"))
    if (!stage) return MOST_ROWS
    const rows = Math.floor((stage - 30) / (ROW * parseFloat(style.fontSize))) - 1
    return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, rows))
  }

  resize() {
    if (!this.model) return
    if (this.room() !== this.built) return this.build()
    const width = this.root.clientWidth
    if (!width) return
    this.root.classList.toggle("narrow", width < NARROW)
    const side = width < NARROW ? 150 : Math.min(230, width * 0.17)
    fit(this.photo, this.model.photo.size, side, side * 1.2)
    drawPhoto(this.photo, this.model.photo)
  }

  // Lines from the photo to each row, and from each row to what stands beside it.
  link() {
    const frame = this.root.getBoundingClientRect()
    const at = (node) => {
      const box = node.getBoundingClientRect()
      const y = box.top + box.height / 2 - frame.top
      return { left: box.left - frame.left, right: box.right - frame.left, y }
    }
    this.links.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`)
    this.links.replaceChildren()
    if (this.root.classList.contains("narrow")) return
    const from = at(this.photo), target = this.aside.querySelector("[data-target]")
    const to = target && at(target)
    for (const row of this.rows) {
      const box = at(row.root)
      row.lines = [line(from.right + 4, from.y, box.left + 4, box.y)]
      if (to) row.lines.push(line(box.right, box.y, to.left - 6, to.y))
      this.links.append(...row.lines)
    }
    this.mark(this.selected)
  }

  // Show which channel is chosen, and which are in the sum so far.
  mark(selected, summed = this.summed) {
    this.selected = selected
    this.summed = summed
    for (const row of this.rows) {
      const chosen = row.k === selected
      row.root.setAttribute("aria-pressed", String(chosen))
      const joined = summed === undefined ? null : row.joined(summed)
      row.root.classList.toggle("waiting", joined === false)
      for (const [n, path] of (row.lines ?? []).entries()) {
        path.classList.toggle("chosen", chosen)
        path.classList.toggle("faint", n === 1 && joined === false)
      }
    }
  }
}

function line(x0, y0, x1, y1) {
  const path = document.createElementNS(SVG, "path")
  const middle = (x0 + x1) / 2
  path.setAttribute("d", `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`)
  return path
}
