// A folder: which method is the most faithful? For each metric its methods, the best first, as dots
// with intervals.

import { element, spoken } from "../viewer/elements.js"
import { link } from "./link.js"
import { make } from "./svg.js"

// A score with three decimals, as in gradcam/evaluation/words.py.
export function number(value) {
  const text = value.toFixed(3)
  return text === "-0.000" ? "0.000" : text.replace("-", "−")
}

export function signed(value) {
  const text = number(value)
  return text === "0.000" || text.startsWith("−") ? text : `+${text}`
}

// Where a value lies between the first tick and the last, in percent.
export function place(value, ticks) {
  return `${(100 * (value - ticks[0])) / (ticks.at(-1) - ticks[0])}%`
}

// As many decimals as the tick that needs most.
export function tickTexts(ticks) {
  const decimals = Math.max(...ticks.map((tick) => `${tick}`.split(".")[1]?.length ?? 0))
  return ticks.map((tick) => tick.toFixed(decimals).replace("-", "−"))
}

export class Standings {
  constructor(parent) {
    this.root = element("section", "evaluate standings", parent)
    this.tabs = element("div", "tabs", this.root, { role: "group", "aria-label": "Metric" })
    this.sentence = element("p", "sentence", this.root, { "aria-live": "polite" })
    this.protocol = element("p", "quiet", this.root)
    this.room = element("div", "room", this.root)
    this.about = element("p", "quiet", this.root)
    const reading = element("details", "", this.root)
    element("summary", "", reading).textContent = "How to read it"
    this.reading = element("div", "", reading)
  }

  show({ header }) {
    const said = JSON.stringify(header)
    if (said === this.said) return
    this.said = said
    this.header = header
    if (!header.metrics.some(({ id }) => id === this.metric)) this.metric = header.metrics[0].id
    this.tabs.replaceChildren(...header.metrics.map((metric) => this.tab(metric)))
    this.about.textContent = header.about
    this.reading.replaceChildren()
    for (const text of header.reading) element("p", "", this.reading).textContent = text
    this.draw()
  }

  tab({ id, title }) {
    const button = element("button", "tab", null, { type: "button", "data-metric": id })
    button.textContent = title
    button.onclick = () => {
      this.metric = id
      this.draw()
    }
    return button
  }

  draw() {
    const metric = this.header.metrics.find(({ id }) => id === this.metric)
    for (const button of this.tabs.children) {
      button.setAttribute("aria-pressed", String(button.dataset.metric === this.metric))
    }
    this.sentence.textContent = metric.sentence
    this.protocol.replaceChildren()
    const better = metric.better === "lower" ? "Lower" : "Higher"
    element("span", "", this.protocol).textContent = `${better} is better. ${metric.protocol} `
    link(this.protocol, metric.source)
    this.room.replaceChildren(this.table(metric))
  }

  table(metric) {
    const table = element("table")
    spoken("caption", `${metric.title}, the best first`, table)
    const head = element("tr", "", element("thead", "", table))
    const titles = ["Method", "", "Mean", "95 % interval", "Against the best"]
    if (this.header.layers > 1) titles.splice(1, 0, "Layer")
    for (const title of titles) {
      const cell = element(title ? "th" : "td", title ? "" : "plot", head)
      cell.textContent = title
      if (title) cell.scope = "col"
    }
    const body = element("tbody", "", table)
    for (const row of metric.rows) body.append(this.line(row, metric))
    if (metric.ticks.length) this.axis(body, metric.ticks)
    return table
  }

  line(row, { ticks, rows }) {
    const line = element("tr", row.blind ? "blind" : row.level ? "level" : "")
    const name = element("th", "", line, { scope: "row" })
    element("span", "", name).textContent = row.title
    if (row.missing) {
      const photos = `no number for ${row.missing} ${row.missing === 1 ? "photo" : "photos"}`
      element("small", "", name).textContent = row.why ? `${photos}: ${row.why}` : photos
    }
    if (this.header.layers > 1) element("td", "layer", line).textContent = row.layer
    const plot = element("td", "plot", line)
    if (row.mean) {
      const blind = rows.find((one) => one.method === "random" && one.layer === row.layer)
      dot(plot, row, ticks, blind?.mean)
    }
    element("td", "mean", line).textContent = row.mean ? number(row.mean[0]) : "–"
    element("td", "", line).textContent = row.mean ? span(row.mean) : ""
    const against = element("td", "", line)
    if (row.behind) {
      against.textContent = `${signed(row.behind[0])} `
      element("small", "", against).textContent = `(${span(row.behind)})`
    } else if (row.mean) {
      const best = rows.find((one) => one.mean && !one.blind) === row
      against.textContent = best ? "best" : "not told apart"
    }
    return line
  }

  axis(body, ticks) {
    const line = element("tr", "axis", body, { "aria-hidden": "true" })
    for (let n = 0; n < (this.header.layers > 1 ? 2 : 1); n++) element("td", "", line)
    const svg = make("svg", {}, element("td", "plot", line))
    const texts = tickTexts(ticks)
    ticks.forEach((tick, n) => {
      make("text", { x: place(tick, ticks), y: 14 }, svg).textContent = texts[n]
    })
    for (let n = 0; n < 3; n++) element("td", "", line)
  }

  remove() {
    this.root.remove()
  }
}

function span([, low, high]) {
  return `${number(low)} to ${number(high)}`
}

// A mean with its interval; behind it the marks of the axis, and the random map's interval.
function dot(cell, { mean: [mean, low, high] }, ticks, blind) {
  const svg = make("svg", { "aria-hidden": "true" }, cell)
  if (blind) {
    const share = (100 * (blind[2] - blind[1])) / (ticks.at(-1) - ticks[0])
    make("rect", { x: place(blind[1], ticks), width: `${share}%`, height: "100%" }, svg)
  }
  for (const tick of ticks) {
    const x = place(tick, ticks)
    make("line", { class: "grid", x1: x, x2: x, y1: 0, y2: "100%" }, svg)
  }
  const ends = { x1: place(low, ticks), x2: place(high, ticks) }
  make("line", { class: "span", ...ends, y1: "50%", y2: "50%" }, svg)
  make("circle", { cx: place(mean, ticks), cy: "50%", r: 4.5 }, svg)
}
