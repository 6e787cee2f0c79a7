// A button that opens a small panel below it.

import { element } from "./elements.js"

export class Menu {
  constructor(parent, button, label) {
    this.node = element("div", "menu", parent)
    this.button = button
    this.node.append(button)
    button.setAttribute("aria-expanded", "false")
    button.setAttribute("aria-haspopup", "dialog")
    this.panel = element("div", "panel", this.node, { role: "dialog", "aria-label": label })
    this.panel.hidden = true
    button.onclick = () => this.toggle(this.panel.hidden)
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.panel.hidden) return
      event.stopPropagation()
      this.toggle(false)
      button.focus()
    })
    // Events that come out of the component no longer say where inside it they began.
    this.outside = (event) => {
      if (!event.composedPath().includes(this.node)) this.toggle(false)
    }
  }

  toggle(open) {
    if (open === !this.panel.hidden) return
    this.panel.hidden = !open
    this.button.setAttribute("aria-expanded", String(open))
    if (open) document.addEventListener("pointerdown", this.outside)
    else document.removeEventListener("pointerdown", this.outside)
  }
}
