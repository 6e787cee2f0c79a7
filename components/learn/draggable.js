// A thing that lies on a picture and is moved and resized by mouse, finger and keyboard. It knows
// CSS pixels only; whose they are is its owner's business.

import { element } from "../viewer/elements.js"

const STEP = 0.01, FAR = 5, GROW = 1.1 // a key's way in shares of the picture; with Shift; in size

export class Draggable {
  // move(x, y): by so many CSS pixels. size(factor): by so much. begin(): remember where it is, which
  // is what both count from.
  constructor(parent, label, act) {
    this.act = act
    this.parent = parent
    this.node = element("div", "mark", parent, {
      role: "slider", tabindex: "0", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "100",
      title: "Drag it. Arrow keys move it, + and − make it larger and smaller.",
    })
    this.grip = element("div", "grip", this.node, { "aria-hidden": "true" })
    this.node.onpointerdown = (event) => this.press(event)
    this.node.onpointermove = (event) => this.drag(event)
    this.node.onpointerup = this.node.onpointercancel = () => this.release()
    this.node.onkeydown = (event) => this.key(event)
  }

  get held() {
    return Boolean(this.from)
  }

  press(event) {
    if (event.button !== 0 || this.from) return
    event.preventDefault()
    this.node.focus({ preventScroll: true })
    this.node.setPointerCapture(event.pointerId)
    const { left, width } = this.node.getBoundingClientRect()
    const resizing = event.target === this.grip
    this.from = { x: event.clientX, y: event.clientY, left, width, resizing, id: event.pointerId }
    this.node.classList.add("held")
    this.act.begin()
  }

  drag(event) {
    const { from } = this
    if (!from || event.pointerId !== from.id) return
    const x = event.clientX - from.x, y = event.clientY - from.y
    if (from.resizing) this.act.size((from.width + x) / from.width)
    else this.act.move(x, y)
  }

  release() {
    this.from = null
    this.node.classList.remove("held")
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const way = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    }[event.key]
    const factor = { "+": GROW, "=": GROW, "-": 1 / GROW }[event.key]
    if (!way && !factor && event.key !== "Home") return
    event.preventDefault()
    this.act.begin()
    if (way) {
      const step = STEP * (event.shiftKey ? FAR : 1) * this.parent.clientWidth
      this.act.move(way[0] * step, way[1] * step)
    } else if (factor) this.act.size(factor)
    else this.act.home()
  }

  // Lie here, in CSS pixels of the picture; said in words to those who do not see it.
  place({ left, top, right, bottom }, share, words) {
    Object.assign(this.node.style, {
      left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px`,
    })
    this.node.setAttribute("aria-valuenow", String(Math.round(share * 100)))
    this.node.setAttribute("aria-valuetext", words)
  }
}
