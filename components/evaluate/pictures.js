// Photos with their heat in place of points, framed in their groups' colours. The pointer belongs to
// the map around them.

import { element } from "../viewer/elements.js"
import { spread } from "./fitting.js"
import { drawGlance } from "./glance.js"
import { colourOf } from "./groups.js"

const APART = 8 // pixels between two pictures

// The longer side of pictures in pixels: the fewer, the larger, with as much room again around them.
export function sideFor(count, width, height) {
  return Math.round(Math.min(132, Math.max(58, Math.sqrt((width * height) / (4 * count)) - APART)))
}

export class Pictures {
  constructor(parent, glances) {
    this.glances = glances
    this.root = element("div", "pictures", parent, { "aria-hidden": "true" })
    this.nodes = new Map() // by point
  }

  // Show a picture for each point that there is room for, and move the point to it.
  show({ xs, ys }, width, height, { photos, groups, colormaps, theme }) {
    this.clear()
    this.side = sideFor(photos.length, width, height)
    for (const { point, x, y } of spread(xs, ys, this.side + APART, width, height)) {
      [xs[point], ys[point]] = [x, y]
      const node = element("canvas", "", this.root)
      Object.assign(node.style, { left: `${x}px`, top: `${y}px`, outlineColor: colourOf(groups[point], theme) })
      this.nodes.set(point, node)
      this.draw(node, photos[point], colormaps)
    }
  }

  clear() {
    this.root.replaceChildren()
    this.nodes.clear()
  }

  async draw(node, photo, colormaps) {
    const glance = await this.glances.of(photo)
    if (glance && node.isConnected) drawGlance(node, glance, colormaps, this.side)
  }

  has(point) {
    return this.nodes.has(point)
  }

  // Bring some points forward; null for none: all are alike.
  bring(points) {
    const forward = points && new Set(points)
    for (const [point, node] of this.nodes) {
      node.classList.toggle("back", Boolean(forward) && !forward.has(point))
    }
  }
}
