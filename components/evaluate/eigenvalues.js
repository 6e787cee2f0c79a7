// The smallest eigenvalues of the graph of likeness, and the gap that says how many groups there are.

import { element } from "../viewer/elements.js"

const SVG = "http://www.w3.org/2000/svg"
const HEIGHT = 132, LEFT = 30, RIGHT = 8, TOP = 20, FOOT = 22
const SHOWN = 16

// The values drawn: enough to see the gap, and not more than fit.
export function shownValues(values, gap) {
  return values.slice(0, Math.max(Math.min(values.length, SHOWN), gap + 1))
}

// What the plot says, in a sentence.
export function meaning(values, gap) {
  if (values.length < 2) return "Too few different photos to look for groups."
  const step = (values[gap] - values[gap - 1]).toFixed(2)
  const many = gap === 1 ? "one group: all photos hang together" : `${gap} groups`
  return `The largest step, of ${step}, comes after number ${gap}, which suggests ${many}.`
}

export class Eigenvalues {
  constructor(parent) {
    this.root = element("figure", "eigenvalues", parent)
    this.svg = make("svg", { role: "img", height: HEIGHT }, this.root)
    this.caption = element("figcaption", "", this.root)
    this.sizes = new ResizeObserver(() => this.draw())
    this.sizes.observe(this.root)
  }

  show({ values, gap }) {
    this.values = shownValues(values, gap)
    this.gap = gap
    this.caption.textContent = meaning(values, gap)
    this.svg.setAttribute("aria-label", `${values.length} eigenvalues, the smallest first: `
      + `${this.values.map((value) => value.toFixed(2)).join(", ")}. ${this.caption.textContent}`)
    this.svg.style.display = values.length < 2 ? "none" : ""
    this.draw()
  }

  draw() {
    const width = Math.floor(this.root.clientWidth), { svg, values, gap } = this
    if (!values || width < 80) return
    svg.setAttribute("width", width)
    svg.replaceChildren()
    const top = Math.max(...values, 0.1), last = Math.max(1, values.length - 1)
    const x = (n) => LEFT + 6 + ((width - LEFT - RIGHT - 12) * n) / last
    const y = (value) => HEIGHT - FOOT - ((HEIGHT - FOOT - TOP) * value) / top
    make("path", { class: "axis", d: `M${LEFT} ${TOP - 8}V${HEIGHT - FOOT}H${width - RIGHT}` }, svg)
    for (const value of [0, top]) {
      write(svg, value ? value.toFixed(top < 0.1 ? 2 : 1) : "0", LEFT - 6, y(value), "end")
    }
    write(svg, "1", x(0), HEIGHT - 6, "middle")
    if (gap > 1) write(svg, String(gap), x(gap - 1), HEIGHT - 6, "middle")
    if (values.length - gap > 1) write(svg, String(values.length), x(last), HEIGHT - 6, "middle")
    if (gap < values.length) this.bracket(x, y)
    values.forEach((value, n) => {
      make("circle", { class: n < gap ? "before" : "", cx: x(n), cy: y(value), r: 3.5 }, svg)
    })
  }

  // The step, drawn between the two values that it lies between.
  bracket(x, y) {
    const { svg, values, gap } = this, at = (x(gap - 1) + x(gap)) / 2
    const [low, high] = [y(values[gap - 1]), y(values[gap])]
    make("path", { class: "gap", d: `M${x(gap - 1)} ${low}H${at}V${high}H${x(gap)}` }, svg)
    const right = at < svg.clientWidth / 2
    write(svg, "gap", at + (right ? 8 : -8), Math.max((low + high) / 2, TOP), right ? "start" : "end", "gap")
  }

  remove() {
    this.sizes.disconnect()
  }
}

function make(tag, attributes, parent) {
  const made = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  parent.append(made)
  return made
}

function write(svg, text, x, y, anchor, className = "") {
  const made = make("text", { x, y, "text-anchor": anchor, "dominant-baseline": "middle", class: className }, svg)
  made.textContent = text
}
