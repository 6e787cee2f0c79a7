// What photos are labelled, and what the model takes them for. A click lists the photos of a cell.

import { element } from "../viewer/elements.js"
import { photosText } from "./groups.js"

const MOST = 12 // classes that a table has room for; of more, the commonest mistakes are listed
const MISTAKES = 12

// Counts by label and prediction: {labels, predicted, cells: Map("label predicted" → count)}.
export function counted(labels, predicted) {
  const cells = new Map()
  labels.forEach((label, n) => {
    if (label < 0 || predicted[n] < 0) return
    const key = `${label} ${predicted[n]}`
    cells.set(key, (cells.get(key) ?? 0) + 1)
  })
  const keys = [...cells.keys()].map((key) => key.split(" ").map(Number))
  const unique = (places) => [...new Set(places)].sort((a, b) => a - b)
  return { labels: unique(keys.map(([label]) => label)), predicted: unique(keys.map(([, one]) => one)), cells }
}

// The mistakes that are made most often, [label, predicted, count].
export function mistakes({ cells }) {
  return [...cells]
    .map(([key, count]) => [...key.split(" ").map(Number), count])
    .filter(([label, one]) => label !== one)
    .sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1])
}

export class Confusion {
  // choose(label, predicted): list these photos; both null lists all of them.
  constructor(parent, choose) {
    this.choose = choose
    this.root = element("div", "confusion", parent)
  }

  show({ classes, labels, predicted }) {
    this.classes = classes
    const found = counted([...labels], [...predicted])
    this.root.hidden = !found.cells.size
    const all = new Set([...found.labels, ...found.predicted])
    this.root.replaceChildren(...(all.size <= MOST ? this.table(found) : this.list(found)))
  }

  table({ labels, predicted, cells }) {
    const columns = [...new Set([...labels, ...predicted])].sort((a, b) => a - b)
    const table = element("table")
    const caption = element("caption", "", table)
    caption.textContent = "Rows: what photos are labelled. Columns: what the model takes them for."
    const head = element("tr", "", element("thead", "", table))
    element("td", "", head)
    for (const column of columns) {
      const cell = element("th", "", head, { scope: "col" })
      element("span", "", cell).textContent = this.classes[column]
      cell.title = this.classes[column]
    }
    const body = element("tbody", "", table)
    for (const label of labels) {
      const line = element("tr", "", body), name = element("th", "", line, { scope: "row" })
      name.textContent = name.title = this.classes[label]
      const total = columns.reduce((sum, one) => sum + (cells.get(`${label} ${one}`) ?? 0), 0)
      for (const column of columns) {
        const count = cells.get(`${label} ${column}`) ?? 0, cell = element("td", "", line)
        if (!count) continue
        const button = this.button(cell, String(count), label, column, count)
        button.className = label === column ? "right" : "wrong"
        button.style.setProperty("--share", count / total)
      }
    }
    return [table]
  }

  list(found) {
    const all = mistakes(found), list = element("ul", "mistakes")
    const heading = element("p", "quiet")
    heading.textContent = all.length ? "The commonest mistakes" : "Every photo is taken for what it is labelled."
    for (const [label, one, count] of all.slice(0, MISTAKES)) {
      const text = `${this.classes[label]} taken for ${this.classes[one]}: ${count}`
      this.button(element("li", "", list), text, label, one, count).className = "toggle"
    }
    return [heading, list]
  }

  button(parent, text, label, one, count) {
    const button = element("button", "", parent, {
      type: "button", title: `Labelled ${this.classes[label]}, taken for ${this.classes[one]}`,
      "aria-label": `Labelled ${this.classes[label]}, taken for ${this.classes[one]}: list ${photosText(count)}`,
    })
    button.textContent = text
    button.onclick = () => this.choose(label, one)
    return button
  }
}
