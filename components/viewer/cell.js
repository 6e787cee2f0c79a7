// One cell of the grid: the photo with the model's crop marked, or one map over the photo.

import { cornerButton, element, nameButton } from "./elements.js"
import { upsample, valueAt } from "./heat.js"
import { drawCrop } from "./marks.js"
import { paintMap } from "./painting.js"
import { photoPixels } from "./photo.js"
import { KEEP, noteOf, panelPeak } from "./sign.js"
import { figures, wholePercent } from "./text.js"

const ROOMY = 210 // CSS pixels of a picture that has room for three texts above it

export class Cell {
  // `panel` is null in the cell that shows the photo alone.
  constructor(row, panel, index) {
    this.row = row
    this.panel = panel
    this.index = index
    this.node = element("figure", panel ? "cell" : "cell photo")
    this.node.tabIndex = 0
    this.head = element("figcaption", "head", this.node)
    this.title = element("span", "title", this.head)
    this.subtitle = element("span", "subtitle", this.head)
    this.stage = element("div", "stage", this.node)
    this.canvas = element("canvas", "", this.stage, { role: "img" })
    this.across = element("i", "hair across", this.stage)
    this.down = element("i", "hair down", this.stage)
    this.note = element("p", "note", this.stage)
    this.read = element("span", "read", this.stage)
    if (panel?.values) this.save = cornerButton("save", this.stage)
    if (panel && panel.share !== null && panel.share !== undefined) {
      this.share = element("i", "", element("div", "share", this.node))
      this.share.style.width = `${panel.share * 100}%`
    }
    this.foot = element("div", "foot", this.node)
    this.peak = element("span", "peak", this.foot)
    if (panel?.word) element("span", "reason", this.foot).textContent = panel.word
    this.describe()
    this.explain(panel?.note ?? "")
  }

  describe() {
    const { row, panel } = this
    const title = panel ? panel.title : row.caption
    this.title.textContent = title
    this.title.title = title
    this.subtitle.textContent = panel ? panel.subtitle : row.subtitle
    if (this.save) nameButton(this.save, `Save ${title}`)
    this.peak.textContent = panel ? panel.detail : `${row.size[0]} × ${row.size[1]}`
    this.label = panel ? `Heatmap for ${title}, ${panel.subtitle}` : `Photo ${title}`
    this.node.setAttribute("aria-label", `${this.label}. Press Enter to enlarge.`)
  }

  // The panel's map is another one now.
  renew() {
    this.describe()
    this.sign = null
  }

  // Draw a map the fainter, the less probable its class is beside the answer: `share` of 1.
  weigh(share) {
    this.node.style.setProperty("--weight", String(Math.min(1, 0.35 + 0.65 * Math.sqrt(share))))
    this.node.classList.add("rival")
  }

  // Show a note over the picture, or none for "".
  explain(note) {
    this.note.textContent = note
    this.note.hidden = !note
    this.canvas.setAttribute("aria-label", note ? `${this.label}. ${note}` : this.label)
  }

  // Takes CSS pixels. The canvas gets device pixels, at most `most` across so that drawing stays
  // fast.
  resize(width, height, most = 1100) {
    // A short line below the picture goes above it where that has room, for larger pictures.
    const above = width >= ROOMY && !this.panel?.detail
    if (above) this.head.insertBefore(this.peak, this.subtitle)
    else this.foot.prepend(this.peak)
    this.foot.hidden = above && !this.foot.querySelector(".reason, .covering")
    const density = Math.min(window.devicePixelRatio || 1, 2, most / width)
    this.stage.style.aspectRatio = `${this.row.size[0]} / ${this.row.size[1]}`
    const w = Math.max(1, Math.round(width * density)), h = Math.max(1, Math.round(height * density))
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w
      this.canvas.height = h
    }
  }

  draw(context) {
    const { row, panel } = this, { area } = row
    const { width, height } = this.canvas
    const pen = this.canvas.getContext("2d")
    const photo = photoPixels(row, area, width, height)
    if (!panel?.values) {
      if (this.drawn === photo) return // no look changes a photo
      this.drawn = photo
      pen.putImageData(photo, 0, 0)
      if (!panel) drawCrop(pen, row.window, area)
      return
    }
    const heat = this.heat(area, width, height, context)
    const layers = { photo: photo.data, heat, window: panel.window, area, width, height }
    paintMap(pen, layers, context)
    this.follow(context.look.sign)
  }

  // Update the text that depends on the sign, which changes less often than the picture.
  follow(sign) {
    if (this.sign === sign) return
    this.sign = sign
    const peak = `Peak ${figures(panelPeak(this.panel, sign))}`
    this.peak.textContent = this.panel.detail ? `${peak} · ${this.panel.detail}` : peak
    this.explain(noteOf(this.panel, sign))
  }

  // The heat for this view, cached until area, size, sign or scale changes.
  heat(area, width, height, context) {
    const { panel } = this, { sign } = context.look
    const scale = context.scaleOf(panel)
    const key = `${width}×${height}@${area.x},${area.y},${area.width},${area.height} ${sign} ${scale}`
    if (panel.heatKey !== key) {
      panel.heat = upsample(panel, area, width, height, sign, scale)
      panel.heatKey = key
    }
    return panel.heat
  }

  // Show the crosshair and the value at a point of the photo; hide both for null.
  track(point, context) {
    this.stage.classList.toggle("tracked", Boolean(point))
    this.read.textContent = point ? this.reading(point, context) : ""
    if (!point) return
    const { area } = this.row
    this.down.style.left = `${((point.x - area.x) / area.width) * 100}%`
    this.across.style.top = `${((point.y - area.y) / area.height) * 100}%`
  }

  reading({ x, y }, context) {
    const { panel } = this
    if (!panel) return `x ${Math.floor(x)}, y ${Math.floor(y)}`
    const value = panel.values && valueAt(panel, x, y)
    if (value === null) return "outside what the model saw"
    const scale = context.scaleOf(panel)
    const heat = scale > 0 ? Math.min(KEEP[context.look.sign](value) / scale, 1) : 0
    return `heat ${wholePercent(heat)}, value ${figures(value)}`
  }
}
