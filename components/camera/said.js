// What the model says of the camera's picture: the class of the map, and bars for the most probable
// ones. A click on a bar follows its class.

import { element } from "../viewer/elements.js"
import { percent } from "../viewer/text.js"

const ROWS = 5
const READABLE = 250 // milliseconds that figures stay, so that they can be read

export class Said {
  constructor(parent, follow) {
    this.follow = follow
    this.node = element("div", "said", parent)
    this.kind = element("p", "kind", this.node)
    this.name = element("h3", "name", this.node)
    this.share = element("p", "share", this.node)
    this.bars = element("div", "bars one", this.node)
    this.list = element("div", "list", this.bars, { role: "group", "aria-label": "The most probable now" })
    this.rows = Array.from({ length: ROWS }, () => this.row())
    this.last = 0
  }

  row() {
    const node = element("button", "class", this.list, { type: "button", "aria-pressed": "false" })
    element("span", "box", node)
    const row = {
      node, label: element("span", "label", node), percent: element("span", "percent", node),
      bar: element("i", "", element("span", "track", node)),
    }
    node.hidden = true
    node.onclick = () => {
      const again = row.index === this.asked?.follow
      this.follow(again ? -1 : row.index)
    }
    return row
  }

  // The class to follow, or null for the most probable one.
  ask({ follow, label }) {
    this.asked = { follow, label }
    this.last = 0
    if (this.answer) this.say(this.answer)
    else this.head(follow === null ? "" : label, null)
  }

  say(answer) {
    if (!answer || answer.problem) return
    this.answer = answer
    for (const row of this.rows) {
      const found = answer.listed.find(([index]) => index === row.index)
      if (found) row.bar.style.width = `${found[2] * 100}%`
    }
    if (performance.now() - this.last < READABLE) return
    this.last = performance.now()
    this.head(answer.label, answer.share)
    this.rows.forEach((row, n) => this.fill(row, answer.listed[n]))
  }

  head(name, share) {
    const followed = this.asked?.follow ?? null
    this.kind.textContent = followed === null ? "The most probable now" : "The class you follow"
    this.name.textContent = name || "Waiting for the first picture…"
    this.name.title = name
    this.share.textContent = share === null ? "" : percent(share)
  }

  fill(row, found) {
    row.node.hidden = !found
    if (!found) return
    const [index, label, share] = found
    row.index = index
    row.label.textContent = label
    row.percent.textContent = percent(share)
    row.bar.style.width = `${share * 100}%`
    const followed = index === this.asked?.follow
    row.node.setAttribute("aria-pressed", String(followed))
    row.node.classList.toggle("drawn", index === this.answer.index)
    row.node.title = followed ? `Stop following ${label}` : `Follow ${label}`
  }
}
