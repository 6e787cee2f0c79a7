// One photo's predictions as bars that act as toggles: a click shows or hides a class's map.

import { element } from "./elements.js"
import { onlyStop, rove } from "./roving.js"
import { percent, roughPercent } from "./text.js"

const WIDE = 340 // CSS pixels from which label, bar and figure share a line

export class Bars {
  // several: whether other photos have bars too; one: whether one class is chosen, not any number.
  // `toggle` gets the index of the class that was clicked. Others put their buttons into `actions`.
  constructor(row, { several, one }, toggle) {
    this.node = element("div", one ? "bars one" : "bars")
    this.state = one ? "aria-checked" : "aria-pressed"
    this.what = one ? "Click to show this class." : "Click to show or hide its map."
    this.asked = null // takes the clicks instead while two classes are being chosen
    this.node.classList.toggle("changed", row.bars.some(({ before }) => before !== null))
    const whose = several ? ` for ${row.caption}` : ""
    this.list = element("div", "list", this.node, {
      role: one ? "radiogroup" : "group", "aria-label": `Predictions${whose}`,
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
    const share = figureOf(bar)
    const node = element("button", "class", this.list, {
      type: "button", [this.state]: String(bar.shown), "aria-label": `${bar.label}, ${share}`,
      title: `${bar.label}, ${share} (${bar.detail}). ${this.what}`,
    })
    if (this.state === "aria-checked") node.setAttribute("role", "radio")
    element("span", "box", node)
    element("span", "label", node).textContent = bar.label
    element("span", "percent", node).textContent = share
    const track = element("span", "track", node)
    element("i", "", track).style.width = `${bar.share * 100}%`
    if (bar.before !== null) element("b", "was", track).style.left = `${bar.before * 100}%`
    node.onclick = () => {
      if (this.asked) return this.asked(bar, node)
      // Mark it immediately; the server's answer will agree.
      const shown = this.state === "aria-checked" || node.getAttribute(this.state) === "false"
      if (this.state === "aria-checked") this.buttons.forEach((other) => this.mark(other, false))
      this.mark(node, shown)
      return toggle(bar.index)
    }
    return node
  }

  mark(button, shown) {
    button.setAttribute(this.state, String(shown))
  }

  // Show at most `most` bars, and those whose maps are shown, until all are asked for.
  limit(most) {
    const fits = this.whole || this.count <= most ? Infinity : Math.max(3, most - 1)
    this.buttons.forEach((button, place) => {
      button.hidden = place >= fits && button.getAttribute(this.state) === "false"
    })
    this.all.hidden = this.buttons.every((button) => !button.hidden)
  }

  // The figures and lengths from before part of the photo was covered, or those of now.
  showBefore(bars, before) {
    bars.forEach((bar, n) => {
      const share = before ? bar.before ?? 0 : bar.share
      this.buttons[n].querySelector(".percent").textContent = before ? roughPercent(share) : figureOf(bar)
      this.buttons[n].querySelector("i").style.width = `${share * 100}%`
    })
  }

  resize(width) {
    this.node.classList.toggle("broad", width >= WIDE)
  }
}

function figureOf({ share, before }) {
  if (before === null) return percent(share)
  return `${roughPercent(before)} → ${roughPercent(share)}`
}
