// One photo's predictions as bars that act as toggles: a click shows or hides a class's map.

import { element } from "./elements.js"
import { onlyStop, rove } from "./roving.js"
import { percent } from "./text.js"

const WIDE = 340 // CSS pixels from which label, bar and figure share a line

export class Bars {
  // `toggle` gets the index of the class that was clicked. Others put their buttons into `actions`.
  constructor(row, several, toggle) {
    this.node = element("div", "bars")
    const whose = several ? ` for ${row.caption}` : ""
    this.list = element("div", "list", this.node, {
      role: "group", "aria-label": `Predictions${whose}: click to show or hide a map`,
    })
    this.buttons = row.bars.map((bar) => this.button(bar, toggle))
    onlyStop(this.buttons)
    rove(this.list, () => this.buttons.filter((button) => button.getClientRects().length))
    this.all = element("button", "word all", this.node, { type: "button" })
    this.all.textContent = "Show all"
    this.all.title = `Show all ${row.bars.length} predictions`
    this.all.onclick = () => {
      this.whole = true
      this.limit(Infinity)
      this.buttons[0].focus()
    }
    this.all.hidden = true
    this.actions = element("div", "actions", this.node)
  }

  get count() {
    return this.buttons.length
  }

  button(bar, toggle) {
    const share = percent(bar.share)
    const node = element("button", "class", this.list, {
      type: "button", "aria-pressed": String(bar.shown), "aria-label": `${bar.label}, ${share}`,
      title: `${bar.label}, ${share} (${bar.detail}). Click to show or hide its map.`,
    })
    element("span", "box", node)
    element("span", "label", node).textContent = bar.label
    element("span", "percent", node).textContent = share
    element("i", "", element("span", "track", node)).style.width = `${bar.share * 100}%`
    node.onclick = () => {
      bar.shown = !bar.shown // immediately; the server's answer will agree
      node.setAttribute("aria-pressed", String(bar.shown))
      toggle(bar.index)
    }
    return node
  }

  // Show at most `most` bars, and those whose maps are shown, until all are asked for.
  limit(most) {
    const fits = this.whole || this.count <= most ? Infinity : Math.max(3, most - 1)
    this.buttons.forEach((button, place) => {
      button.hidden = place >= fits && button.getAttribute("aria-pressed") === "false"
    })
    this.all.hidden = this.buttons.every((button) => !button.hidden)
  }

  resize(width) {
    this.node.classList.toggle("broad", width >= WIDE)
  }
}
