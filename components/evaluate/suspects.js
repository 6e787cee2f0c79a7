// Groups of photos that the model may classify by a shortcut, as cards, the most suspicious first.

import { element } from "../viewer/elements.js"
import { drawGlance } from "./glance.js"
import { openGlance } from "./glances.js"
import { photosText } from "./groups.js"

const LARGE = 132, SMALL = 48 // pixels
const FIRST = 6 // cards shown before the rest is asked for, none of them weak

export class Suspects {
  // act(name, suspect): "show" its photos, or "mark" it.
  constructor(parent, act) {
    this.act = act
    this.root = element("ol", "suspects", parent)
    this.more = element("button", "word more", parent, { type: "button" })
    this.more.onclick = () => this.toggle()
    this.all = false
  }

  show(suspects, about) {
    this.suspects = suspects
    this.about = about
    this.draw()
  }

  toggle() {
    this.all = !this.all
    this.draw()
  }

  draw() {
    const { suspects, all } = this
    const strong = suspects.filter((one) => one.strong)
    const shown = all ? suspects : strong.slice(0, FIRST), rest = suspects.length - shown.length
    this.root.replaceChildren(...shown.map((suspect, n) => this.card(suspect, n + 1)))
    this.more.hidden = !all && !rest
    const weaker = strong.length <= FIRST
    this.more.textContent = all ? "Show fewer" : `Show ${rest} ${weaker ? "weaker hint" : "more"}${weaker && rest !== 1 ? "s" : ""}`
    this.more.setAttribute("aria-expanded", String(all))
  }

  card(suspect, rank) {
    const item = element("li", "suspect")
    const { label, sentence, count, marked } = suspect
    const picture = element("span", "average", item)
    const canvas = element("canvas", "", picture, {
      role: "img", "aria-label": `Average photo of suspect ${rank}, with the average heat over it`,
    })
    this.drawAverage(canvas, suspect)
    const text = element("div", "text", item)
    const head = element("h4", "", text)
    element("span", "rank", head).textContent = String(rank)
    element("span", "label", head).textContent = label
    if (!suspect.strong) element("span", "weak", head).textContent = "weak"
    element("p", "why", text).textContent = sentence
    const strip = element("div", "strip", text, { "aria-hidden": "true" })
    for (const photo of suspect.examples) this.drawExample(element("canvas", "", strip), photo)
    const line = element("div", "acts", text)
    this.button(line, `Show ${photosText(count)}`, `Show the ${photosText(count)} of suspect ${rank}, ${label}`,
      () => this.act("show", suspect))
    const mark = this.button(line, marked ? "Marked" : "Mark", `Mark suspect ${rank}, ${label}`,
      () => this.act("mark", suspect))
    mark.setAttribute("aria-pressed", String(marked))
    return item
  }

  button(parent, text, label, act) {
    const button = element("button", "toggle", parent, { type: "button", "aria-label": label })
    button.textContent = text
    button.onclick = act
    return button
  }

  async drawAverage(canvas, suspect) {
    const { arrays, colormaps } = this.about
    drawGlance(canvas, await openGlance(suspect, arrays), colormaps, LARGE)
  }

  async drawExample(canvas, photo) {
    const glance = await this.about.glances.of(photo)
    if (glance) drawGlance(canvas, glance, this.about.colormaps, SMALL)
  }
}
