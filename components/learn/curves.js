// How like the trained network's map each method's map is, against how much is random: a line for
// each method, its name at its end. Pointing chooses the state and the method, as arrow keys do.

import { element } from "../viewer/elements.js"
import { MINUS } from "../viewer/text.js"

const SVG = "http://www.w3.org/2000/svg"
const NAMES = { rank: "Rank correlation", ssim: "SSIM" }
const LOWEST = { rank: -0.6, ssim: -0.1 } // of the axis, unless a line goes lower
const GAP = 18 // CSS pixels between two names
const NEAR = 22 // CSS pixels from a line that count as pointing at it
const TOP = 26, FOOT = 44, LEFT = 40

export function correlation(value) {
  if (value === null || value === undefined) return "none"
  return value.toFixed(2).replace("-0.00", "0.00").replace("-", MINUS)
}

export class Curves {
  constructor(parent, pick) {
    this.pick = pick
    this.root = element("div", "curves", parent, {
      role: "slider", tabindex: "0", "aria-label": "How much of the network is random",
      "aria-valuemin": "0",
    })
    this.svg = make("svg", {}, this.root)
    this.svg.setAttribute("aria-hidden", "true")
    this.root.onpointermove = (event) => this.point(event)
    this.root.onpointerdown = (event) => this.point(event)
    this.root.onkeydown = (event) => this.key(event)
  }

  // model: {data, measure, depth, method}
  show(model) {
    this.model = model
    this.draw()
  }

  get last() {
    return Math.max(1, this.model.data.blocks.length)
  }

  // The deepest state that has arrived.
  get reached() {
    return Math.max(0, this.model.data.states.length - 1)
  }

  draw() {
    const { root, svg, model } = this
    const width = root.clientWidth, height = root.clientHeight
    this.right = width - (width < 480 ? 122 : 138)
    if (this.right < 2 * LEFT || !height) return
    const { data, measure } = model
    svg.setAttribute("width", width)
    svg.setAttribute("height", height)
    svg.replaceChildren()
    this.bottom = height - FOOT
    const means = Object.values(data.curves).flatMap((of) => of[measure].map(({ mean }) => mean ?? 0))
    this.low = Math.min(LOWEST[measure], ...means.map((mean) => mean - 0.08))
    this.band()
    this.axes()
    this.runs()
    this.ends = []
    // The chosen one last, on top of one that is the same.
    const rank = ({ id }) => Number(id === model.method)
    for (const method of [...data.methods].sort((a, b) => rank(a) - rank(b))) this.line(method)
    this.labels()
    this.cursor()
    this.tell()
  }

  x(depth) {
    return LEFT + ((this.right - LEFT) * depth) / this.last
  }

  y(value) {
    return TOP + ((this.bottom - TOP) * (1 - value)) / (1 - this.low)
  }

  // As far as the layer's features are still the trained ones.
  band() {
    const { features = 0, states } = this.model.data
    if (states.length < 2 || features < 1) return
    const x = this.x(0), width = this.x(features) - x
    make("rect", { class: "band", x, width, y: TOP, height: this.bottom - TOP }, this.svg)
    const text = make("text", { class: "tick", x: x + 6, y: this.bottom - 24 }, this.svg)
    write(text, ["features still", "the trained ones"], x + 6)
  }

  axes() {
    const { svg, right, bottom } = this
    const title = make("text", { class: "tick", x: 0, y: 12 }, svg)
    title.textContent = `${NAMES[this.model.measure]} with the trained map`
    for (const value of [1, 0.5, 0, -0.5, -1]) {
      if (value < this.low) continue
      const y = this.y(value)
      make("line", { class: value ? "grid" : "grid zero", x1: LEFT, x2: right, y1: y, y2: y }, svg)
      const tick = make("text", { class: "tick", x: LEFT - 8, y: y + 4, "text-anchor": "end" }, svg)
      tick.textContent = value ? String(value).replace("-", MINUS) : "0"
    }
    for (let depth = 0; depth <= this.last; depth++) {
      const x = this.x(depth)
      make("line", { class: "grid", x1: x, x2: x, y1: bottom, y2: bottom + 5 }, svg)
    }
    const start = make("text", { class: "tick", x: LEFT, y: bottom + 38 }, svg)
    start.textContent = "trained"
    const end = make("text", { class: "tick", x: right, y: bottom + 38, "text-anchor": "end" }, svg)
    end.textContent = "all random"
  }

  // The chosen method's single random networks as points, around the interval of their mean.
  runs() {
    const curve = this.curve(this.model.method)
    if (!curve) return
    const sure = curve.map((point, depth) => ({ ...point, depth }))
      .filter(({ mean, error }) => mean !== null && error !== null)
    if (sure.length > 1) {
      const edge = (sign) => sure.map(({ depth, mean, error }) =>
        `${this.x(depth)},${this.inside(mean + sign * error)}`)
      const points = [...edge(1), ...edge(-1).reverse()].join(" ")
      make("polygon", { class: "interval", points }, this.svg)
    }
    curve.forEach(({ values }, depth) => {
      if (!depth) return
      for (const value of values) {
        if (value === null) continue
        make("circle", { class: "run", cx: this.x(depth), cy: this.inside(value), r: 2 }, this.svg)
      }
    })
  }

  line({ id, title }) {
    const curve = this.curve(id)
    if (!curve) return
    const chosen = id === this.model.method
    const known = curve.map(({ mean }, depth) => ({ mean, depth })).filter(({ mean }) => mean !== null)
    const path = known.map(({ mean, depth }, n) =>
      `${n ? "L" : "M"}${this.x(depth)} ${this.y(mean)}`).join("")
    const kind = `line${id === "edges" ? " control" : ""}${chosen ? " chosen" : ""}`
    const drawn = make("path", { class: kind, d: path }, this.svg)
    drawn.dataset.method = id
    for (const { mean, depth } of known) {
      make("circle", { class: kind, cx: this.x(depth), cy: this.y(mean), r: chosen ? 3.5 : 2.2 }, this.svg)
    }
    const end = known.at(-1)
    if (end) this.ends.push({ id, title, chosen, x: this.x(end.depth), y: this.y(end.mean) })
  }

  // Names beside the lines' ends, pushed apart where those are close.
  labels() {
    const sorted = this.ends.sort((a, b) => a.y - b.y)
    let above = TOP - GAP
    for (const end of sorted) above = end.at = Math.max(end.y, above + GAP)
    let below = this.bottom + GAP
    for (const end of [...sorted].reverse()) below = end.at = Math.min(end.at, below - GAP)
    for (const { title, chosen, x, y, at } of sorted) {
      const from = this.right + 14
      make("path", { class: "leader", d: `M${x + 5} ${y}L${from - 3} ${at}` }, this.svg)
      const name = make("text", { class: chosen ? "name chosen" : "name", x: from, y: at + 4 }, this.svg)
      name.textContent = title
    }
  }

  cursor() {
    const { depth, data } = this.model
    const x = this.x(depth)
    make("line", { class: "cursor", x1: x, x2: x, y1: TOP, y2: this.bottom + 5 }, this.svg)
    if (!data.blocks.length) return
    const name = make("text", { class: "now", x, y: this.bottom + 21, "text-anchor": "middle" }, this.svg)
    name.textContent = depth ? short(data.blocks[depth - 1]) : "nothing random"
    const half = name.getComputedTextLength() / 2
    name.setAttribute("x", Math.min(Math.max(x, half), this.svg.clientWidth - half))
  }

  // What a screen reader says.
  tell() {
    const { data, depth, measure } = this.model
    this.root.setAttribute("aria-valuemax", String(this.reached))
    this.root.setAttribute("aria-valuenow", String(depth))
    const numbers = data.methods.filter(({ id }) => this.curve(id)?.[depth])
      .map(({ id, title }) => `${title} ${correlation(this.curve(id)[depth].mean)}`)
    const text = data.states.length
      ? `${state(data, depth)}. ${NAMES[measure]}: ${numbers.join(", ")}`
      : "Not measured yet"
    this.root.setAttribute("aria-valuetext", text)
  }

  point(event) {
    const { data } = this.model
    if (!data.states.length) return
    const box = this.svg.getBoundingClientRect()
    const x = event.clientX - box.left, y = event.clientY - box.top
    const depth = Math.round(((x - LEFT) / (this.right - LEFT)) * this.last)
    this.pick(this.clamped(depth), this.near(x, y))
  }

  // The method whose line or name is under the pointer, if any is.
  near(x, y) {
    const beside = x > this.right + 10
    const depth = this.clamped(Math.round(((x - LEFT) / (this.right - LEFT)) * this.last))
    let best = null, least = NEAR
    for (const { id, at } of this.ends) {
      const mean = this.curve(id)[depth]?.mean
      const height = beside ? at : mean === null || mean === undefined ? Infinity : this.y(mean)
      // One that is chosen already stays so where two lines are the same.
      const far = Math.abs(height - y) - (id === this.model.method ? 1 : 0)
      if (far < least) [best, least] = [id, far]
    }
    return best
  }

  key(event) {
    const { data, depth, method } = this.model
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -this.last, End: this.last }
    const rows = { ArrowUp: -1, ArrowDown: 1 }
    if (!data.states.length || !(event.key in steps || event.key in rows)) return
    event.preventDefault()
    event.stopPropagation()
    const ids = this.ends.map(({ id }) => id)
    const at = ids.indexOf(method) + (rows[event.key] ?? 0)
    this.pick(this.clamped(depth + (steps[event.key] ?? 0)), ids[at] ?? method)
  }

  clamped(depth) {
    return Math.min(Math.max(depth, 0), this.reached)
  }

  curve(id) {
    return this.model.data.curves[id]?.[this.model.measure]
  }

  // Single networks may lie below the axis, which follows the means.
  inside(value) {
    return this.y(Math.min(1, Math.max(this.low, value)))
  }
}

// What is random in a state, in words.
export function state({ blocks }, depth) {
  if (!depth) return "Nothing random"
  if (depth === 1) return `Only ${short(blocks[0])} random`
  const count = depth === blocks.length ? `All ${depth} blocks` : `${depth} of ${blocks.length} blocks`
  return `${count} random, down to ${short(blocks[depth - 1])}`
}

function short(name) {
  return name.length > 24 ? `${name.slice(0, 23)}…` : name
}

function make(tag, attributes, parent) {
  const made = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  parent.append(made)
  return made
}

function write(text, lines, x) {
  lines.forEach((line, n) => {
    make("tspan", { x, dy: n ? 15 : 0 }, text).textContent = line
  })
}
