// The layer strip: one class through the depth of the network, small, and a click chooses a layer.

const STRIP_WIDTH = 104 // CSS pixels of one picture

class Strip {
  constructor(parent, pick) {
    this.pick = pick
    this.root = element("div", "strip", parent)
    this.rows = []
    LIVE.add(this)
  }

  async show(data) {
    if (data === this.data) return
    this.data = data
    const header = unpack(data)
    LOOK ??= readLook(window.location.hash, header.colormaps.map(({ name }) => name))
    const bitmaps = await Promise.all(header.rows.map(decodePhoto))
    if (data !== this.data) return
    header.rows.forEach((row, r) => { row.bitmap = bitmaps[r] })
    this.header = header
    this.rows = header.rows
    this.build()
    this.paint()
  }

  build() {
    this.buttons = []
    const lines = this.rows.map((row) => {
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
    const said = `${panel.title}, ${panel.subtitle}`
    const button = element("button", "depth", null, {
      type: "button", "aria-pressed": String(panel.chosen), title: said, "aria-label": said,
    })
    const density = Math.min(window.devicePixelRatio || 1, 2)
    const canvas = element("canvas", "", button, {
      width: String(Math.round(STRIP_WIDTH * density)),
      height: String(Math.round(((STRIP_WIDTH * row.size[1]) / row.size[0]) * density)),
    })
    element("span", "layer", button).textContent = panel.title
    element("span", "grid", button).textContent = panel.subtitle
    button.onclick = () => this.pick(panel.key)
    this.buttons.push({ row, panel, canvas })
    return button
  }

  redraw() {
    this.pending ??= requestAnimationFrame(() => this.paint())
  }

  paint() {
    this.pending = undefined
    const { lut } = this.header.colormaps.find(({ name }) => name === LOOK.cm)
    const context = {
      look: { ...LOOK, view: LOOK.view === "heatmap" ? "heatmap" : "overlay" }, lut, split: 0,
      table: mixingTable(lut, LOOK.op, LOOK.ev), scaleOf: (panel) => panelPeak(panel, LOOK.ev),
    }
    for (const { row, panel, canvas } of this.buttons) this.draw(row, panel, canvas, context)
  }

  draw(row, panel, canvas, context) {
    const { width, height } = canvas
    const area = { x: 0, y: 0, width: row.size[0], height: row.size[1] }
    const photo = photoPixels(row, area, width, height)
    const picture = new ImageData(width, height)
    const heat = upsample(panel, area, width, height, LOOK.ev, context.scaleOf(panel))
    composite(picture.data, photo.data, heat, panel, area, width, height, context)
    canvas.getContext("2d").putImageData(picture, 0, 0)
  }

  remove() {
    LIVE.delete(this)
    this.root.remove()
  }
}
