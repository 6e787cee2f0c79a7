// The table of all scores: a row for each map, sorted by what was clicked, the best marked.

import { drawMap, fit, seen, seenSize } from "../learn/overlay.js"
import { element, spoken } from "../viewer/elements.js"
import { link } from "./link.js"
import { ranked, scoreText } from "./ranking.js"

const SIDE = 44 // CSS pixels of a map beside its name

export class Scores {
  constructor(parent, pick) {
    this.pick = pick
    this.by = null
    this.turned = false
    this.room = element("div", "room", parent)
    this.table = element("table", "", this.room)
    spoken("caption", "Scores of every map", this.table)
    this.head = element("tr", "", element("thead", "", this.table))
    this.body = element("tbody", "", this.table)
    this.rows = new Map()
    element("h3", "", parent).textContent = "How each number is measured"
    this.protocols = element("dl", "protocols", parent)
  }

  show(model) {
    this.model = model
    const { metrics, rows } = model.header
    const key = JSON.stringify(metrics.map(({ id }) => id))
    if (key !== this.key) {
      this.key = key
      this.heads(metrics)
      this.explain(metrics)
    }
    const by = metrics.find(({ id }) => id === this.by)
    for (const cell of this.head.querySelectorAll("th[data-metric]")) {
      const own = cell.dataset.metric === this.by
      const up = own && (by.better === "lower") !== this.turned
      cell.setAttribute("aria-sort", own ? (up ? "ascending" : "descending") : "none")
    }
    const lines = ranked(rows, by, this.turned).map((row) => this.line(row, metrics))
    const known = [...this.body.children]
    // Put in place again only if they changed, or the keyboard's focus would be lost.
    if (lines.length !== known.length || lines.some((line, n) => line !== known[n])) {
      this.body.replaceChildren(...lines)
    }
  }

  heads(metrics) {
    this.head.replaceChildren()
    element("th", "", this.head, { scope: "col" }).textContent = "Map"
    for (const { id, title, better } of metrics) {
      const cell = element("th", "", this.head, { scope: "col", "data-metric": id })
      const button = element("button", "", cell, { type: "button" })
      element("span", "", button).textContent = title
      element("small", "", button).textContent = `${better} is better`
      button.onclick = () => {
        this.turned = this.by === id && !this.turned
        this.by = id
        this.show(this.model)
      }
    }
  }

  explain(metrics) {
    this.protocols.replaceChildren()
    for (const { title, better, protocol, source } of metrics) {
      element("dt", "", this.protocols).textContent = title
      const text = element("dd", "", this.protocols)
      element("span", "", text).textContent = `${protocol} ${better === "lower" ? "Lower" : "Higher"} is better. `
      link(text, source)
    }
  }

  line(row, metrics) {
    const chosen = row.id === this.model.row.id
    let line = this.rows.get(row.id)
    if (!line) {
      line = this.made(row)
      this.rows.set(row.id, line)
    }
    line.classList.toggle("chosen", chosen)
    line.classList.toggle("blind", row.blind)
    line.button.setAttribute("aria-pressed", String(chosen))
    this.thumb(line, row)
    const said = JSON.stringify([row.scores, metrics])
    if (line.said === said) return line
    line.said = said
    for (const cell of [...line.children].slice(1)) cell.remove()
    for (const metric of metrics) {
      const best = metric.best.includes(row.id)
      const cell = element("td", best ? "best" : "", line)
      if (best) element("small", "", cell).textContent = "best "
      element("span", "", cell).textContent = scoreText(row.scores[metric.id], metric.as)
      if (row.why[metric.id]) cell.title = row.why[metric.id]
    }
    return line
  }

  made(row) {
    const line = element("tr")
    const cell = element("th", "", line, { scope: "row" })
    line.button = element("button", "", cell, { type: "button" })
    line.canvas = element("canvas", "", line.button, { "aria-hidden": "true" })
    element("span", "", line.button).textContent = row.title
    line.onclick = () => this.pick(row.id)
    return line
  }

  thumb(line, row) {
    const { header, arrays, photo } = this.model
    const { values, shape } = arrays[`map/${row.id}`]
    if (line.values === values && line.photo === photo) return
    Object.assign(line, { values, photo })
    fit(line.canvas, seenSize(photo), SIDE, SIDE)
    const map = { values, shape }, { colormaps } = header
    drawMap(line.canvas, photo, map, { colormaps, scale: row.peak, area: seen(photo) })
  }
}
