// The first step: the photo, the network as a row of stages, and the scores that come out.

import { element } from "../viewer/elements.js"
import { figures, percent } from "../viewer/text.js"
import { drawPhoto, fit } from "./overlay.js"

export class Intake {
  constructor(parent) {
    this.root = element("div", "intake", parent)
    const source = element("figure", "origin", this.root)
    this.photo = element("canvas", "", source, { role: "img" })
    this.caption = element("figcaption", "", source)
    const network = element("figure", "network", this.root)
    this.stages = element("div", "stages", network)
    this.model = element("figcaption", "", network)
    const guesses = element("figure", "guesses", this.root)
    this.list = element("ol", "", guesses)
    element("figcaption", "", guesses).textContent = "probability and score"
  }

  show(data, photo) {
    this.data = data
    this.source = photo
    this.photo.setAttribute("aria-label", data.name)
    this.caption.textContent = `${data.name}; the network sees what is inside the frame`
    this.model.textContent = `${data.model}, from stage to stage: more maps, fewer places`
    this.stages.replaceChildren(...data.stages.map((stage) => this.stage(stage)))
    this.list.replaceChildren(...data.guesses.map((guess) => this.guess(guess)))
    this.resize()
  }

  // A slab as tall as its maps and as thick as it has many of them, both in logarithms.
  stage({ name, shape: [channels, h, w] }) {
    const chosen = name === this.data.layer
    const made = element("div", chosen ? "stage chosen" : "stage")
    const slab = element("i", "", element("span", "slab", made))
    slab.style.setProperty("--tall", String(Math.log2(Math.max(h, 2)) / 7))
    slab.style.setProperty("--thick", String(Math.log2(channels + 1) / 11))
    element("b", "", made).textContent = name.split("/").at(-1)
    element("span", "", made).textContent = count(channels, "map")
    element("span", "", made).textContent = `${h} × ${w}`
    return made
  }

  guess({ index, label, probability, logit }) {
    const made = element("li", index === this.data.index ? "chosen" : "")
    element("span", "label", made).textContent = label
    const track = element("span", "track", made)
    element("i", "", track).style.setProperty("--share", String(probability))
    element("span", "number", made).textContent = `${percent(probability)}`
    element("span", "score", made).textContent = figures(logit)
    return made
  }

  resize() {
    if (!this.source) return
    const width = this.root.clientWidth
    if (!width) return
    const stage = parseFloat(getComputedStyle(this.root).getPropertyValue("--stage")) || 440
    const columns = width < 560 ? "one" : width < 900 ? "two" : "three"
    this.root.className = `intake ${columns}`
    const across = { one: 1, two: 0.55, three: 0.38 }[columns]
    const tall = { one: 340, two: stage - 250, three: stage - 40 }[columns]
    fit(this.photo, this.source.size, width * across, Math.min(tall, 440))
    drawPhoto(this.photo, this.source)
  }
}

function count(number, what) {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`
}
