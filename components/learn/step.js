// One step: its heading and sentences, the choices offered with it, and a place for its figure.

import { element } from "../viewer/elements.js"
import { Choices } from "./choices.js"
import { paragraph } from "./prose.js"

export class Step {
  constructor(id, parent, choose) {
    this.id = id
    this.root = element("section", "step", parent, { "data-step": id })
    this.heading = element("h3", "", this.root)
    this.prose = element("div", "prose", this.root)
    this.choices = new Choices(this.root, choose)
    this.place = element("div", "place", this.root)
  }

  show({ title, text, notes, choices }) {
    this.heading.textContent = title
    this.notes = notes
    this.prose.replaceChildren()
    for (const one of text) paragraph(one, this.prose)
    this.choices.offer(choices)
  }

  remove() {
    this.choices.remove()
  }
}
