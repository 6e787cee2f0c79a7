// One chapter: its heading, its steps, and the figure that is drawn into them.

import { element } from "../viewer/elements.js"
import { FIGURES } from "./figures.js"
import { Step } from "./step.js"
import { story } from "./story.js"

export class ChapterPart {
  constructor(parentElement, send) {
    this.send = send
    this.root = element("section", "learn chapter", parentElement)
    this.heading = element("h2", "", this.root)
    this.steps = []
  }

  show({ header, arrays }) {
    const { id, title, steps, data, colormaps } = header
    this.id = id
    this.heading.textContent = title
    if (!this.figure) this.build(steps)
    steps.forEach((step, at) => this.steps[at].show(step))
    this.figure.show({ ...data, colormaps }, arrays)
    story.chapters.set(id, this)
    story.changed()
  }

  build(steps) {
    const choose = (what, value) => this.send("choose", { what, value })
    this.steps = steps.map((step) => new Step(step.id, this.root, choose))
    const places = Object.fromEntries(this.steps.map((step) => [step.id, step.place]))
    const ask = (name, value) => this.send("ask", { name, value })
    this.figure = new FIGURES[this.id](places, ask)
    this.watch = new ResizeObserver(() => this.figure.resize())
    for (const step of this.steps) this.watch.observe(step.place)
  }

  remove() {
    this.watch?.disconnect()
    this.figure?.remove()
    for (const step of this.steps) step.remove()
    story.chapters.delete(this.id)
    this.root.remove()
    story.changed()
  }
}
