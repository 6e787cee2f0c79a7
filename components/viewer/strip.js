// The layer strip: small maps of one class at every stage of the network; a click chooses a layer.

import { wholePhoto } from "./area.js"
import { element } from "./elements.js"
import { upsample } from "./heat.js"
import { currentLook, join, part, startLook } from "./page.js"
import { unpack } from "./payload.js"
import { decodePhoto, photoPixels } from "./photo.js"
import { composite, drawing } from "./pixels.js"
import { panelPeak } from "./sign.js"

const WIDTH = 104 // of one picture, in CSS pixels

export class Strip {
  constructor(parent, pick) {
    this.pick = pick
    this.root = element("div", "strip", parent)
    join(this)
  }

  async show(data) {
    if (data === this.data) return
    this.data = data
    const header = unpack(data)
    startLook(header.colormaps)
    const bitmaps = await Promise.all(header.rows.map(decodePhoto))
    if (data !== this.data) return
    header.rows.forEach((row, r) => { row.bitmap = bitmaps[r] })
    this.header = header
    this.build()
    this.paint()
  }

  build() {
    this.buttons = []
    const lines = this.header.rows.map((row) => {
      const line = element("div", "line")
      const name = element("div", "whose", line)
      name.textContent = row.caption
      name.title = row.caption
      const many = element("div", "many", line, { role: "group", "aria-label": row.caption })
      for (const panel of row.panels) many.append(this.button(row, panel))
      return line
    })
    this.root.replaceChildren(...lines)
  }

  button(row, panel) {
    const label = `${panel.title}, ${panel.subtitle}`
    const button = element("button", "depth", null, {
      type: "button", "aria-pressed": String(panel.chosen), title: label, "aria-label": label,
    })
    const density = Math.min(window.devicePixelRatio || 1, 2)
    const canvas = element("canvas", "", button, {
      width: String(Math.round(WIDTH * density)),
      height: String(Math.round(((WIDTH * row.size[1]) / row.size[0]) * density)),
    })
    element("span", "layer", button).textContent = panel.title
    element("span", "grid", button).textContent = panel.subtitle
    button.onclick = () => this.pick(panel.key)
    this.buttons.push({ row, panel, canvas })
    return button
  }

  redraw() {
    if (this.header) this.pending ??= requestAnimationFrame(() => this.paint())
  }

  paint() {
    this.pending = undefined
    const look = { ...currentLook() }
    if (look.view !== "heatmap") look.view = "overlay" // the others need more room
    const scaleOf = (panel) => panelPeak(panel, look.sign)
    const context = drawing(look, this.header.colormaps, scaleOf)
    for (const { row, panel, canvas } of this.buttons) draw(row, panel, canvas, context)
  }

  remove() {
    part(this)
    this.root.remove()
  }
}

function draw(row, panel, canvas, context) {
  const { width, height } = canvas
  const area = wholePhoto(row.size)
  const photo = photoPixels(row, area, width, height).data
  const heat = upsample(panel, area, width, height, context.look.sign, context.scaleOf(panel))
  const picture = new ImageData(width, height)
  composite(picture.data, { photo, heat, window: panel.window, area, width, height }, context)
  canvas.getContext("2d").putImageData(picture, 0, 0)
}
