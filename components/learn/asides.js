// What stands beside the rows in the steps on channels and on weights: the formula, and the chosen
// channel large, with its numbers.

import { element } from "../viewer/elements.js"
import { figures } from "../viewer/text.js"
import { describe } from "./channel.js"
import { Formula } from "./formula.js"
import { drawMasked, fit, seenSize } from "./overlay.js"
import { signed } from "./signed.js"
import { Spectrum } from "./spectrum.js"
import { largest } from "./sums.js"
import { drawTile, tile } from "./tiles.js"

const BLACK = [0.04, 0.05, 0.06]

// The photo as one channel sees it: lit where the channel answers.
export class Channels {
  constructor({ aside: parent, root }) {
    this.parent = parent
    this.formula = new Formula(parent, "A", root)
    this.picture = element("canvas", "spotlight", parent, { role: "img", "data-target": "" })
    this.words = element("p", "says", parent)
  }

  show(model) {
    this.model = model
    this.formula.show(model.data.method)
    this.resize()
  }

  select(k) {
    this.k = k
    const { parts, photo, data } = this.model
    if (k === "rest" || k >= parts.sent) {
      this.words.textContent = unsent(this.model, k)
      return
    }
    const answers = parts.answers(k)
    drawMasked(this.picture, photo, { values: answers, shape: parts.shape }, BLACK)
    this.words.textContent = `${describe(this.model, k)}.`
    this.picture.setAttribute("aria-label", `Where channel ${parts.order[k]} answers in ${data.name}`)
  }

  resize() {
    const width = this.parent.clientWidth
    if (!width) return
    fit(this.picture, seenSize(this.model.photo), width, room(this.parent, this.picture, 340))
    if (this.k !== undefined) this.select(this.k)
  }
}

// How the gradients become a weight, and the weights of all channels.
export class Weights {
  constructor({ aside: parent, root }, pick) {
    this.formula = new Formula(parent, "w", root)
    this.step = element("div", "averaging", parent, { "data-target": "" })
    this.from = tile(this.step, "large")
    this.arrow = element("span", "arrow", this.step)
    this.result = element("strong", "", this.step)
    this.words = element("p", "says", parent)
    this.spectrum = new Spectrum(parent, pick)
  }

  show(model) {
    this.model = model
    this.formula.show(model.data.method)
    this.spectrum.show(model)
  }

  select(k) {
    const { parts, data, ink, photo } = this.model
    this.spectrum.mark(k)
    if (k === "rest" || k >= parts.sent) {
      this.step.classList.add("empty")
      this.words.textContent = unsent(this.model, k)
      return
    }
    this.step.classList.remove("empty")
    this.words.textContent = `${describe(this.model, k)}.`
    const values = parts.gradients(k) ?? parts.weightsByPlace(k)
    this.from.hidden = !values && data.method !== "scorecam"
    if (data.method === "scorecam") {
      fit(this.from, seenSize(photo), 120, 110)
      drawMasked(this.from, photo, { values: parts.answers(k), shape: parts.shape }, data.grey)
      this.arrow.textContent = `scores ${figures(parts.score(k))}, softmax →`
    } else if (values) {
      drawTile(this.from, values, parts.shape, largest(values), ink.signed)
      this.arrow.textContent = VERBS[data.method]
    }
    this.result.textContent = parts.eachPlace
      ? `${signed(Math.min(...parts.weightsByPlace(k)))} to ${signed(Math.max(...parts.weightsByPlace(k)))}`
      : signed(parts.weight(k))
  }

  resize() {
    this.spectrum.resize()
  }
}

const VERBS = {
  gradcam: "average →",
  hirescam: "kept as they are:",
  layercam: "negative ones become 0:",
  "gradcam++": "positive ones, weighed and added →",
}

// What can be said of channels whose maps were not sent.
export function unsent({ parts, data }, k) {
  if (k === "rest") {
    return `All other channels of the ${parts.all.toLocaleString("en")}. Each moves the map less than those above.`
  }
  return data.method !== "scorecam" || !Number.isNaN(parts.score(k))
    ? `Channel ${parts.order[k]}: weight ${signed(parts.weight(k))}, adds ${signed(parts.total(k))} in all.`
    : `Channel ${parts.order[k]} was not tried.`
}

// The height for a picture: what all else that stands with it leaves in a lecture, or the usual.
export function room(node, picture, usual) {
  const stage = parseFloat(getComputedStyle(node).getPropertyValue("--stage"))
  return stage ? Math.max(140, stage - (node.offsetHeight - picture.offsetHeight) - 4) : usual
}
