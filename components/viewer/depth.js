// The depth slider: one class from the first stages of the network to the last. Dragging blends the
// maps of neighbouring stages; a release or Enter on a stage chooses that layer.

import { wholePhoto } from "./area.js"
import { draw, size } from "./blended.js"
import { element } from "./elements.js"
import { drawFrame } from "./marks.js"
import { between, meaning, phase, stopAt } from "./morph.js"
import { currentLook, join, part, startLook } from "./page.js"
import { unpack } from "./payload.js"
import { decodePhoto } from "./photo.js"
import { drawing } from "./pixels.js"
import { emptyReason, panelPeak } from "./sign.js"

const PICTURE = 480 // at most across, in CSS pixels
const THUMBNAIL = 96
const CHOICES = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }

export class Depth {
  constructor(parent, pick) {
    this.pick = pick
    this.root = element("section", "depth", parent, { "aria-label": "Depth in the network" })
    const head = element("div", "head", this.root)
    element("h3", "", head).textContent = "Depth"
    this.about = element("span", "about", head)
    this.switch = element("select", "", head, { "aria-label": "Photo whose depth is shown" })
    this.switch.onchange = () => this.choosePhoto(Number(this.switch.value))
    const body = element("div", "body", this.root)
    this.canvas = element("canvas", "picture", body, { role: "img" })
    const side = element("div", "side", body)
    this.reading = element("p", "reading", side)
    this.advice = element("p", "advice", side)
    this.slider = element("input", "", side, {
      type: "range", min: "0", step: "0.01", "aria-label": "Depth, from early to late",
      title: "Drag from early to late. Arrow keys go from stage to stage, Enter chooses the layer.",
    })
    this.stops = element("div", "stops", side, { role: "group", "aria-label": "Stages" })
    this.phases = element("div", "phases", side, { "aria-hidden": "true" })
    for (const name of ["early", "middle", "late"]) {
      element("span", "", this.phases).textContent = name
    }
    this.slider.oninput = () => this.move(Number(this.slider.value))
    this.slider.onchange = () => this.choose(stopAt(this.position))
    this.slider.onkeydown = (event) => this.onKey(event)
    this.photo = 0
    this.position = null
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
    const before = this.header
    this.header = header
    const known = before ? header.rows.findIndex((row) => row.id === before.rows[this.photo].id) : 0
    this.choosePhoto(Math.max(known, 0))
  }

  // The photos share one slider; the first is shown until another is chosen.
  choosePhoto(index) {
    const { rows } = this.header
    this.photo = index
    this.row = rows[index]
    this.switch.hidden = rows.length < 2
    this.switch.replaceChildren(...rows.map((row, r) => new Option(row.caption, String(r))))
    this.switch.value = String(index)
    this.about.textContent = `${this.row.subtitle}, from the first stages of the network to the last`
    this.build()
    this.rest()
    this.redraw()
  }

  build() {
    const { panels } = this.row
    this.root.style.setProperty("--stops", String(panels.length))
    this.slider.max = String(panels.length - 1)
    this.cells = panels.map((panel) => (panel.shape ? panel.shape[0] * panel.shape[1] : 0))
    const active = this.root.getRootNode().activeElement
    const focused = [...this.stops.children].indexOf(active)
    this.thumbnails = panels.map((panel, n) => this.thumbnail(panel, n))
    this.stops.replaceChildren(...this.thumbnails.map(({ button }) => button))
    if (focused >= 0) this.thumbnails[focused]?.button.focus({ preventScroll: true })
    size(this.canvas, PICTURE, this.row)
  }

  thumbnail(panel, n) {
    const words = `${phase(n, this.cells.length)}: ${meaning(n, this.cells)}`
    const label = [panel.key || panel.title, panel.subtitle && `${panel.subtitle} grid`, words]
    if (panel.chosen) label.push("in use")
    const button = element("button", "stop", null, {
      type: "button", tabindex: "-1", title: label.filter(Boolean).join(" · "),
      "aria-label": label.filter(Boolean).join(", "), "aria-pressed": String(panel.chosen),
    })
    const canvas = element("canvas", "", button)
    size(canvas, THUMBNAIL, this.row)
    element("span", "", button).textContent = panel.title
    button.onclick = () => {
      this.move(n)
      this.choose(n)
    }
    return { button, canvas, panel }
  }

  // Rest at the layer in use, or at the last stage.
  rest() {
    const used = this.row.panels.findIndex((panel) => panel.chosen)
    this.move(used < 0 ? this.row.panels.length - 1 : used)
  }

  move(position) {
    this.position = position
    if (Number(this.slider.value) !== position) this.slider.value = String(position)
    this.say()
    this.frame()
  }

  say() {
    const { panels } = this.row, { low, high, share } = between(this.position, panels.length)
    const at = stopAt(this.position)
    const panel = panels[at ?? low]
    const word = phase(this.position, panels.length)
    const name = at === null ? `Between ${panels[low].title} and ${panels[high].title}` : panel.title
    const facts = at === null ? "their maps, blended" : panel.subtitle && `${panel.subtitle} grid`
    this.reading.replaceChildren()
    element("strong", "", this.reading).textContent = name
    if (at !== null && panel.chosen) element("span", "used", this.reading).textContent = "in use"
    element("span", "facts", this.reading).textContent =
      [facts, panel.detail, `${word}: ${meaning(this.position, this.cells)}`].filter(Boolean).join(" · ")
    const empty = panel.values ? emptyReason(panel, currentLook().sign) : panel.note
    this.advice.textContent = at === null ? "No layer has this map: it shows the change from one to the next."
      : empty || (panel.chosen || !panel.key ? "" : "Press Enter or click the picture to use this layer.")
    this.slider.setAttribute("aria-valuetext", `${name}, ${word}`)
    const whole = share === 0 ? low : share === 1 ? high : at
    this.thumbnails.forEach(({ button }, n) => button.classList.toggle("near", n === whole))
  }

  onKey(event) {
    const step = CHOICES[event.key], last = this.row.panels.length - 1
    const ends = { Home: 0, End: last }
    if (step) this.move(Math.min(Math.max(nextStop(this.position, step), 0), last))
    else if (event.key in ends) this.move(ends[event.key])
    else if (event.key === "Enter") this.choose(stopAt(this.position))
    else if (event.key === "Escape") this.rest()
    else return
    event.preventDefault()
  }

  // Use the layer of a stop; null is between two, which chooses nothing.
  choose(stop) {
    if (stop === null) return
    this.move(stop)
    const panel = this.row.panels[stop]
    if (!panel.key || panel.chosen) return
    for (const row of this.header.rows) {
      for (const one of row.panels) one.chosen = one.key === panel.key // the server will agree
    }
    this.build()
    this.say()
    this.redraw()
    this.pick(panel.key)
  }

  // Called also when the look changes, which the small pictures follow.
  redraw() {
    this.outdated = true
    this.frame()
  }

  frame() {
    if (this.row) this.pending ??= requestAnimationFrame(() => this.paint())
  }

  paint() {
    this.pending = undefined
    const look = { ...currentLook() }
    if (look.view !== "heatmap") look.view = "overlay" // the others compare with the photo alone
    const context = drawing(look, this.header.colormaps, (panel) => panelPeak(panel, look.sign))
    for (const { canvas, panel } of this.outdated ? this.thumbnails : []) {
      draw(canvas, this.row, [panel, panel, 0], context)
    }
    this.outdated = false
    const { panels } = this.row, { low, high, share } = between(this.position, panels.length)
    draw(this.canvas, this.row, [panels[low], panels[high], share], context)
    if (look.view === "overlay") drawFrame(this.canvas.getContext("2d"), this.row.window, wholePhoto(this.row.size))
    this.canvas.setAttribute("aria-label", `${this.row.caption}: ${this.reading.textContent}`)
  }

  remove() {
    part(this)
    this.root.remove()
  }
}

// The next stop in a direction; from between two stops, the one on that side.
function nextStop(position, step) {
  return step > 0 ? Math.floor(position) + 1 : Math.ceil(position) - 1
}
