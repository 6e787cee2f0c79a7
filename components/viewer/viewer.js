// The viewer itself: takes the bytes, lays out the grid, and draws when something changed.

// One look for every viewer of the page; it outlives reruns and remounts.
let LOOK = null
const LIVE = new Set()

const TOOLS_HEIGHT = 260 // CSS pixels above the grid on the page: predictions and toolbar
const CELL_TEXT = 64 // the two lines of text of a cell, and the gap below

class Viewer {
  // `want` tells Python that somebody asks for files.
  constructor(parent, want) {
    this.want = want
    this.root = element("div", "viewer", parent)
    const bar = element("div", "bar", this.root)
    this.toolbar = new Toolbar(bar, {
      change: (fields) => this.change(fields),
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
    LIVE.add(this)
    this.root.renderNative = (row, panel) => this.renderNative(row, panel)
  }

  // New bytes. The old picture stays until the new photos are decoded, so nothing flickers.
  async show(data) {
    if (data === this.data) return this.publish()
    this.data = data
    const header = unpack(data)
    LOOK ??= readLook(window.location.hash, header.colormaps.map(({ name }) => name))
    const bitmaps = await Promise.all(header.rows.map(decodePhoto))
    if (data !== this.data) return undefined
    header.rows.forEach((row, r) => {
      row.bitmap = bitmaps[r]
      const before = this.rows.find((old) => old.id === row.id)
      row.area = before ? before.area : wholePhoto(row)
    })
    this.header = header
    this.rows = header.rows
    this.build()
    this.presentation?.update()
    return this.publish()
  }

  publish() {
    if (LOOK) publishLook(LOOK)
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

  // As many columns as keep panels large; a photo never taller than the window shows.
  layout() {
    // Behind a presentation, the grid stays as it was.
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

  // Many changes in one frame are one drawing.
  redraw() {
    this.pending ??= requestAnimationFrame(() => this.paint())
  }

  paint() {
    cancelAnimationFrame(this.pending)
    this.pending = undefined
    const context = this.context()
    const start = performance.now()
    for (const cell of this.cells) if (!cell.node.hidden) cell.draw(context)
    this.root.dataset.frameMs = (performance.now() - start).toFixed(2)
    const { colormaps } = this.header
    this.toolbar.show(LOOK, colormaps, context.lut, this.sharedPeak(), this.rows.some(zoomed))
    this.root.dataset.view = LOOK.view
  }

  context() {
    const { lut } = this.header.colormaps.find(({ name }) => name === LOOK.cm)
    const shared = this.sharedPeak()
    return {
      look: LOOK, lut, split: this.split, table: mixingTable(lut, LOOK.op, LOOK.ev),
      scaleOf: (panel) => (LOOK.scale === "shared" ? shared : panelPeak(panel, LOOK.ev)),
    }
  }

  sharedPeak() {
    const shown = this.rows.flatMap((row) => row.panels.filter((panel) => panel.values))
    return Math.max(0, ...shown.map((panel) => panelPeak(panel, LOOK.ev)))
  }

  get look() {
    return LOOK
  }

  change(fields) {
    LOOK = changedLook(LOOK, fields)
    this.publish()
    for (const viewer of LIVE) viewer.redraw()
  }

  swipe(share) {
    this.split = Math.min(Math.max(share, 0), 1)
    this.redraw()
  }

  // The crosshair: the same place in every cell of the row, each with its own value.
  track(row, point) {
    for (const cell of this.cells) {
      if (cell.row !== row) continue
      const inside = point && point.x >= row.area.x && point.x <= row.area.x + row.area.width
        && point.y >= row.area.y && point.y <= row.area.y + row.area.height
      cell.stage.classList.toggle("tracked", Boolean(inside))
      cell.read.textContent = inside ? reading(cell.panel, point, this.context()) : ""
      if (!inside) continue
      cell.down.style.left = `${((point.x - row.area.x) / row.area.width) * 100}%`
      cell.across.style.top = `${((point.y - row.area.y) / row.area.height) * 100}%`
    }
  }

  open(cell) {
    const before = this.focus
    this.focus = this.focus === cell ? null : cell
    this.layout()
    const next = this.focus || before
    if (next) next.node.focus({ preventScroll: true })
    if (this.focus) this.focus.node.scrollIntoView({ block: "nearest" })
  }

  // Arrow keys: the divider in the swipe view, the neighbour in the large view.
  step(direction, share) {
    if (LOOK.view === "swipe") return this.swipe(this.split + share)
    if (!this.focus) return undefined
    const now = this.cells.indexOf(this.focus)
    const next = this.cells[(now + direction + this.cells.length) % this.cells.length]
    this.focus = null
    return this.open(next)
  }

  fit() {
    for (const row of this.rows) row.area = wholePhoto(row)
    this.redraw()
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen()
    else this.root.requestFullscreen()
  }

  // One map at a time, for an audience; afterwards everything is as it was.
  present() {
    if (this.presentation || !slides(this).length) return
    this.presentation = new Presentation(this, () => {
      this.presentation = null
      this.layout()
      this.toolbar.present.focus({ preventScroll: true })
    })
  }

  // Files are made by the server, which knows the look only from here.
  ask(what, cell) {
    const row = cell ? this.rows.indexOf(cell.row) : 0
    this.want({ what, row, panel: cell ? cell.index : 0, look: LOOK })
  }

  async copyLink() {
    const copied = await copyText(window.location.href)
    const note = this.header.linkNote ? ` ${this.header.linkNote}` : ""
    this.toolbar.say(copied ? `Link copied.${note}` : "Copy the address of this page.")
  }

  // One overlay at the photo's own size, for comparing with the server's picture.
  renderNative(r, p) {
    const row = this.rows[r], panel = row.panels[p], area = wholePhoto(row)
    const { width, height } = row.bitmap
    const photo = photoPixels({ ...row, pixelsKey: "" }, area, width, height)
    const out = new Uint8ClampedArray(width * height * 4)
    const context = this.context()
    const heat = upsample(panel, area, width, height, LOOK.ev, context.scaleOf(panel))
    composite(out, photo.data, heat, panel, area, width, height, context)
    return { width, height, data: out }
  }

  remove() {
    LIVE.delete(this)
    this.presentation?.leave()
    this.watch.disconnect()
    document.removeEventListener("fullscreenchange", this.onFullScreen)
    this.root.remove()
  }
}

// Columns and cell width: as few lines as keep the cells from being small, or more lines where
// that makes them clearly larger and the window still shows (nearly) all.
function arrange({ width, count, aspect, tallest, room, gap, many }) {
  const smallest = width < 520 ? 140 : many ? 170 : 240
  const most = Math.max(1, Math.floor((width + gap) / (smallest + gap)))
  const widest = (columns) => Math.min((width - gap * (columns - 1)) / columns, tallest / aspect)
  let lines = Math.ceil(count / most)
  let columns = Math.ceil(count / lines)
  let cellWidth = widest(columns)
  while (lines < count) {
    lines++
    const fitting = ((room * 1.05) / lines - CELL_TEXT) / aspect
    const larger = Math.min(widest(Math.ceil(count / lines)), fitting)
    if (larger <= cellWidth * 1.25) continue
    columns = Math.ceil(count / lines)
    cellWidth = larger
  }
  return { columns, cellWidth }
}

function reading(panel, point, context) {
  if (!panel) return `${Math.floor(point.x)}, ${Math.floor(point.y)}`
  const value = panel.values && valueAt(panel, point.x, point.y)
  if (value === null) return "not seen"
  const scale = context.scaleOf(panel)
  const heat = scale > 0 ? Math.min(KEEP[context.look.ev](value) / scale, 1) : 0
  return `${Math.round(heat * 100)} %  ${figures(value)}`
}

// Whether it is in the clipboard now. Browsers lend that to secure pages alone: hence the old way.
async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(() => true, () => false)
  }
  const field = element("textarea", "", document.body, { "aria-hidden": "true" })
  field.value = text
  field.select()
  const copied = document.execCommand("copy")
  field.remove()
  return copied
}

const VIEWERS = new WeakMap()

export default function ({ parentElement, data, setTriggerValue }) {
  let viewer = VIEWERS.get(parentElement)
  if (!viewer) {
    viewer = kindOf(data) === "strip"
      ? new Strip(parentElement, (key) => setTriggerValue("pick", key))
      : new Viewer(parentElement, (wish) => setTriggerValue("want", wish))
    VIEWERS.set(parentElement, viewer)
  }
  viewer.show(data)
  return () => {
    viewer.remove()
    VIEWERS.delete(parentElement)
  }
}
