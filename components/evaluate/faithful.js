// How faithful the maps of one photo are: the curves, the photo as the model sees it along them, and
// the table of all scores.

import { openPhoto } from "../learn/overlay.js"
import { element } from "../viewer/elements.js"
import { join, part, startLook } from "../viewer/page.js"
import { decodePhoto } from "../viewer/photo.js"
import { link } from "./link.js"
import { Plot, stepAt } from "./plot.js"
import { pictures } from "./road.js"
import { Scores } from "./scores.js"
import { Shown } from "./shown.js"

const FIRST = 0.2 // the fraction of pixels at which it begins

export class Faithful {
  constructor(parent, send) {
    this.send = send
    this.at = FIRST
    this.root = element("section", "evaluate faithful", parent)
    this.answer = element("p", "answer", this.root, { "aria-live": "polite" })
    this.notes = element("div", "notes", this.root)
    const bar = element("div", "bar", this.root)
    this.tabs = element("div", "tabs", bar, { role: "group", "aria-label": "Measured by" })
    this.better = element("span", "quiet", bar)
    const desk = element("div", "desk", this.root)
    const pick = (at, row) => this.pick(at, row)
    this.plot = new Plot(desk, pick)
    this.shown = new Shown(desk)
    this.protocol = element("p", "protocol", this.root)
    this.scores = new Scores(this.root, (row) => this.pick(this.at, row))
    this.watch = new ResizeObserver(() => this.resized())
    this.watch.observe(this.root)
    this.arrived = () => this.draw()
    pictures.addEventListener("arrived", this.arrived)
    join(this)
  }

  async show({ header, arrays }) {
    startLook(header.colormaps)
    this.turn = (this.turn ?? 0) + 1
    const { turn } = this
    const id = header.photo, { size, window } = header
    const photo = await openPhoto({ jpeg: arrays.photo, id, size, window })
    const sent = `${id} ${window} ${header.input}` // the same photo, fitted otherwise, is another
    const whole = await decodePhoto({ jpeg: arrays.seen, id: `seen ${sent}` })
    const blurred = await decodePhoto({ jpeg: arrays.blurred, id: `blurred ${sent}` })
    if (turn !== this.turn || this.removed) return
    this.model = { header, arrays, photo, whole, blurred }
    const rows = header.rows.map(({ id }) => id), curves = header.curves.map(({ id }) => id)
    if (!rows.includes(this.row)) this.row = rows[0]
    if (!curves.includes(this.curve)) this.curve = curves.includes("deletion") ? "deletion" : curves[0]
    this.choices()
    this.draw()
  }

  choices() {
    const { curves } = this.model.header
    if (this.tabs.children.length !== curves.length) {
      this.tabs.replaceChildren()
      for (const { id, title } of curves) {
        const button = element("button", "tab", this.tabs, { type: "button" })
        button.textContent = title
        button.dataset.curve = id
        button.onclick = () => {
          this.curve = id
          this.draw()
        }
      }
    }
    for (const button of this.tabs.children) {
      button.setAttribute("aria-pressed", String(button.dataset.curve === this.curve))
    }
  }

  pick(at, row) {
    if (at === this.at && (row ?? this.row) === this.row) return
    this.at = at
    this.row = row ?? this.row
    this.draw()
  }

  draw() {
    if (!this.model) return
    const { header } = this.model
    const row = header.rows.find(({ id }) => id === this.row)
    const curve = header.curves.find(({ id }) => id === this.curve)
    const model = { ...this.model, row, curve, at: this.at }
    this.choices()
    this.answer.textContent = header.answer || `Measuring the maps of ${header.label}: the curves `
      + "come in a few steps first, then in all."
    this.answer.classList.toggle("waiting", !header.answer)
    this.say(header.notes)
    this.better.textContent = curve.better === "lower"
      ? "The sooner the line falls, the better the map knew what matters."
      : "The higher the line stays, the better the map knew what matters."
    this.protocol.replaceChildren()
    element("span", "", this.protocol).textContent = `${curve.protocol} `
    link(this.protocol, curve.source)
    this.plot.show(model)
    this.shown.show(model, this.picture(model))
    this.scores.show(model)
  }

  say(notes) {
    const text = notes.join("\n")
    if (text === this.said) return
    this.said = text
    this.notes.replaceChildren()
    for (const note of notes) element("p", "", this.notes).textContent = note
  }

  // ROAD's pictures are asked for one at a time; the others are made here.
  picture({ header, row, curve, at }) {
    if (!curve.id.startsWith("road") || !row.curves[curve.id]) return null
    const step = stepAt(row.curves[curve.id][0], at)
    const asked = { method: row.id, curve: curve.id, step }
    const found = pictures.find({ ...asked, photo: header.photo, label: header.label })
    const key = JSON.stringify(asked)
    if (!found && this.asked !== key) {
      this.asked = key
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.send("road", asked), 120)
    }
    return found ?? "awaited"
  }

  // The look changed on Explore.
  redraw() {
    this.draw()
  }

  resized() {
    const width = this.root.clientWidth
    if (width === this.width) return
    this.width = width
    this.draw()
  }

  remove() {
    this.removed = true
    clearTimeout(this.timer)
    this.watch.disconnect()
    pictures.removeEventListener("arrived", this.arrived)
    part(this)
    this.root.remove()
  }
}
