// A question mark that explains a field: to a pointer, to the keyboard, and to a finger.

import { element } from "../viewer/elements.js"

const WIDTH = 300 // pixels

export class Tip {
  constructor(line) {
    this.button = element("button", "help", line, { type: "button" })
    this.button.textContent = "?"
    this.bubble = element("div", "bubble", line, { popover: "manual", role: "tooltip" })
    const { button } = this
    button.onpointerenter = button.onfocus = button.onclick = () => this.open()
    button.onpointerleave = button.onblur = () => this.close()
    // Chromium's Tab does not get past a button with an open popover behind it.
    button.onkeydown = ({ key }) => ["Escape", "Tab"].includes(key) && this.close()
  }

  show(text, label) {
    this.button.hidden = !text
    this.button.setAttribute("aria-label", `About ${label}: ${text}`)
    this.bubble.textContent = text
  }

  open() {
    const at = this.button.getBoundingClientRect()
    const { style } = this.bubble
    style.maxWidth = `${WIDTH}px`
    style.left = `${Math.max(4, Math.min(at.right + 8, window.innerWidth - WIDTH - 8))}px`
    style.top = `${at.bottom + 4}px`
    if (!this.bubble.matches(":popover-open")) this.bubble.showPopover()
  }

  close() {
    if (this.bubble.matches(":popover-open")) this.bubble.hidePopover()
  }
}
