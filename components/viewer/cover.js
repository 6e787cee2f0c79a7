// The cover test: brush over part of a photo, or cover what is hot, and see what the model says then.
// The stroke shows at once; on release the server explains the covered photo.

import {
  brushed, coverText, emptyCells, gridOf, hotCells, readCover, shareOf, stroked,
} from "./coverage.js"
import { element } from "./elements.js"
import { drawBrush, drawCovered } from "./covering.js"
import { drawCrop } from "./marks.js"
import { peakOf } from "./sign.js"
import { wholePercent } from "./text.js"

const BRUSH = { least: 0.7, usual: 3, most: 10 } // its radius, in cells
const PATIENCE = 20000 // milliseconds for which the server's older answers are not taken for news
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const FILLS = {
  blur: ["Blur", "Blur what is covered: it takes the detail and leaves the colours"],
  grey: ["Grey", "Cover with grey: it takes the colours too, but its outline may look like something"],
}

// One tool per photo; it outlives the page's rebuilding after each answer.
export class CoverTool {
  // `host` is the viewer: its look, `act`, `redraw` and `exchange`, which shows the photo as it was.
  constructor(host) {
    this.host = host
    this.open = false
    this.undone = []
    this.fill = "blur"
    this.radius = BRUSH.usual
    this.brush = null
    this.buildPanel()
    this.canvas = element("canvas", "brush", null, {
      tabindex: "0", role: "application",
      "aria-label": "Brush. Arrow keys move it, Space covers, Z undoes, Esc leaves.",
    })
    this.listen()
    // What is typed here is not meant for the picture around it.
    for (const node of [this.canvas, this.buttons, this.panel]) {
      node.addEventListener("keydown", (event) => event.stopPropagation())
    }
  }

  buildPanel() {
    this.buttons = element("span", "covering")
    this.start = word(this.buttons, "Cover a part", "Cover part of the photo and see what the model says then", () => this.toggle())
    this.before = word(this.buttons, "Before", "Hold to see photo, maps and bars as they were before", null)
    this.clear = word(this.buttons, "Uncover", "Show the model the whole photo again", () => this.change(emptyCells(this.grid)))
    this.holdable(this.before)
    this.panel = element("div", "cover-tools", null, { role: "group", "aria-label": "Cover part of the photo" })
    const first = element("div", "tools", this.panel)
    this.size = range(first, "Brush", "How large the brush is", BRUSH.least, BRUSH.most, 0.1)
    this.size.value = String(this.radius)
    this.size.oninput = () => { this.radius = Number(this.size.value); this.paint() }
    const fills = element("div", "choice", first, { role: "radiogroup", "aria-label": "Cover with" })
    this.fills = Object.entries(FILLS).map(([value, [text, title]]) => {
      const button = element("button", "", fills, { type: "button", role: "radio", title, value })
      button.textContent = text
      button.onclick = () => this.fillWith(value)
      return button
    })
    const second = element("div", "tools", this.panel)
    this.level = range(second, "What is hot above", "Cover every place whose heat is at least this share of the map's peak", 0.05, 1, 0.05)
    this.level.value = "0.5"
    this.percent = element("output", "", second)
    this.hot = word(second, "Cover it", "Cover what is hot in the map of the answer", () => this.coverHot(true))
    this.level.oninput = () => this.coverHot(false)
    this.level.onchange = () => this.send()
    const third = element("div", "tools", this.panel)
    this.undo = word(third, "Undo", "Take back the last stroke (Z)", () => this.back())
    this.said = element("span", "said", third, { role: "status" })
    word(third, "Done", "Put the brush away; what is covered stays covered (Esc)", () => this.toggle(false))
  }

  // Hold with a pointer, or switch with a key.
  holdable(button) {
    const show = (on) => {
      if (this.held === on) return
      this.held = on
      button.setAttribute("aria-pressed", String(on))
      this.canvas.hidden = on || !this.open
      this.host.exchange(this.row, on)
    }
    this.held = false
    this.release = () => show(false)
    button.setAttribute("aria-pressed", "false")
    button.onpointerdown = (event) => { button.setPointerCapture(event.pointerId); show(true) }
    button.onpointerup = button.onpointercancel = button.onblur = () => show(false)
    button.onclick = (event) => { if (event.detail === 0) show(!this.held) }
    button.oncontextmenu = (event) => event.preventDefault() // a long touch
  }

  // Move to the cell that now shows the photo.
  attach(row, cell) {
    const root = this.canvas.getRootNode(), active = root.activeElement
    this.focused = [this.canvas, this.panel, this.buttons].some((node) => node.contains(active)) ? active : null
    this.held = false
    this.row = row
    this.cell = cell
    this.grid = gridOf(row.size)
    const known = this.sent !== undefined && this.sent !== row.cover && Date.now() - this.sentAt < PATIENCE
    if (!known) {
      const cover = readCover(row.cover)
      this.sent = undefined
      this.cells = cover && String(cover.grid) === String(this.grid) ? cover.cells : emptyCells(this.grid)
      if (cover) this.fill = cover.fill
    }
    cell.stage.append(this.canvas)
    cell.foot.append(this.buttons)
    cell.node.append(this.panel)
    this.show()
  }

  // After the page was rebuilt around it.
  restore() {
    this.focused?.focus({ preventScroll: true })
    this.paint()
  }

  toggle(open = !this.open) {
    this.open = open
    this.show()
    this.paint()
    this.host.layout()
    if (open) this.canvas.focus({ preventScroll: true })
    else this.start.focus({ preventScroll: true })
  }

  show() {
    const covered = Boolean(this.row.cover)
    this.cell.node.classList.toggle("covering-now", this.open)
    this.canvas.hidden = !this.open
    this.panel.hidden = !this.open
    this.start.textContent = covered ? "Change the cover" : "Cover a part"
    this.start.hidden = this.open
    this.before.hidden = !covered
    this.clear.hidden = !this.cells.includes(1)
    this.undo.disabled = !this.undone.length
    for (const button of this.fills) button.setAttribute("aria-checked", String(button.value === this.fill))
    const share = shareOf(this.cells), map = this.hotMap()
    this.said.textContent = share ? `${wholePercent(share)} covered` : "Brush over the photo"
    this.percent.textContent = wholePercent(Number(this.level.value))
    this.level.disabled = this.hot.disabled = !map
  }

  // The answer's map of the photo before anything was covered.
  hotMap() {
    const bars = this.row.bars.filter(({ before }) => before !== null)
    const first = bars.reduce((best, bar) => (bar.before > (best?.before ?? -1) ? bar : best), null)
    const panels = this.row.panels.filter(({ values }) => values)
    if (first) return panels.find(({ index }) => index === first.index)?.before ?? null
    return panels.reduce((best, panel) => ((panel.share ?? 0) > (best?.share ?? -1) ? panel : best), null)
  }

  coverHot(whole) {
    const map = this.hotMap()
    if (!map) return
    const { sign } = this.host.look
    const hot = hotCells(map, this.row.size, Number(this.level.value), sign, peakOf(map.values, sign))
    if (whole || !this.base) {
      this.base = this.cells
      this.remember()
    }
    this.cells = this.base.map((cell, i) => cell | hot[i])
    this.show()
    this.paint()
    if (whole) this.send()
  }

  fillWith(fill) {
    this.fill = fill
    this.show()
    this.paint()
    if (this.cells.includes(1)) this.send()
  }

  remember() {
    this.undone.push(this.cells)
    if (this.undone.length > 50) this.undone.shift()
  }

  back() {
    if (!this.undone.length) return
    this.cells = this.undone.pop()
    this.show()
    this.paint()
    this.send()
  }

  change(cells) {
    this.remember()
    this.cells = cells
    this.show()
    this.paint()
    this.send()
  }

  send() {
    this.base = null
    const text = coverText(this.cells, this.grid, this.fill)
    if (text === (this.sent ?? this.row.cover)) return
    this.sent = text
    this.sentAt = Date.now()
    this.host.cover(this.row, text)
  }

  // Where the pointer is, in cells.
  at(event) {
    const box = this.canvas.getBoundingClientRect(), { area, size } = this.row, [columns, rows] = this.grid
    return {
      x: ((area.x + ((event.clientX - box.left) / box.width) * area.width) / size[0]) * columns,
      y: ((area.y + ((event.clientY - box.top) / box.height) * area.height) / size[1]) * rows,
    }
  }

  listen() {
    const { canvas } = this
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel", "click", "dblclick"]) {
      canvas.addEventListener(kind, (event) => event.stopPropagation()) // the picture's own gestures
    }
    canvas.onpointerdown = (event) => {
      if (event.button) return
      event.preventDefault()
      canvas.focus({ preventScroll: true })
      canvas.setPointerCapture(event.pointerId)
      this.remember()
      this.brush = this.at(event)
      this.cells = brushed(this.cells, this.grid, this.brush.x, this.brush.y, this.radius)
      this.stroke = new Promise((done) => { this.finish = done })
      this.paint()
    }
    canvas.onpointermove = (event) => {
      const before = this.brush
      this.brush = this.at(event)
      if (this.finish && before) {
        this.cells = stroked(this.cells, this.grid, [before, this.brush], this.radius)
      }
      this.paint()
    }
    canvas.onpointerup = canvas.onpointercancel = () => this.lift()
    canvas.onlostpointercapture = () => this.lift()
    canvas.onpointerleave = () => {
      if (!this.finish) this.brush = null
      this.paint()
    }
  }

  lift() {
    if (!this.finish) return
    this.finish()
    this.finish = this.stroke = null
    this.show()
    this.send()
  }

  // Whether a key is meant for this tool.
  holds(event) {
    const path = event.composedPath()
    return this.open && (path.includes(this.canvas) || path.includes(this.panel))
  }

  onKey(event) {
    if (event.key === "Escape") this.toggle(false)
    else if (event.key.toLowerCase() === "z") this.back()
    else if (!event.composedPath().includes(this.canvas)) return
    else if (event.key in MOVES) this.step(MOVES[event.key], event.shiftKey ? 4 : 1)
    else if (event.key === " ") this.press()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  step([right, down], far) {
    const [columns, rows] = this.grid
    const { x, y } = this.brush ?? { x: columns / 2, y: rows / 2 }
    this.brush = {
      x: Math.min(Math.max(x + right * far, 0.5), columns - 0.5),
      y: Math.min(Math.max(y + down * far, 0.5), rows - 0.5),
    }
    this.paint()
  }

  press() {
    const [columns, rows] = this.grid
    this.brush ??= { x: columns / 2, y: rows / 2 }
    this.change(brushed(this.cells, this.grid, this.brush.x, this.brush.y, this.radius))
  }

  // Draw photo, cover and brush, once per frame.
  paint() {
    if (!this.open) return
    this.pending ??= requestAnimationFrame(() => {
      this.pending = undefined
      const { width, height } = this.cell.canvas
      if (this.canvas.width !== width || this.canvas.height !== height) {
        Object.assign(this.canvas, { width, height })
      }
      drawCovered(this.canvas, this.row, this)
      drawCrop(this.canvas.getContext("2d"), this.row.window, this.row.area)
      if (this.brush) drawBrush(this.canvas, this.row, this)
    })
  }
}

function word(parent, text, title, onClick) {
  const button = element("button", "asks", parent, { type: "button", title })
  button.textContent = text
  button.onclick = onClick
  return button
}

function range(parent, name, title, min, max, step) {
  const label = element("label", "control slider", parent, { title })
  element("span", "name", label).textContent = name
  return element("input", "", label, { type: "range", min, max, step, "aria-label": name })
}
