// The top of the page: what it is about, the contents, and the way into the lecture.

import { element } from "../viewer/elements.js"
import { paragraph } from "./prose.js"
import { story } from "./story.js"

const LEAD = "A heatmap says where in a photo a network found evidence for its answer. This page "
  + "builds one before your eyes, out of the network's own numbers, and then shows where it misleads."

export class Opening {
  constructor(parentElement, send) {
    this.send = send
    this.root = element("header", "learn opening", parentElement)
    element("h1", "", this.root).textContent = "Where does a network look?"
    paragraph(LEAD, this.root, "lead")
    this.contents = element("nav", "contents", this.root, { "aria-label": "Contents" })
    story.opening = this
  }

  show({ header }) {
    story.contents = header.contents
    story.choices = header.choices
    this.contents.replaceChildren()
    for (const { title, steps } of header.contents) {
      element("p", "", this.contents).textContent = title
      for (const [id, name] of steps) {
        const entry = element("a", "", this.contents, { href: `#${id}` })
        entry.textContent = name
      }
    }
    story.changed()
  }

  remove() {
    story.opening = null
    this.root.remove()
  }
}
