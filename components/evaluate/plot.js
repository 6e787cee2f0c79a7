// The probability of the class against the share of pixels changed: a line for each map, the chosen
// one in front. Pointing chooses the place and the map, as arrow keys do.

import { element } from "../viewer/elements.js"
import { roughPercent, wholePercent } from "../viewer/text.js"
import { make } from "./svg.js"

const LEFT = 48, TOP = 34, FOOT = 46, NAMES = 176
const GAP = 19 // CSS pixels between two names
const NEAR = 14 // CSS pixels from a line that count as pointing at it
const NARROW = 520 // below this there is no room for names

// The step of a curve next to a fraction of the pixels.
export function stepAt(fractions, at) {
  let best = 0
  fractions.forEach((x, step) => {
    if (Math.abs(x - at) < Math.abs(fractions[best] - at)) best = step
  })
  return best
}

// The top of the axis: the whole, or what an improbable class needs to be seen.
export function ceiling(highest) {
  return [0.02, 0.1, 0.2, 0.4, 0.6, 0.8].find((top) => highest <= 0.96 * top) ?? 1
}

export class Plot {
  constructor(parent, pick) {
    this.pick = pick
    this.root = element("div", "plot", parent, {
      role: "slider", tabindex: "0", "aria-label": "Share of pixels changed",
      "aria-valuemin": "0", "aria-valuemax": "100",
    })
    this.svg = make("svg", { "aria-hidden": "true" }, this.root)
    this.root.onpointermove = (event) => this.point(event)
    this.root.onpointerdown = (event) => this.point(event)
    this.root.onkeydown = (event) => this.key(event)
  }

  // model: {header, row, curve, at}
  show(model) {
    this.model = model
    const { root, svg } = this
    const width = root.clientWidth, height = root.clientHeight
    if (width < 160 || !height) return
    this.right = width - (width < NARROW ? 10 : NAMES)
    this.bottom = height - FOOT
    svg.setAttribute("width", width)
    svg.setAttribute("height", height)
    svg.replaceChildren()
    this.lines = model.header.rows.filter(({ curves }) => curves[model.curve.id])
    const highest = this.lines.map(({ curves }) => Math.max(...curves[model.curve.id][1]))
    this.top = ceiling(Math.max(0, ...highest))
    this.axes()
    this.area()
    for (const row of this.lines) if (row !== model.row) this.line(row)
    if (this.lines.includes(model.row)) this.line(model.row)
    this.cursor()
    if (width >= NARROW) this.names()
    this.tell()
  }

  x(fraction) {
    return LEFT + (this.right - LEFT) * fraction
  }

  y(probability) {
    return TOP + (this.bottom - TOP) * (1 - probability / this.top)
  }

  points(row) {
    const [xs, ys] = row.curves[this.model.curve.id]
    return xs.map((x, n) => [this.x(x), this.y(ys[n])])
  }

  value(row) {
    const [xs, ys] = row.curves[this.model.curve.id]
    return ys[stepAt(xs, this.model.at)]
  }

  axes() {
    const { svg, right, bottom } = this
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const y = this.y(share * this.top)
      make("line", { class: share ? "grid" : "grid zero", x1: LEFT, x2: right, y1: y, y2: y }, svg)
      make("text", { class: "tick", x: LEFT - 8, y: y + 4, "text-anchor": "end" }, svg)
        .textContent = `${Number((share * this.top * 100).toFixed(1))} %`
      const x = this.x(share)
      make("text", { class: "tick", x, y: bottom + 18, "text-anchor": "middle" }, svg)
        .textContent = `${share * 100} %`
    }
    make("text", { class: "tick", x: 0, y: 12 }, svg)
      .textContent = `Probability of ${this.model.header.label}`
    make("text", { class: "tick", x: LEFT, y: bottom + 39 }, svg)
      .textContent = `of the pixels ${this.model.curve.done}`
  }

  // What the score is: the area below the chosen line.
  area() {
    const { row, curve } = this.model
    if (!row.curves[curve.id] || curve.id.startsWith("road")) return
    const points = this.points(row)
    const foot = [[points.at(-1)[0], this.bottom], [points[0][0], this.bottom]]
    make("polygon", { class: "area", points: [...points, ...foot].map(String).join(" ") }, this.svg)
  }

  line(row) {
    const chosen = row === this.model.row
    const kind = `line${row.blind ? " blind" : ""}${chosen ? " chosen" : ""}`
    const points = this.points(row)
    const d = points.map(([x, y], n) => `${n ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("")
    make("path", { class: kind, d }, this.svg).dataset.row = row.id
    if (points.length > 12) return
    for (const [cx, cy] of points) make("circle", { class: kind, cx, cy, r: chosen ? 3.5 : 2 }, this.svg)
  }

  cursor() {
    const { row, curve } = this.model
    const chosen = row.curves[curve.id]
    const at = chosen ? chosen[0][stepAt(chosen[0], this.model.at)] : this.model.at
    const x = this.x(at)
    make("line", { class: "cursor", x1: x, x2: x, y1: TOP, y2: this.bottom }, this.svg)
    for (const line of this.lines) {
      const r = line === row ? 4.5 : 2.5, kind = line === row ? "now chosen" : "now"
      make("circle", { class: kind, cx: x, cy: this.y(this.value(line)), r }, this.svg)
    }
  }

  // The maps' names beside the plot, each as high as its line is here, pushed apart.
  names() {
    this.ends = this.lines.map((row) => ({ row, y: this.y(this.value(row)) }))
      .sort((a, b) => a.y - b.y)
    let above = TOP - GAP
    for (const end of this.ends) above = end.at = Math.max(end.y, above + GAP)
    let below = this.bottom + GAP
    for (const end of [...this.ends].reverse()) below = end.at = Math.min(end.at, below - GAP)
    for (const { row, at } of this.ends) {
      const kind = row === this.model.row ? "name chosen" : row.blind ? "name blind" : "name"
      make("text", { class: kind, x: this.right + 14, y: at + 5 }, this.svg).textContent = row.title
      const x = this.svg.clientWidth - 2
      make("text", { class: kind, x, y: at + 5, "text-anchor": "end" }, this.svg)
        .textContent = roughPercent(this.value(row))
    }
  }

  // What a screen reader says.
  tell() {
    const { row, curve, header, at } = this.model
    const now = row.curves[curve.id]
    this.root.setAttribute("aria-valuenow", String(Math.round(at * 100)))
    this.root.setAttribute("aria-valuetext", now
      ? `${wholePercent(at)} of the pixels ${curve.done} by ${row.title}: ${header.label} `
        + roughPercent(this.value(row))
      : `${row.title} has no curve`)
  }

  point(event) {
    if (!this.model || !this.right) return
    const box = this.svg.getBoundingClientRect()
    const x = event.clientX - box.left, y = event.clientY - box.top
    const over = x > this.right + 10
    const at = over ? this.model.at : Math.min(1, Math.max(0, (x - LEFT) / (this.right - LEFT)))
    if (over && event.type !== "pointerdown") return
    this.pick(at, this.near(y, over, at))
  }

  // The map whose line or name is under the pointer, if any is.
  near(y, over, at) {
    let best = null, least = over ? GAP : NEAR
    const now = { ...this.model, at }
    for (const row of this.lines) {
      const [xs, ys] = row.curves[now.curve.id]
      const height = over ? this.ends.find((end) => end.row === row).at : this.y(ys[stepAt(xs, at)])
      // One that is chosen already stays so where two lines are the same.
      const far = Math.abs(height - y) - (row === this.model.row ? 2 : 0)
      if (far < least) [best, least] = [row.id, far]
    }
    return best
  }

  key(event) {
    const { row, curve, at } = this.model
    const now = row.curves[curve.id]
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -1e6, End: 1e6 }
    const rows = { ArrowUp: -1, ArrowDown: 1 }
    if (!(event.key in steps || event.key in rows)) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key in rows) {
      const all = this.lines, next = all[all.indexOf(row) + rows[event.key]]
      if (next) this.pick(at, next.id)
    } else if (now) {
      const step = stepAt(now[0], at) + steps[event.key]
      this.pick(now[0][Math.min(now[0].length - 1, Math.max(0, step))], row.id)
    }
  }
}
