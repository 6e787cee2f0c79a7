// A list of photos of any length, sorted by any column, of which only the rows in sight are drawn.
// It selects the same photos as the map of points does.

import { element } from "../viewer/elements.js"
import { cellText, inSight, sorted } from "./sorting.js"

const ROW = 30 // pixels
let lists = 0

export class Files {
  constructor(parent, selection, label) {
    this.selection = selection
    this.id = `files${lists++}`
    this.root = element("div", "files", parent, {
      role: "grid", tabindex: "0", "aria-multiselectable": "true", "aria-label": label,
    })
    this.head = element("div", "head", this.root, { role: "row" })
    this.body = element("div", "body", this.root, { role: "rowgroup" })
    this.by = { column: -1, down: false }
    this.at = 0
    this.root.onscroll = () => this.redraw()
    this.root.onkeydown = (event) => this.key(event)
    this.root.onclick = (event) => this.click(event)
    this.stop = selection.listen(() => this.redraw())
    this.sizes = new ResizeObserver(() => this.redraw())
    this.sizes.observe(this.root)
  }

  // `photos` are the photos' numbers; `columns` as in sorting.js, with `wide` the width in fr or px.
  show({ photos, columns }) {
    this.photos = photos
    this.columns = columns
    this.by = this.by.column < columns.length ? this.by : { column: -1, down: false }
    this.root.style.setProperty("--columns", columns.map(({ wide }) => wide).join(" "))
    this.root.setAttribute("aria-rowcount", String(photos.length + 1))
    this.buildHead()
    this.sort()
  }

  buildHead() {
    this.head.replaceChildren(...this.columns.map((column, n) => {
      const cell = element("div", column.texts ? "cell" : "cell number", null, { role: "columnheader" })
      const button = element("button", "", cell, { type: "button", title: column.about ?? "" })
      button.textContent = column.title
      button.onclick = (event) => {
        event.stopPropagation()
        this.by = { column: n, down: this.by.column === n ? !this.by.down : !column.texts }
        this.sort()
      }
      return cell
    }))
  }

  sort() {
    const { column, down } = this.by
    this.order = sorted(this.photos.length, this.columns[column], down)
    ;[...this.head.children].forEach((cell, n) => {
      cell.setAttribute("aria-sort", n === column ? (down ? "descending" : "ascending") : "none")
    })
    this.body.style.height = `${this.order.length * ROW}px`
    this.at = Math.min(this.at, Math.max(0, this.order.length - 1))
    this.redraw()
  }

  redraw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = undefined
      if (this.order) this.draw()
    })
  }

  draw() {
    const { scrollTop, clientHeight } = this.root
    const { from, to } = inSight(scrollTop, clientHeight, ROW, this.order.length)
    const rows = []
    for (let k = from; k < to; k++) rows.push(this.row(k))
    this.body.replaceChildren(...rows)
    this.root.setAttribute("aria-activedescendant", `${this.id}-${this.at}`)
  }

  row(k) {
    const n = this.order[k], selected = this.selection.has(this.photos[n])
    const row = element("div", k === this.at ? "line active" : "line", null, {
      role: "row", id: `${this.id}-${k}`, "aria-rowindex": String(k + 2), "aria-selected": String(selected),
    })
    row.dataset.k = k
    row.style.top = `${k * ROW}px`
    for (const column of this.columns) {
      const cell = element("div", column.texts ? "cell" : "cell number", row, { role: "gridcell" })
      cell.textContent = cellText(column, n)
      if (column.texts) cell.title = cell.textContent
    }
    return row
  }

  click(event) {
    const line = event.target.closest(".line")
    if (!line) return
    const before = this.at
    this.at = Number(line.dataset.k)
    if (event.shiftKey) this.range(before, this.at)
    else this.selection.take([this.photo(this.at)], event.ctrlKey || event.metaKey ? "toggle" : "only")
    this.redraw()
  }

  photo(k) {
    return this.photos[this.order[k]]
  }

  range(a, b) {
    const found = []
    for (let k = Math.min(a, b); k <= Math.max(a, b); k++) found.push(this.photo(k))
    this.selection.take(found, "more")
  }

  key(event) {
    if (event.target !== this.root || !this.order.length) return
    const page = Math.max(1, Math.floor(this.root.clientHeight / ROW) - 2), last = this.order.length - 1
    const next = {
      ArrowDown: this.at + 1, ArrowUp: this.at - 1, PageDown: this.at + page, PageUp: this.at - page,
      Home: 0, End: last,
    }[event.key]
    const control = event.ctrlKey || event.metaKey
    if (next !== undefined) {
      const before = this.at
      this.at = Math.min(Math.max(next, 0), last)
      if (event.shiftKey) this.range(before, this.at)
      this.reveal()
    } else if (event.key === " " || event.key === "Enter") {
      this.selection.take([this.photo(this.at)], "toggle")
    } else if (control && event.key.toLowerCase() === "a") this.range(0, last)
    else if (event.key === "Escape" && this.selection.size) this.selection.take([])
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  reveal() {
    const { root, head, at } = this, top = at * ROW, room = root.clientHeight - head.offsetHeight
    if (top < root.scrollTop) root.scrollTop = top
    else if (top + ROW > root.scrollTop + room) root.scrollTop = top + ROW - room
    this.redraw()
  }

  remove() {
    this.stop()
    this.sizes.disconnect()
    cancelAnimationFrame(this.pending)
  }
}
