// One row of the board: a channel's small maps, and its weight as a bar; or all other channels.

import { element } from "../viewer/elements.js"
import { figures } from "../viewer/text.js"
import { drawMasked, fit, seenSize } from "./overlay.js"
import { signed } from "./signed.js"
import { largest } from "./sums.js"
import { drawTile, tile } from "./tiles.js"

const MASK = 96 // pixels across of a masked photo, drawn smaller

export class Channel {
  constructor(parent, kind, k, count, pick) {
    this.kind = kind
    this.k = k
    this.count = count // of rows with a channel of their own
    this.root = element("button", "channel", parent, { type: "button", "aria-pressed": "false" })
    for (const name of ["pointerenter", "focus", "click"]) {
      this.root.addEventListener(name, (event) => {
        if (name !== "pointerenter" || event.pointerType === "mouse") pick(k)
      })
    }
  }

  // What stands above the columns.
  heads({ parts, data }) {
    const weight = parts.eachPlace ? "its weights" : "its weight"
    if (this.kind === "channels") return ["answers", ""]
    if (this.kind === "products") return ["answers", parts.eachPlace ? "× weights" : "× weight", "= product"]
    if (data.method === "hirescam") return ["answers", "gradients", "are its weights"]
    return ["answers", data.method === "scorecam" ? "as a mask" : "gradients", weight]
  }

  columns({ parts, data }) {
    if (this.kind === "channels") return `var(--side) 1fr`
    if (this.kind === "products") return `var(--side) ${parts.eachPlace ? `var(--side)` : "1fr"} var(--side)`
    const last = parts.eachPlace && data.method !== "hirescam" ? `var(--side)` : "1fr"
    return `var(--side) var(--side) ${last}`
  }

  show(model) {
    this.model = model
    this.root.replaceChildren()
    if (this.k === "rest") return this.showRest(model)
    const { parts } = model, k = this.k
    this.root.setAttribute("aria-label", describe(model, k))
    this.map(parts.answers(k), largest(parts.answers(k)), "A", model.answerInk)
    if (this.kind === "channels") {
      this.pair(`channel ${parts.order[k]}`, `up to ${figures(Math.max(...parts.answers(k)))}`, "A")
    } else if (this.kind === "weights") {
      if (model.data.method === "scorecam") this.mask(parts.answers(k))
      else this.gradients(k)
      if (model.data.method === "hirescam") this.range(parts.weightsByPlace(k))
      else if (parts.eachPlace) this.map(parts.weightsByPlace(k), largest(parts.weightsByPlace(k)), "w")
      else this.bar(parts.weight(k), "w")
    } else {
      if (parts.eachPlace) this.map(parts.weightsByPlace(k), largest(parts.weightsByPlace(k)), "w")
      else this.pair(`× ${signed(parts.weight(k))}`, "", "w")
      this.map(parts.product(k), model.topProduct, "product")
    }
  }

  showRest(model) {
    const { parts } = model
    const others = parts.all - this.count
    this.root.classList.add("others")
    const words = `the other ${others.toLocaleString("en")}`
    this.root.setAttribute("aria-label", `${words} channels`)
    element("span", "all", this.root).textContent = words
    if (this.kind === "products") {
      const known = parts.sum(this.count)
      const rest = model.map.values.map((value, i) => value - known[i])
      this.map(rest, Math.max(largest(rest), model.topProduct), "product")
    }
  }

  // Whether the channel is in the sum of the `count` strongest.
  joined(count) {
    return this.k === "rest" ? count > this.count : this.k < count
  }

  map(values, top, term, ink = this.model.ink.signed) {
    const canvas = tile(this.root)
    canvas.dataset.term = term
    drawTile(canvas, values, this.model.parts.shape, top, ink)
  }

  gradients(k) {
    const { parts } = this.model
    const values = parts.gradients(k)
    if (values) this.map(values, largest(values), "w")
  }

  range(values) {
    this.pair(signed(Math.max(...values)), `to ${signed(Math.min(...values))}`, "w")
  }

  mask(answers) {
    const { photo, data, parts } = this.model
    const canvas = tile(this.root, "photo")
    canvas.dataset.term = "w"
    fit(canvas, seenSize(photo), MASK, MASK)
    canvas.removeAttribute("style")
    drawMasked(canvas, photo, { values: answers, shape: parts.shape }, data.grey)
  }

  pair(strong, quiet, term) {
    const made = element("span", "pair", this.root)
    made.dataset.term = term
    element("b", "", made).textContent = strong
    element("span", "", made).textContent = quiet
  }

  bar(weight, term) {
    const made = element("span", "weight", this.root)
    made.dataset.term = term
    const track = element("span", "track", made)
    const fill = element("i", weight < 0 ? "below" : "above", track)
    fill.style.setProperty("--share", String(Math.abs(weight) / (this.model.topWeight || 1)))
    element("span", "number", made).textContent = signed(weight)
  }
}

// A channel in words: what it answers, its weight, and what it adds.
export function describe({ parts, data }, k) {
  const answers = parts.answers(k), peak = answers.indexOf(Math.max(...answers))
  const [, w] = parts.shape
  const where = `strongest in row ${Math.floor(peak / w) + 1}, column ${(peak % w) + 1}`
  const weight = parts.eachPlace ? `weight ${signed(parts.weight(k))} on average` : `weight ${signed(parts.weight(k))}`
  const alone = parts.score(k)
  const score = data.method !== "scorecam" ? ""
    : Number.isNaN(alone) ? ", was not tried" : `, score alone ${figures(alone)}`
  return `Channel ${parts.order[k]}: answers up to ${figures(answers[peak])}, ${where}${score}, ${weight}, adds ${signed(parts.total(k))} in all`
}
