// The end of the page. It is drawn last, so its arrival says that all else has arrived.

import { element } from "../viewer/elements.js"
import { lectureButton } from "./opening.js"
import { paragraph } from "./prose.js"
import { story } from "./story.js"

const TITLE = "What to take home"
const TEXT = [
  "A heatmap is a good question about a network. It says which places went into one number, for "
  + "one class, at one layer, and it says so in squares as coarse as that layer is.",
  "So ask for *the class*, not for the heatmap. Look at the grid before you believe an edge. When a "
  + "map points at something, *cover it* and see whether the answer changes: that is the experiment, "
  + "and the map is only the guess. And whoever brings a new method, let them show first that it "
  + "notices when the network has forgotten everything.",
]

export class Closing {
  constructor(parentElement) {
    this.root = element("footer", "learn closing", parentElement)
    element("h2", "", this.root).textContent = TITLE
    for (const text of TEXT) paragraph(text, this.root)
    this.start = element("div", "start", this.root)
    lectureButton(this.start)
  }

  show() {
    story.settled()
  }

  remove() {
    this.root.remove()
  }
}
