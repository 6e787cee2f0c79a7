// The end of the page.

import { element } from "../viewer/elements.js"
import { paragraph } from "./prose.js"

const LAST = "A heatmap is a good question about a network, and never the whole answer."

export class Closing {
  constructor(parentElement) {
    this.root = element("footer", "learn closing", parentElement)
    paragraph(LAST, this.root)
  }

  show() {}

  remove() {
    this.root.remove()
  }
}
