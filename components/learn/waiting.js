// What stands in a step while a slow method tries channel after channel.

import { element } from "../viewer/elements.js"
import { wholePercent } from "../viewer/text.js"

export class Waiting {
  constructor(parent, ask) {
    this.root = element("div", "making-wait", parent, { role: "status" })
    this.words = element("span", "", this.root)
    this.bar = element("progress", "", this.root, { max: "1", "aria-label": "Progress" })
    this.button = element("button", "plain", this.root, { type: "button" })
    this.button.onclick = () => ask(this.stopped ? "again" : "stop", Date.now())
  }

  show({ stopped, title, queued, share, left }) {
    this.stopped = stopped
    this.bar.hidden = stopped
    this.bar.value = share
    this.button.textContent = stopped ? "Compute it after all" : "Cancel"
    const rest = queued
      || (left === null ? "starting" : `${wholePercent(share)}, about ${Math.max(1, Math.round(left))} s left`)
    this.words.textContent = stopped ? `${title}: cancelled before it finished.` : `${title}: ${rest}`
  }

  remove() {
    this.root.remove()
  }
}
