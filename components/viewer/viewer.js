// The viewer: unpacks the data, lays out the grid and redraws it when something changes.

import { contains, isZoomed, wholePhoto } from "./area.js"
import { arrange } from "./arrange.js"
import { Cell } from "./cell.js"
import { copyText } from "./clipboard.js"
import { element, iconButton } from "./elements.js"
import { listen } from "./gestures.js"
import { changeLook, currentLook, join, part, publishLook, startLook } from "./page.js"
import { unpack } from "./payload.js"
import { decodePhoto } from "./photo.js"
import { drawing } from "./pixels.js"
import { asksToPresent, Presentation, slides } from "./present.js"
import { panelPeak } from "./sign.js"
import { Toolbar } from "./toolbar.js"

const TOOLS_HEIGHT = 260 // of predictions and toolbar above the grid, in CSS pixels

export class Viewer {
  // `want` asks Python for files.
  constructor(parent, want) {
    this.want = want
    this.root = element("div", "viewer", parent)
    const bar = element("div", "bar", this.root)
    this.toolbar = new Toolbar(bar, {
      change: changeLook,
      fit: () => this.fit(),
      full: () => this.fullScreen(),
      present: () => this.present(),
      want: (what) => this.ask(what),
      link: () => this.copyLink(),
    })
    this.grid = element("div", "grid", this.root)
    this.close = iconButton("close", "Back to all panels", this.root, () => this.open(null))
    this.close.classList.add("back")
    this.rows = []
    this.cells = []
    this.focus = null
    this.split = 0.5
    this.watch = new ResizeObserver(() => this.layout())
    this.watch.observe(this.root)
    this.onFullScreen = () => this.layout()
    this.onKey = (event) => {
      if (event.key === "Escape" && this.focus) this.open(null)
      if (asksToPresent(event)) this.present()
    }
    document.addEventListener("fullscreenchange", this.onFullScreen)
    this.root.addEventListener("keydown", this.onKey)
    join(this)
  }

  // Show new data. The old picture stays until the new photos are decoded, so nothing flickers.
  async show(data) {
    if (data === this.data) return publishLook()
    this.data = data
    const header = unpack(data)
    startLook(header.colormaps)
    const bitmaps = await Promise.all(header.rows.map(decodePhoto))
    if (data !== this.data) return undefined
    header.rows.forEach((row, r) => {
      row.bitmap = bitmaps[r]
      const before = this.rows.find((old) => old.id === row.id)
      row.area = before ? before.area : wholePhoto(row.size)
    })
    this.header = header
    this.rows = header.rows
    this.build()
    this.presentation?.update()
    return publishLook()
  }

  build() {
    const remembered = this.focus && { row: this.focus.row.id, index: this.focus.index }
    const active = this.root.getRootNode().activeElement
    const focused = this.cells.findIndex((cell) => cell.node === active)
    this.cells = []
    this.lines = this.rows.map((row) => {
      const line = element("section", "row")
      const cells = [new Cell(row, null, -1), ...row.panels.map((p, i) => new Cell(row, p, i))]
      for (const cell of cells) {
        line.append(cell.node)
        listen(cell, this)
        if (cell.save) cell.save.onclick = () => this.ask("panel", cell)
      }
      this.cells.push(...cells)
      return line
    })
    this.grid.replaceChildren(...this.lines)
    this.focus = (remembered && this.cells.find(
      (cell) => cell.row.id === remembered.row && cell.index === remembered.index,
    )) || null
    this.layout()
    if (focused >= 0) this.cells[focused]?.node.focus({ preventScroll: true })
  }

  // Choose the number of columns that keeps panels large and every photo within the window.
  layout() {
    // The grid does not change behind a presentation.
    if (!this.rows.length || this.presentation) return
    const width = this.grid.clientWidth
    if (!width) return
    this.root.classList.toggle("opened", Boolean(this.focus))
    const gap = width < 520 ? 10 : 16
    const many = this.rows.length > 1
    const full = this.root.getRootNode().fullscreenElement === this.root
    const large = Boolean(this.focus || full)
    const tallest = Math.max(240, window.innerHeight * (large ? 0.78 : 0.62))
    this.rows.forEach((row, r) => {
      const cells = this.cells.filter((cell) => cell.row === row)
      const aspect = row.size[1] / row.size[0]
      const room = many ? 0 : window.innerHeight - TOOLS_HEIGHT
      const { columns, cellWidth } = this.focus
        ? { columns: 1, cellWidth: Math.min(width, tallest / aspect) }
        : arrange({ width, count: cells.length, aspect, tallest, room, gap, many })
      this.lines[r].style.gridTemplateColumns = `repeat(${columns}, minmax(0, ${cellWidth}px))`
      this.lines[r].style.gap = `${gap + 4}px ${gap}px`
      this.lines[r].hidden = Boolean(this.focus) && this.focus.row !== row
      for (const cell of cells) {
        cell.node.hidden = Boolean(this.focus) && this.focus !== cell
        if (!cell.node.hidden) cell.resize(cellWidth, (cellWidth * row.size[1]) / row.size[0])
      }
    })
    this.paint()
  }

  // Draw once per frame, however many changes it brings.
  redraw() {
    if (this.header) this.pending ??= requestAnimationFrame(() => this.paint())
  }

  paint() {
    cancelAnimationFrame(this.pending)
    this.pending = undefined
    const context = this.context()
    for (const cell of this.cells) if (!cell.node.hidden) cell.draw(context)
    const { look, lut } = context
    const zoomed = this.rows.some((row) => isZoomed(row.area, row.size))
    this.toolbar.show(look, this.header.colormaps, lut, this.sharedPeak(), zoomed)
    this.root.dataset.view = look.view
  }

  // What drawing needs, with the page's look or another one.
  context(look = this.look) {
    const shared = this.sharedPeak()
    const scaleOf = (panel) => (look.scale === "shared" ? shared : panelPeak(panel, look.sign))
    return drawing(look, this.header.colormaps, scaleOf, this.split)
  }

  sharedPeak() {
    const shown = this.rows.flatMap((row) => row.panels.filter((panel) => panel.values))
    return Math.max(0, ...shown.map((panel) => panelPeak(panel, this.look.sign)))
  }

  get look() {
    return currentLook()
  }

  swipe(share) {
    this.split = Math.min(Math.max(share, 0), 1)
    this.redraw()
  }

  // Show the crosshair at the same point of every cell in the row, each with its own value.
  track(row, point) {
    const visible = point && contains(row.area, point) ? point : null
    const context = this.context()
    for (const cell of this.cells) if (cell.row === row) cell.track(visible, context)
  }

  open(cell) {
    const before = this.focus
    this.focus = this.focus === cell ? null : cell
    this.layout()
    const next = this.focus || before
    if (next) next.node.focus({ preventScroll: true })
    if (this.focus) this.focus.node.scrollIntoView({ block: "nearest" })
  }

  // Arrow keys move the divider in the swipe view, and go to the next cell in the enlarged view.
  step(direction, share) {
    if (this.look.view === "swipe") return this.swipe(this.split + share)
    if (!this.focus) return undefined
    const now = this.cells.indexOf(this.focus)
    const next = this.cells[(now + direction + this.cells.length) % this.cells.length]
    this.focus = null
    return this.open(next)
  }

  fit() {
    for (const row of this.rows) row.area = wholePhoto(row.size)
    this.redraw()
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen()
    else this.root.requestFullscreen()
  }

  // Present one map at a time; afterwards the page is as it was.
  present() {
    if (this.presentation || !slides(this).length) return
    this.presentation = new Presentation(this, () => {
      this.presentation = null
      this.layout()
      this.toolbar.present.focus({ preventScroll: true })
    })
  }

  // The server makes the files, and learns the look only from this event.
  ask(what, cell) {
    const row = cell ? this.rows.indexOf(cell.row) : 0
    this.want({ what, row, panel: cell ? cell.index : 0, look: this.look })
  }

  async copyLink() {
    const copied = await copyText(window.location.href)
    const note = this.header.linkNote ? ` ${this.header.linkNote}` : ""
    const failed = "Copying failed. Copy the address from the address bar."
    this.toolbar.say(copied ? `Link copied.${note}` : failed)
  }

  remove() {
    part(this)
    this.presentation?.leave()
    this.watch.disconnect()
    document.removeEventListener("fullscreenchange", this.onFullScreen)
    this.root.remove()
  }
}
