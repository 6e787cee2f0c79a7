// The groups of a class: of each its letter, how many photos, and the average photo with the average
// map. A click selects the group's photos.

import { element } from "../viewer/elements.js"
import { drawGlance } from "./glance.js"
import { openGlance } from "./glances.js"
import { colourOf, letterOf, NONE, photosText, themeOf } from "./groups.js"

const SIDE = 76 // pixels of a picture

export class Clusters {
  // `raise(group)` is told which group is pointed at, or null.
  constructor(parent, selection, raise) {
    this.selection = selection
    this.raise = raise
    this.root = element("ul", "clusters", parent)
  }

  // clusters: [{group, count, jpeg, map, id, size, window}], `photosOf(group)` the numbers of theirs.
  show(clusters, { arrays, colormaps, photosOf }) {
    const theme = themeOf(this.root)
    this.root.replaceChildren(...clusters.map((cluster) => {
      const { group, count } = cluster
      const item = element("li")
      const button = element("button", "cluster", item, { type: "button" })
      const frame = element("span", "frame", button)
      const canvas = element("canvas", "", frame, { "aria-hidden": "true" })
      const chip = element("span", "chip", button, { "aria-hidden": "true" })
      chip.textContent = letterOf(group)
      chip.style.setProperty("--chip", colourOf(group, theme))
      element("span", "count", button).textContent = count.toLocaleString("en")
      const name = group === NONE ? "Photos like no others" : `Group ${letterOf(group)}`
      button.setAttribute("aria-label", `${name}, ${photosText(count)}: select`)
      button.title = group === NONE ? "Photos whose heat is like that of no others" : ""
      button.onclick = (event) => {
        this.selection.take(photosOf(group), event.shiftKey ? "more" : "only")
      }
      button.onpointerenter = button.onfocus = () => this.raise(group)
      button.onpointerleave = button.onblur = () => this.raise(null)
      this.draw(canvas, cluster, arrays, colormaps)
      return item
    }))
  }

  async draw(canvas, cluster, arrays, colormaps) {
    if (!cluster.jpeg) return
    drawGlance(canvas, await openGlance(cluster, arrays), colormaps, SIDE)
  }
}
