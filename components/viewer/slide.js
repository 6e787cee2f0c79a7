// A slide: one photo, one of its maps and their captions, as large as the screen allows.

import { covers, windowBox, wholePhoto } from "./area.js"
import { Cell } from "./cell.js"
import { ColorBar } from "./colorbar.js"
import { element } from "./elements.js"
import { noteOf, panelPeak } from "./sign.js"
import { figures } from "./text.js"

const LONG = 32 // characters in a title
const SMALLEST = 80 // CSS pixels across a picture
const SHARPEST = 2400 // device pixels across a picture; more shows no further detail

// The layouts: pictures per line, number of lines, width in ems of a text column on the left, and a
// factor on the picture width when layouts are compared. Text goes to the side only if that makes
// the pictures much larger.
const SHAPES = {
  beside: { across: 2, lines: 1, text: 0, counts: 1 },
  stacked: { across: 1, lines: 2, text: 0, counts: 1 },
  aside: { across: 2, lines: 1, text: 15, counts: 0.83 },
}

export class Slide {
  // `room` is the element to fill.
  constructor(room) {
    this.room = room
    this.node = element("div", "slide", room)
    this.headlines = element("div", "headlines", this.node)
    this.left = element("div", "shot", this.node)
    this.right = element("div", "shot", this.node)
    this.note = element("p", "note", this.right)
    const whose = element("div", "whose", this.node)
    this.caption = element("p", "", whose)
    this.seen = element("p", "seen quiet", whose)
    this.position = element("p", "quiet", whose)
    const made = element("div", "made", this.node)
    this.bar = new ColorBar(made)
    this.abouts = element("div", "abouts quiet", made)
  }

  // Take a photo. The texts of all its panels are stacked, so that changing panels moves nothing.
  take(row, sign) {
    this.sign = sign
    this.window = row.window
    // Copies, because drawing caches data on rows and panels at the size of the page's cells.
    const panels = row.panels.map((panel) => ({ ...panel }))
    this.row = { ...row, area: wholePhoto(row.size), panels }
    this.photo = new Cell(this.row, null, -1)
    this.left.replaceChildren(this.photo.canvas)
    this.headlines.replaceChildren(...row.panels.map((panel) => headlineOf(panel, row.subtitle)))
    this.abouts.replaceChildren(...row.panels.map((panel) => aboutOf(panel, sign)))
    this.caption.textContent = row.caption
  }

  // Show one of its panels. `position` is the text that locates it among all slides.
  show(index, position) {
    const panel = this.row.panels[index]
    if (this.map) this.map.panel.heat = this.map.panel.heatKey = null // frees a screen-sized array
    this.map = panel.values ? new Cell(this.row, panel, index) : null
    this.row.window = panel.window || this.window
    this.right.replaceChildren(...(this.map ? [this.map.canvas] : []), this.note)
    this.node.classList.toggle("mapless", !this.map)
    this.note.textContent = noteOf(panel, this.sign)
    this.note.hidden = !this.note.textContent
    for (const texts of [this.headlines, this.abouts]) {
      Array.from(texts.children, (text, i) => text.classList.toggle("now", i === index))
    }
    const cropped = !covers(windowBox(this.row.window, this.row.area, ...this.row.size), ...this.row.size)
    this.seen.textContent = cropped ? "The model saw only what lies inside the frame." : ""
    this.position.textContent = position
  }

  layout() {
    const worth = (shape) => this.fit(shape) * SHAPES[shape].counts
    const [best] = Object.keys(SHAPES).map((shape) => [worth(shape), shape]).sort((a, b) => b[0] - a[0])
    this.fit(best[1])
  }

  // The largest picture width that fits, in whole pixels. The height of the text depends on how it
  // wraps, so a few widths are tried.
  fit(shape) {
    this.node.dataset.shape = shape
    const { across, lines, text } = SHAPES[shape]
    const [width, height] = roomIn(this.room)
    const { columnGap, fontSize } = getComputedStyle(this.node)
    const column = text ? text * parseFloat(fontSize) + parseFloat(columnGap) : 0
    let wide = (width - column - parseFloat(columnGap) * (across - 1)) / across
    for (let turn = 0; turn < 4; turn++) {
      this.resize(wide)
      const above = text ? 0 : this.node.offsetHeight - lines * this.tall
      wide = Math.max(SMALLEST, Math.min(wide, (height - above) / lines / this.aspect))
    }
    this.resize(wide)
    return this.node.offsetHeight > height + 1 ? SMALLEST : wide
  }

  get aspect() {
    return this.row.size[1] / this.row.size[0]
  }

  resize(wide) {
    this.wide = Math.floor(wide)
    this.tall = Math.round(this.wide * this.aspect)
    this.node.style.setProperty("--wide", `${this.wide}px`)
    this.node.style.setProperty("--tall", `${this.tall}px`)
  }

  draw(context, sharedPeak, bare) {
    for (const cell of this.map ? [this.photo, this.map] : [this.photo]) {
      cell.resize(this.wide, this.tall, SHARPEST)
      cell.draw(context)
    }
    this.bar.show(context.look, context.lut, sharedPeak)
    this.node.classList.toggle("bare", bare)
  }
}

// `subject` is what all panels of the photo have in common, or "".
function headlineOf(panel, subject) {
  const headline = element("div", "")
  element("p", "quiet", headline).textContent = subject
  const title = element("h2", panel.title.length > LONG ? "long" : "", headline)
  title.textContent = `${panel.title} `
  if (panel.subtitle) element("span", "quiet", title).textContent = panel.subtitle
  return headline
}

// What made a map, and its peak.
function aboutOf(panel, sign) {
  const about = element("p", "")
  const parts = [panel.about]
  if (panel.detail && !panel.about.includes(panel.detail)) parts.push(panel.detail)
  if (panel.values) parts.push(`peak\u00a0${figures(panelPeak(panel, sign))}`)
  about.textContent = parts.filter(Boolean).join(" · ")
  return about
}

// An element's width and height without its padding.
function roomIn(node) {
  const style = getComputedStyle(node)
  const inner = (size, ...sides) => sides.reduce((left, side) => left - parseFloat(style[side]), size)
  return [
    inner(node.clientWidth, "paddingLeft", "paddingRight"),
    inner(node.clientHeight, "paddingTop", "paddingBottom"),
  ]
}
