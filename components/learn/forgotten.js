// The maps of one state of the network beside the trained one's: a row for each method, which also
// chooses its line.

import { element } from "../viewer/elements.js"
import { percent } from "../viewer/text.js"
import { correlation, state } from "./curves.js"
import { drawMap, fit, seen, seenSize } from "./overlay.js"
import { largest } from "./sums.js"

const LARGEST = 104, SMALLEST = 40 // CSS pixels, the longer side of a picture
const BETWEEN = 10 // CSS pixels between two pictures

export class Forgotten {
  constructor(parent, pick) {
    this.pick = pick
    this.root = element("div", "forgotten", parent)
    const head = element("div", "head", this.root)
    element("span", "", head)
    element("span", "", head).textContent = "Trained"
    element("span", "", head).textContent = "Random"
    this.rows = new Map()
    this.note = element("p", "note", this.root)
  }

  // model: {data, arrays, photo, measure, depth, method}
  show(model) {
    this.model = model
    const { data } = model
    const ids = data.methods.map(({ id }) => id)
    if (String([...this.rows.keys()]) !== String(ids)) this.build(data.methods)
    this.draw()
  }

  build(methods) {
    for (const row of this.rows.values()) row.root.remove()
    this.rows = new Map(methods.map(({ id, title }) => {
      const root = element("button", "method", null, { type: "button" })
      this.note.before(root)
      const words = element("span", "says", root)
      element("span", "title", words).textContent = title
      const number = element("span", "number", words)
      const before = element("canvas", "", root, { "aria-hidden": "true" })
      const after = element("canvas", "", root, { "aria-hidden": "true" })
      root.onclick = () => this.pick(this.model.depth, id)
      root.onpointerenter = () => this.pick(this.model.depth, id)
      return [id, { root, number, before, after, title }]
    }))
  }

  draw() {
    const { model, rows } = this
    const { arrays, depth, method, photo } = model
    const side = this.side(rows.size)
    this.root.style.setProperty("--side", `${side}px`)
    for (const [id, row] of rows) {
      const trained = arrays[`trained/${id}`]
      const random = !depth ? null : id === "edges" ? trained : arrays[`${id}/${depth}`]
      row.root.setAttribute("aria-pressed", String(id === method))
      this.picture(row.before, trained, photo, side)
      this.picture(row.after, random, photo, side)
      row.number.textContent = this.numbers(id)
      row.root.setAttribute("aria-label", `${row.title}: ${row.number.textContent}`)
    }
    this.note.textContent = this.said()
  }

  // What the state is, and what the network itself now makes of the class.
  said() {
    const { data, depth } = this.model
    if (!data.states.length) return ""
    const { probability } = data.states[depth] ?? {}
    const sure = probability === null || probability === undefined ? ""
      : ` Its probability of ${data.label}: ${percent(probability)}.`
    return `${state(data, depth)}${depth ? ", in the first random network" : ""}.${sure}`
  }

  numbers(id) {
    const { data, depth, measure } = this.model
    const point = data.curves[id]?.[measure][depth]
    if (!point) return ""
    if (!depth) return correlation(point.mean)
    const dead = data.states[depth]?.dead[id]
    const own = dead || correlation(point.values[0])
    return point.values.length > 1 ? `${own} · mean ${correlation(point.mean)}` : own
  }

  picture(canvas, map, photo, side) {
    fit(canvas, seenSize(photo), side, side)
    canvas.classList.toggle("nothing", !map)
    if (!map) return
    const scale = largest(map.values.filter((value) => value > 0))
    drawMap(canvas, photo, map, { colormaps: this.model.data.colormaps, scale, area: seen(photo) })
  }

  // As large as they fit: in a lecture the rows have the height of the chart beside them.
  side(rows) {
    const { parentElement } = this.root
    if (!parentElement.closest("[lecture]")) return LARGEST
    const head = this.root.firstElementChild.offsetHeight
    const each = Math.floor((parentElement.clientHeight - head) / rows) - BETWEEN
    return Math.max(SMALLEST, Math.min(LARGEST, each))
  }
}
