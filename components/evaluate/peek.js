// The card beside a point that is pointed at: its photo with the heat over it, and what is known of it.

import { element } from "../viewer/elements.js"
import { drawGlance } from "./glance.js"

const SIDE = 148 // pixels of the picture
const APART = 18 // pixels between the point and the card

export class Peek {
  constructor(parent) {
    this.root = element("div", "peek", parent, { "aria-hidden": "true" })
    this.canvas = element("canvas", "", this.root)
    this.name = element("strong", "", this.root)
    this.said = element("span", "", this.root)
    this.root.hidden = true
  }

  // `glance` is a promise; until it is there, the card shows its words.
  async show(glance, { name, said, colormaps }, x, y) {
    this.now = glance
    this.name.textContent = name
    this.said.textContent = said
    this.root.hidden = false
    this.canvas.hidden = true
    this.place(x, y)
    const found = await glance
    if (this.now !== glance || !found) return
    this.canvas.hidden = false
    drawGlance(this.canvas, found, colormaps, SIDE)
    this.place(x, y)
  }

  hide() {
    this.now = null
    this.root.hidden = true
  }

  // Beside the point, on the side with more room, and inside the picture's height.
  place(x, y) {
    const { offsetWidth: width, offsetHeight: height } = this.root, around = this.root.offsetParent
    if (!around) return
    const right = x < around.clientWidth / 2
    const left = right ? x + APART : x - APART - width
    const top = Math.min(Math.max(y - height / 2, 4), around.clientHeight - height - 4)
    this.root.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
  }
}
