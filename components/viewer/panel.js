// One cell of the grid: the photo with the model's crop, or one map over it.

const HALO = "rgba(0, 0, 0, 0.55)"
const FRAME = "rgba(255, 255, 255, 0.9)"
const CONTOURS = [0.25, 0.5, 0.75]

function element(tag, name, parent, attributes = {}) {
  const made = document.createElement(tag)
  if (name) made.className = name
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (parent) parent.append(made)
  return made
}

// A button over the picture, which is a place for gestures too: those never hear of it.
function cornerButton(icon, parent) {
  const button = iconButton(icon, "", parent, () => {})
  button.classList.add("corner")
  for (const kind of ["pointerdown", "pointermove", "pointerup", "click", "dblclick", "keydown"]) {
    button.addEventListener(kind, (event) => event.stopPropagation())
  }
  return button
}

// A number people can compare: three figures, whatever its size.
function figures(value) {
  if (value === 0) return "0"
  const size = Math.abs(value)
  return size >= 1000 || size < 0.001 ? value.toExponential(2) : String(Number(value.toPrecision(3)))
}

class Cell {
  // `panel` is null in the cell that shows the photo alone.
  constructor(row, panel, index) {
    this.row = row
    this.panel = panel
    this.index = index
    this.node = element("figure", panel ? "cell" : "cell photo")
    this.node.tabIndex = 0
    const head = element("figcaption", "head", this.node)
    this.title = element("span", "title", head)
    this.subtitle = element("span", "subtitle", head)
    this.stage = element("div", "stage", this.node)
    this.canvas = element("canvas", "", this.stage, { role: "img" })
    this.across = element("i", "hair across", this.stage)
    this.down = element("i", "hair down", this.stage)
    this.note = element("p", "note", this.stage)
    if (panel && panel.values) this.save = cornerButton("save", this.stage)
    const foot = element("div", "foot", this.node)
    this.peak = element("span", "peak", foot)
    this.read = element("span", "read", foot)
    this.describe()
  }

  describe() {
    const { row, panel } = this
    const title = panel ? panel.title : row.caption
    this.title.textContent = title
    this.title.title = title
    this.subtitle.textContent = panel ? panel.subtitle : row.subtitle
    this.note.textContent = panel ? panel.note : ""
    this.note.hidden = !this.note.textContent
    if (this.save) nameButton(this.save, `Save ${title}`)
    this.peak.textContent = panel
      ? panel.detail
      : `${row.size[0]} × ${row.size[1]}`
    const said = panel ? `Heatmap for ${title}, ${panel.subtitle}` : `Photo ${title}`
    this.canvas.setAttribute("aria-label", panel && panel.note ? `${said}. ${panel.note}` : said)
    this.node.setAttribute("aria-label", `${said}. Enter opens it large.`)
  }

  // Width and height in CSS pixels; the canvas has device pixels, within what stays fast: `most`
  // across.
  resize(width, height, most = 1100) {
    const density = Math.min(window.devicePixelRatio || 1, 2, most / width)
    this.stage.style.aspectRatio = `${this.row.size[0]} / ${this.row.size[1]}`
    const w = Math.max(1, Math.round(width * density)), h = Math.max(1, Math.round(height * density))
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w
      this.canvas.height = h
    }
  }

  draw(context) {
    const { width, height } = this.canvas
    const view = this.row.area
    const pen = this.canvas.getContext("2d")
    const photo = photoPixels(this.row, view, width, height)
    if (!this.panel || !this.panel.values) {
      pen.putImageData(photo, 0, 0)
      if (!this.panel) this.drawCrop(pen, view)
      return
    }
    const heat = this.heat(view, width, height, context)
    this.peak.textContent = this.footing(context)
    const picture = new ImageData(width, height)
    composite(picture.data, photo.data, heat, this.panel, view, width, height, context)
    pen.putImageData(picture, 0, 0)
    if (context.look.view === "contour") this.drawContours(pen, heat, context)
    if (context.look.view === "swipe") drawDivider(pen, context.split * width, height)
    if (context.look.view !== "heatmap") this.drawFrame(pen, view)
  }

  // The raw maximum of what is shown, and what else there is to know of this map.
  footing(context) {
    const peak = `Peak ${figures(panelPeak(this.panel, context.look.ev))}`
    return this.panel.detail ? `${peak} · ${this.panel.detail}` : peak
  }

  // The heat for this view, kept until the view, the size, the evidence or the scale changes.
  heat(view, width, height, context) {
    const scale = context.scaleOf(this.panel), { ev } = context.look
    const key = `${width}×${height}@${view.x},${view.y},${view.width},${view.height} ${ev} ${scale}`
    if (this.panel.heatKey !== key) {
      this.panel.heat = upsample(this.panel, view, width, height, ev, scale)
      this.panel.heatKey = key
    }
    return this.panel.heat
  }

  drawContours(pen, heat, context) {
    const { width, height } = this.canvas
    const unit = Math.max(1, width / 450)
    const signs = context.look.ev === "both" ? [1, -1] : [1]
    for (const level of signs.flatMap((sign) => CONTOURS.map((share) => sign * share))) {
      if (Math.abs(level) < context.look.th) continue
      const lines = isolines(heat, width, height, level, Math.max(2, Math.round(2 * unit)))
      const color = levelOf(level, context.look.ev) * 3
      const lut = context.lut
      for (const [style, thickness] of [
        [HALO, 4 * unit], [`rgb(${lut[color]}, ${lut[color + 1]}, ${lut[color + 2]})`, 2 * unit],
      ]) {
        pen.strokeStyle = style
        pen.lineWidth = thickness
        pen.lineCap = "round"
        pen.beginPath()
        for (let i = 0; i < lines.length; i += 4) {
          pen.moveTo(lines[i], lines[i + 1])
          pen.lineTo(lines[i + 2], lines[i + 3])
        }
        pen.stroke()
      }
    }
  }

  // What the model never saw is dimmed, and the edge of what it saw is drawn.
  drawCrop(pen, view) {
    const { width, height } = this.canvas
    const box = windowBox(this.row.window, view, width, height)
    if (covers(box, width, height)) return
    pen.fillStyle = "rgba(10, 12, 16, 0.5)"
    pen.beginPath()
    pen.rect(0, 0, width, height)
    pen.rect(box.x, box.y, box.width, box.height)
    pen.fill("evenodd")
    strokeBox(pen, box, FRAME, width)
  }

  drawFrame(pen, view) {
    const { width, height } = this.canvas
    const box = windowBox(this.panel.window, view, width, height)
    if (!covers(box, width, height)) strokeBox(pen, box, "rgba(255, 255, 255, 0.55)", width)
  }
}

// The largest value of what is shown of a map, found once for each kind of evidence.
function panelPeak(panel, evidence) {
  panel.peaks ??= {}
  return panel.peaks[evidence] ??= peakOf(panel.values, evidence)
}

// The look applied to one map; also what the parity test asks for.
function composite(out, photo, heat, panel, view, width, height, context) {
  const { look, lut, table } = context
  if (look.view === "heatmap") {
    const box = windowBox(panel.window, view, width, height)
    const inside = {
      x0: Math.round(box.x), x1: Math.round(box.x + box.width),
      y0: Math.round(box.y), y1: Math.round(box.y + box.height),
    }
    mixHeatmap(out, heat, lut, look.th, inside, width, look.ev)
  } else if (look.view === "contour") {
    out.set(photo)
  } else {
    const from = look.view === "swipe" ? Math.round(context.split * width) : 0
    mixOverlay(out, photo, heat, table, look.th, width, from, look.ev)
  }
}

// The photo's pixels for a view, shared by every cell of the row.
function photoPixels(row, view, width, height) {
  const key = `${width}×${height}@${view.x},${view.y},${view.width},${view.height}`
  if (row.pixelsKey !== key || row.pixelsOf !== row.bitmap) {
    const canvas = new OffscreenCanvas(width, height)
    const pen = canvas.getContext("2d", { willReadFrequently: true })
    pen.imageSmoothingQuality = "high"
    const { bitmap } = row
    const sx = bitmap.width / row.size[0], sy = bitmap.height / row.size[1]
    pen.drawImage(
      bitmap, view.x * sx, view.y * sy, view.width * sx, view.height * sy, 0, 0, width, height,
    )
    row.pixels = pen.getImageData(0, 0, width, height)
    row.pixelsKey = key
    row.pixelsOf = bitmap
  }
  return row.pixels
}

function windowBox([left, top, right, bottom], view, width, height) {
  const x = ((left - view.x) / view.width) * width, y = ((top - view.y) / view.height) * height
  return {
    x, y, width: ((right - left) / view.width) * width, height: ((bottom - top) / view.height) * height,
  }
}

function covers(box, width, height) {
  return box.x <= 0.5 && box.y <= 0.5
    && box.x + box.width >= width - 0.5 && box.y + box.height >= height - 0.5
}

function strokeBox(pen, box, style, width) {
  pen.lineWidth = Math.max(1, Math.round(width / 400))
  pen.strokeStyle = style
  pen.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1)
}

function drawDivider(pen, x, height) {
  pen.fillStyle = HALO
  pen.fillRect(x - 2, 0, 4, height)
  pen.fillStyle = "#fff"
  pen.fillRect(x - 1, 0, 2, height)
}
