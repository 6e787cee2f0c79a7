// One photo's predictions as bars that act as toggles: a click shows or hides a class's map.

import { element } from "./elements.js"
import { onlyStop, rove } from "./roving.js"
import { percent, roughPercent } from "./text.js"

const WIDE = 340 // CSS pixels from which label, bar and figure share a line

export class Bars {
  // `toggle` gets the index of the class that was clicked. Others put their buttons into `actions`.
  constructor(row, several, toggle) {
    this.node = element("div", "bars")
    this.asked = null // takes the clicks instead while two classes are being chosen
    this.node.classList.toggle("changed", row.bars.some(({ before }) => before !== null))
    const whose = several ? ` for ${row.caption}` : ""
    this.list = element("div", "list", this.node, {
      role: "group", "aria-label": `Predictions${whose}: click to show or hide a map`,
    })
    this.buttons = row.bars.map((bar) => this.button(bar, toggle))
    onlyStop(this.buttons)
    rove(this.list, () => this.buttons.filter((button) => button.getClientRects().length))
    this.actions = element("div", "actions", this.node)
  }

  get count() {
    return this.buttons.length
  }

  button(bar, toggle) {
    const share = figureOf(bar)
    const node = element("button", "class", this.list, {
      type: "button", "aria-pressed": String(bar.shown), "aria-label": `${bar.label}, ${share}`,
      title: `${bar.label}, ${share} (${bar.detail}). Click to show or hide its map.`,
    })
    element("span", "box", node)
    element("span", "label", node).textContent = bar.label
    element("span", "percent", node).textContent = share
    const track = element("span", "track", node)
    element("i", "", track).style.width = `${bar.share * 100}%`
    if (bar.before !== null) element("b", "was", track).style.left = `${bar.before * 100}%`
    node.onclick = () => {
      if (this.asked) return this.asked(bar, node)
      bar.shown = !bar.shown // immediately; the server's answer will agree
      node.setAttribute("aria-pressed", String(bar.shown))
      return toggle(bar.index)
    }
    return node
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
