// All photos of the folder: what they are taken for, and the list of them.

import { element } from "../viewer/elements.js"
import { chosenOf, columnsOf } from "./columns.js"
import { Confusion } from "./confusion.js"
import { Files } from "./files.js"
import { photosText } from "./groups.js"
import { selectionOf } from "./selection.js"

export class Everything {
  // `send` reports the photos that were selected.
  constructor(parent, send) {
    this.send = send
    this.root = element("section", "evaluate board", parent, { "aria-label": "All photos" })
    this.confusion = new Confusion(this.root, (label, one) => this.limit(label, one))
    const line = element("div", "line-of-words", this.root)
    this.count = element("span", "count", line, { role: "status" })
    this.all = element("button", "word", line, { type: "button" })
    this.all.textContent = "List all photos"
    this.all.onclick = () => this.limit(null, null)
  }

  show({ header, arrays }) {
    if (this.token !== header.token) this.begin(header.token)
    this.table = tableOf(header, arrays)
    this.columns = columnsOf(this.table)
    this.confusion.show(this.table)
    this.limit(null, null)
  }

  begin(token) {
    this.token = token
    this.files?.remove()
    this.files?.root.remove()
    this.selection = selectionOf(token, (photos) => this.send("select", { photos }))
    this.files = new Files(this.root, this.selection, "All photos")
  }

  limit(label, one) {
    const { table } = this, all = Array.from({ length: table.names.length }, (_, n) => n)
    const kept = label === null ? all : all.filter((n) => table.labels[n] === label && table.predicted[n] === one)
    this.all.hidden = label === null
    const cell = label === null ? "" : ` labelled ${table.classes[label]} and taken for ${table.classes[one]}`
    this.count.textContent = `${photosText(kept.length)}${cell}`
    const columns = label === null ? this.columns : this.columns.map((column) => chosenOf(column, kept))
    this.files.show({ photos: kept, columns })
  }

  remove() {
    this.files?.remove()
    this.root.remove()
  }
}

export function tableOf({ names, classes }, arrays) {
  const values = (name) => arrays[name].values
  return {
    names, classes, labels: values("labels"), predicted: values("predicted"), shares: values("shares"),
    lies: values("lies"),
  }
}
