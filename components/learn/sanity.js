// The sanity check: a button makes a copy of the network forget, and the lines fall as its states
// arrive.

import { element } from "../viewer/elements.js"
import { join, part, startLook } from "../viewer/page.js"
import { Curves } from "./curves.js"
import { Forgotten } from "./forgotten.js"
import { openPhoto } from "./overlay.js"

const LOOK = 250 // milliseconds between two questions how far it is
const LOST = 3000 // milliseconds after which an answer is not waited for any longer
const MEASURES = [["rank", "Rank correlation"], ["ssim", "SSIM"]]

export class SanityFigure {
  constructor(places, ask) {
    this.ask = ask
    this.root = element("div", "sanity", places.sanity)
    this.depth = 0
    this.measure = "rank"
    this.controls()
    const figure = element("div", "sides", this.root)
    const pick = (depth, method) => this.pick(depth, method)
    this.curves = new Curves(figure, pick)
    this.forgotten = new Forgotten(figure, pick)
    this.conclusion = element("p", "conclusion", this.root, { "aria-live": "polite" })
    join(this)
  }

  controls() {
    const row = element("div", "controls", this.root)
    this.button = element("button", "plain strong", row, { type: "button" })
    this.button.onclick = () => this.press()
    this.bar = element("progress", "", row, { max: "1", "aria-label": "Progress" })
    this.words = element("span", "progress-words", row, { role: "status" })
    const choice = element("div", "measure", row, { role: "group", "aria-label": "Compared by" })
    this.measures = MEASURES.map(([id, title]) => {
      const button = element("button", "plain", choice, { type: "button" })
      button.textContent = title
      button.onclick = () => {
        this.measure = id
        this.draw()
      }
      return [id, button]
    })
  }

  async show(data, arrays) {
    clearTimeout(this.timer)
    startLook(data.colormaps)
    this.arrived = (this.arrived ?? 0) + 1
    const turn = this.arrived
    const known = this.model?.photo?.id === data.photo
    const photo = known ? { ...this.model.photo, window: data.window } : await openPhoto(
      { jpeg: arrays.photo, id: data.photo, size: data.size, window: data.window })
    if (turn !== this.arrived || this.removed) return
    const ids = data.methods.map(({ id }) => id)
    if (!ids.includes(this.method)) this.method = data.method
    const running = data.status === "running"
    const reached = Math.max(0, data.states.length - 1)
    // While the first network forgets, the pictures go along.
    if (running && data.done <= data.blocks.length + 1) this.depth = reached
    this.depth = Math.min(this.depth, reached)
    this.pressed = null
    this.model = { data, arrays, photo }
    this.draw()
    if (running) this.follow()
  }

  // Ask how far it is until an answer comes, and after each.
  follow() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.ask("look", Date.now())
      this.timer = setTimeout(() => this.follow(), LOST)
    }, LOOK)
  }

  press() {
    if (!this.model || this.pressed) return
    const { status } = this.model.data
    this.pressed = status === "running" ? "stop" : status === "done" ? "again" : "start"
    if (this.pressed !== "stop") this.depth = 0
    this.ask(this.pressed, Date.now())
    this.follow()
    this.state()
  }

  pick(depth, method) {
    const next = method ?? this.method
    if (depth === this.depth && next === this.method) return
    this.depth = depth
    this.method = next
    this.draw()
  }

  draw() {
    if (!this.model) return
    const { data } = this.model
    for (const [id, button] of this.measures) {
      button.setAttribute("aria-pressed", String(id === this.measure))
    }
    const shown = { ...this.model, measure: this.measure, depth: this.depth, method: this.method }
    this.state()
    this.curves.show(shown)
    this.forgotten.show(shown)
    const own = data.sentences[this.method] ?? ""
    this.say(data.conclusion, own, data)
  }

  state() {
    const { data } = this.model
    const { status, done, total, left, runs, said } = data
    const running = status === "running"
    this.button.textContent = running ? "Cancel" : status === "done" ? "Again, with other random weights"
      : status === "ready" ? "Make a copy forget" : "Start again"
    // Not disabled, which would take the keyboard's focus from it.
    this.button.setAttribute("aria-disabled", String(Boolean(this.pressed)))
    this.bar.hidden = !running
    this.bar.value = total ? done / total : 0
    const blocks = data.blocks.length
    const network = blocks ? Math.min(runs, Math.floor(Math.max(0, done - 2) / blocks) + 1) : 1
    const rest = left === null ? "" : `, about ${Math.max(1, Math.round(left))} s left`
    this.words.textContent = this.pressed === "stop" ? "Stopping"
      : this.pressed ? "Copying the network"
      : running ? said || (total ? `Random network ${network} of ${runs}${rest}` : "Copying the network")
      : status === "stopped" ? (total ? `Cancelled after ${done} of ${total} states.` : "Cancelled.")
      : status === "failed" ? said
      : status === "ready" ? `${runs} random networks, a few seconds. The network itself is not touched.`
      : ""
  }

  say(conclusion, own, { after, runs }) {
    const early = conclusion && after < runs
    const text = early ? `${conclusion} (After ${after} of ${runs} random networks.)` : conclusion
    if (this.said === `${text}|${own}`) return
    this.said = `${text}|${own}`
    this.conclusion.replaceChildren()
    element("strong", "", this.conclusion).textContent = text
    element("span", "own", this.conclusion).textContent = own
  }

  // The look changed on Explore.
  redraw() {
    this.draw()
  }

  resize() {
    this.draw()
  }

  remove() {
    this.removed = true
    clearTimeout(this.timer)
    part(this)
    this.root.remove()
  }
}
