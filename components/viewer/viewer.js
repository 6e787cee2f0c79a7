// The viewer: unpacks the data, lays out its photos and redraws them when something changes.

import { contains, isZoomed, wholePhoto } from "./area.js"
import { exchange } from "./before.js"
import { CHOSEN, keep, recall, same, toggled } from "./cache.js"
import { copyText } from "./clipboard.js"
import { CoverTool } from "./cover.js"
import { element } from "./elements.js"
import { listen } from "./gestures.js"
import { isShortcut, showShortcuts } from "./keys.js"
import { explainUnsure, Line } from "./line.js"
import { changeLook, currentLook, join, part, publishLook, startLook, suit } from "./page.js"
import { unpack } from "./payload.js"
import { decodePhoto } from "./photo.js"
import { drawing } from "./pixels.js"
import { Presentation, slides } from "./present.js"
import { onlyStop } from "./roving.js"
import { panelPeak } from "./sign.js"
import { Toolbar } from "./toolbar.js"

const PAIR = 380 // CSS pixels for a photo and its map, where photos stand side by side
const APART = 24 // between two of them
const DOUBT = 5000 // milliseconds after which what was foreseen should have come true

export class Viewer {
  // `act(name, value)` reports a click that needs the server.
  constructor(parent, act) {
    this.act = (name, value) => {
      act(name, value)
      if (name === "toggle") this.foresee(toggled(this.header, value.index))
    }
    this.root = element("div", "viewer", parent)
    this.title = element("h2", "says", this.root)
    this.bar = element("div", "bar", this.root)
    this.toolbar = new Toolbar(this.bar, {
      across: (axis) => this.act("across", axis),
      change: changeLook,
      fit: () => this.fit(),
      full: () => this.fullScreen(),
      help: () => showShortcuts(this.root),
      present: () => this.present(),
      want: (what) => this.ask(what),
      link: () => this.copyLink(),
    })
    this.columns = element("div", "columns", this.bar, { "aria-hidden": "true" })
    this.grid = element("div", "grid", this.root)
    this.back = element("button", "back", null, { type: "button", title: "Back to all maps (Esc)" })
    this.back.textContent = "‹ All maps"
    this.back.onclick = () => this.open(null)
    this.rows = []
    this.cells = []
    this.tools = new Map() // a cover tool for each photo
    this.focus = null
    this.split = 0.5
    this.watch = new ResizeObserver(() => this.layout())
    this.watch.observe(this.root)
    this.onWindow = () => this.layout()
    this.onKey = (event) => this.key(event)
    window.addEventListener("resize", this.onWindow)
    document.addEventListener("fullscreenchange", this.onWindow)
    this.onPhoto = ({ detail }) => this.foreseePhoto(detail)
    window.addEventListener(CHOSEN, this.onPhoto)
    // First of all listeners, because Streamlit has shortcuts of its own on the same keys.
    window.addEventListener("keydown", this.onKey, true)
    join(this)
  }

  key(event) {
    if (this.presentation || !isShortcut(event, this.root)) return undefined
    const tool = [...this.tools.values()].find((one) => one.holds(event))
    if (tool) return tool.onKey(event)
    const actions = {
      p: () => this.present(),
      c: () => changeLook({ cross: this.look.cross === "on" ? "off" : "on" }),
      "?": () => showShortcuts(this.root),
    }
    const action = actions[event.key.toLowerCase()]
      ?? (event.key === "Escape" && this.focus ? () => this.open(null) : null)
    if (!action) return undefined
    event.stopPropagation()
    event.preventDefault()
    return action()
  }

  // Show what the server sent. It may be on the screen already, because a click told as much.
  show(data) {
    if (data === this.data) return publishLook()
    this.data = data
    const header = unpack(data)
    startLook(header.colormaps)
    keep(header, data)
    const foreseen = this.foreseen
    this.settle()
    if (same(data, foreseen)) return publishLook()
    return this.put(header)
  }

  // The old picture stays until the new photos are decoded, so nothing flickers.
  async put(header) {
    this.coming = header
    const bitmaps = await Promise.all(header.rows.map(decodePhoto))
    const originals = await Promise.all(header.rows.map((row) => decodePhoto(row.before ?? row)))
    await Promise.all([...this.tools.values()].map((tool) => tool.stroke))
    if (this.coming !== header) return undefined
    header.rows.forEach((row, r) => {
      row.bitmap = row.now = bitmaps[r]
      row.original = originals[r]
      const before = this.rows.find((old) => old.own === row.own)
      row.area = before ? before.area : wholePhoto(row.size)
    })
    this.header = header
    this.rows = header.rows
    suit(header.suits)
    this.build()
    this.presentation?.update()
    return publishLook()
  }

  // Show what a click will bring, if that is known, until the server has answered. Should it have
  // nothing new to say, or not answer, its last word is shown again.
  foresee(header, data) {
    if (!header || this.presentation) return
    this.settle()
    this.foreseen = data
    this.doubt = setTimeout(() => this.put(unpack(this.data)), DOUBT)
    this.put(header)
  }

  foreseePhoto(photo) {
    const data = this.header && recall(this.header, photo)
    if (data) this.foresee(unpack(data), data)
  }

  settle() {
    clearTimeout(this.doubt)
    this.foreseen = null
  }

  get mode() {
    if (this.rows.length > 1 || this.header.beside) return "line"
    return this.header.across === "classes" ? "answer" : "grid"
  }

  build() {
    const remembered = this.focus && { row: this.focus.row.own, index: this.focus.index }
    const active = this.root.getRootNode().activeElement
    const focused = this.cells.findIndex((cell) => cell.node === active)
    const { mode } = this
    this.buildTitle()
    this.lines = this.rows.map((row, place) => new Line(row, place, mode, this.act))
    this.cells = this.lines.flatMap((line) => line.cells)
    this.attachTools()
    for (const cell of this.cells) {
      listen(cell, this)
      if (cell.save) cell.save.onclick = () => this.ask("panel", cell)
    }
    this.grid.replaceChildren(this.back, ...this.lines.map((line) => line.node))
    this.focus = (remembered && this.cells.find(
      (cell) => cell.row.own === remembered.row && cell.index === remembered.index,
    )) || null
    this.stop(this.cells[focused])
    this.layout()
    for (const tool of this.tools.values()) tool.restore()
    if (focused >= 0) this.cells[focused]?.node.focus({ preventScroll: true })
  }

  // Photos that the model was asked about have bars; maps from files have not.
  attachTools() {
    const before = this.tools
    this.tools = new Map()
    for (const { row, photo, bars } of this.lines) {
      if (!bars.count) continue
      const tool = before.get(row.own) ?? new CoverTool(this)
      this.tools.set(row.own, tool)
      tool.attach(row, photo)
    }
  }

  // Ask for the photo with another cover; "" is none.
  cover(row, text) {
    this.act("cover", { row: this.rows.indexOf(row), cover: text })
  }

  // Show a covered photo, its maps and bars as they were before, or as they are.
  exchange(row, before) {
    exchange(row, before)
    const line = this.lines.find((one) => one.row === row)
    for (const cell of line.cells) cell.renew()
    line.bars.showBefore(row.bars, before)
    this.redraw()
  }

  buildTitle() {
    const [row] = this.rows
    const one = this.rows.length === 1
    this.title.textContent = one ? row.answer || row.caption : `${this.rows.length} photos`
    explainUnsure(this.title, one && row.unsure)
    const { across, beside } = this.header
    this.title.hidden = beside
    const named = this.mode === "line" && across !== "classes" && !beside
    const titles = named ? row.panels.map(({ title }) => title) : []
    this.columns.replaceChildren(...["", ...titles].map((title) => {
      const column = element("span", "")
      column.textContent = column.title = title
      return column
    }))
  }

  layout() {
    // The grid does not change behind a presentation.
    if (!this.rows.length || this.presentation) return
    // clientWidth rounds up as well as down, and then the last of a line would not fit.
    const width = Math.floor(this.grid.getBoundingClientRect().width)
    if (!width) return
    this.toolbar.arrange(width)
    this.root.classList.toggle("opened", Boolean(this.focus))
    const tall = window.innerHeight
    const above = this.grid.getBoundingClientRect().top - this.root.getBoundingClientRect().top
    const room = Math.max(240, tall - this.headerHeight() - above - 24)
    const beside = this.header.beside && !this.focus ? Math.max(1, Math.floor(width / PAIR)) : 1
    this.grid.style.setProperty("--beside", beside)
    const wide = (width - (beside - 1) * APART) / beside
    for (const line of this.lines) {
      line.node.hidden = Boolean(this.focus) && this.focus.row !== line.row
      if (!line.node.hidden) line.layout({ width: wide, room, tall, opened: this.focus })
    }
    this.layoutColumns()
    this.paint()
  }

  // What lies above the viewer while the page is scrolled to its top.
  headerHeight() {
    const full = this.root.getRootNode().fullscreenElement === this.root
    return full ? 0 : parseFloat(getComputedStyle(this.bar).top)
  }

  // The columns' titles stay in sight while the photos scroll, where all photos have one line.
  layoutColumns() {
    const [line] = this.lines
    const one = this.columns.childElementCount > 1 && line.columns === line.cells.length
    this.columns.hidden = !one || Boolean(this.focus)
    this.root.classList.toggle("titled", !this.columns.hidden)
    if (!one) return
    this.columns.style.gridTemplateColumns = line.rest.style.gridTemplateColumns
    this.columns.style.marginLeft = `${line.rest.offsetLeft - line.node.offsetLeft}px`
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
    this.toolbar.show(look, this.header, lut, this.sharedPeak(), zoomed)
    this.root.classList.toggle("beside", this.header.beside)
    this.root.dataset.view = look.view
    this.root.dataset.scale = look.scale
    if (look.cross === "off") for (const row of this.rows) this.track(row, null)
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
    const wanted = point && this.look.cross === "on"
    const visible = wanted && contains(row.area, point) ? point : null
    const context = this.context()
    for (const cell of this.cells) if (cell.row === row) cell.track(visible, context)
  }

  open(cell) {
    const before = this.focus
    this.focus = this.focus === cell ? null : cell
    this.layout()
    const next = this.focus || before
    if (!next) return
    this.stop(next)
    next.node.focus({ preventScroll: true })
    if (this.focus) this.back.scrollIntoView({ block: "nearest" })
  }

  // The one cell that Tab stops at, with its button.
  stop(cell) {
    onlyStop(this.cells.map(({ node }) => node), cell?.node)
    for (const { node, save } of this.cells) if (save) save.tabIndex = node.tabIndex
  }

  // Arrow keys go from cell to cell; in the swipe view they move the divider.
  step(direction, share) {
    if (this.look.view === "swipe") return this.swipe(this.split + share)
    const now = this.cells.findIndex(({ node }) => node.tabIndex === 0)
    const next = this.cells[(now + direction + this.cells.length) % this.cells.length]
    if (this.focus) {
      this.focus = null
      return this.open(next)
    }
    this.stop(next)
    return next.node.focus()
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
    this.act("want", { what, row, panel: cell ? cell.index : 0, look: this.look })
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
    window.removeEventListener("resize", this.onWindow)
    window.removeEventListener(CHOSEN, this.onPhoto)
    clearTimeout(this.doubt)
    document.removeEventListener("fullscreenchange", this.onWindow)
    window.removeEventListener("keydown", this.onKey, true)
    this.root.remove()
  }
}
