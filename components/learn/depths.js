// The figure of "Early and late": one class at every stage, and the field of one position drawn on
// the photo. Fields are measured by the server, once the figure comes near.

import { draw, size } from "../viewer/blended.js"
import { element } from "../viewer/elements.js"
import { between as around, meaning, phase, stopAt } from "../viewer/morph.js"
import { startLook } from "../viewer/page.js"
import { decodePhoto } from "../viewer/photo.js"
import { drawing } from "../viewer/pixels.js"
import { peakOf } from "../viewer/sign.js"
import { drawField, drawInset } from "./fields.js"
import { lookForEvidence } from "./overlay.js"
import {
  between, cellBox, ellipseBox, fieldBox, onPhoto, pointOf, positionAt, shareOf,
} from "./reach.js"
import { share as inPercent } from "./words.js"

const THUMBNAIL = 132
const INSET = 220
const PATIENCE = 600 // milliseconds between two questions whether the fields are measured
const TALLEST = 470 // CSS pixels of the picture, outside a lecture
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

export class DepthFigure {
  constructor(places, ask) {
    this.ask = ask
    this.place = places["early-and-late"]
    this.root = element("div", "depths", this.place)
    this.build()
    this.listen()
    this.point = null // of the photo; null is the peak
    this.depth = null
    this.near = false
    this.watch = new IntersectionObserver(([entry]) => {
      this.near ||= entry.isIntersecting
      this.measureNext()
    }, { rootMargin: "600px" })
    this.watch.observe(this.root)
  }

  build() {
    const top = element("div", "pair", this.root)
    this.picture = element("canvas", "picture", top, {
      tabindex: "0", role: "application", "aria-roledescription": "picture",
    })
    const side = element("div", "side", top)
    this.title = element("p", "name", side)
    this.facts = element("p", "facts", side)
    const seen = element("figure", "seen", side)
    this.inset = element("canvas", "", seen, { role: "img" })
    this.caption = element("figcaption", "", seen)
    this.reading = element("p", "reading", side, { role: "status" })
    this.back = element("button", "peak", side, { type: "button" })
    this.back.textContent = "Back to the map’s peak"
    const way = element("div", "way", this.root)
    this.slider = element("input", "", way, {
      type: "range", min: "0", step: "0.01", "aria-label": "Depth, from early to late",
    })
    this.stops = element("div", "stops", way, { role: "group", "aria-label": "Stages" })
    this.ends = element("div", "ends", way, { "aria-hidden": "true" })
    for (const name of ["early", "late"]) element("span", "", this.ends).textContent = name
  }

  listen() {
    this.picture.onpointermove = (event) => this.pointAt(event)
    this.picture.onpointerdown = (event) => {
      this.picture.setPointerCapture(event.pointerId)
      this.pointAt(event)
    }
    this.picture.onkeydown = (event) => this.onKey(event)
    this.back.onclick = () => this.moveTo(null)
    this.slider.oninput = () => this.goTo(Number(this.slider.value))
    this.slider.onchange = () => {
      const stop = stopAt(this.depth)
      if (stop !== null) this.goTo(stop)
    }
    this.slider.onkeydown = (event) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key]
      if (!step) return
      const next = step > 0 ? Math.floor(this.depth) + 1 : Math.ceil(this.depth) - 1
      this.goTo(Math.min(Math.max(next, 0), this.stages.length - 1))
      event.preventDefault()
      event.stopPropagation() // in a lecture, arrow keys turn the page
    }
  }

  async show(data, arrays) {
    const row = { id: data.photo, jpeg: arrays.photo, size: data.size, window: data.window }
    const stages = data.stages.map((stage, n) => ({
      ...stage,
      ...arrays[`map${n}`],
      window: data.window,
      fields: arrays[`rows${n}`] && { rows: arrays[`rows${n}`], columns: arrays[`columns${n}`] },
    }))
    row.bitmap = await decodePhoto(row)
    const other = this.data?.photo !== data.photo || this.data?.label !== data.label
    const network = stages.map(({ name, shape }) => `${name} ${shape}`).join()
    this.data = data
    this.row = row
    this.stages = stages
    startLook(data.colormaps)
    this.context = drawing({ ...lookForEvidence(), view: "overlay" }, data.colormaps, (stage) => peakOf(stage.values, "for"))
    if (other) this.point = null
    if (network !== this.network) this.depth = data.chosen
    this.network = network
    this.fill()
    this.resize()
    this.measureNext()
  }

  // The server measures one stage after another; it is asked how far it is until all are there. An
  // answer that says nothing new does not arrive, hence the clock.
  measureNext() {
    clearInterval(this.asking)
    if (!this.near || !this.stages?.some(({ measured }) => !measured)) return
    this.asking = setInterval(() => this.ask("measure", true), PATIENCE)
  }

  fill() {
    this.root.style.setProperty("--stops", String(this.stages.length))
    this.slider.max = String(this.stages.length - 1)
    const focused = [...this.stops.children].indexOf(this.root.getRootNode().activeElement)
    this.thumbnails = this.stages.map((stage, n) => {
      const button = element("button", "stop", null, {
        type: "button", "aria-label": `${stage.name}, ${stage.shape.join(" × ")} cells`,
      })
      const canvas = element("canvas", "", button)
      size(canvas, THUMBNAIL, this.row)
      element("span", "", button).textContent = stage.title
      element("span", "cells", button).textContent = stage.shape.join(" × ")
      button.onclick = () => this.goTo(n)
      return { button, canvas }
    })
    this.stops.replaceChildren(...this.thumbnails.map(({ button }) => button))
    this.thumbnails[focused]?.button.focus({ preventScroll: true })
  }

  resize() {
    if (!this.row) return
    const [width, height] = this.row.size
    const stage = parseFloat(getComputedStyle(this.root).getPropertyValue("--stage"))
    const lecture = this.root.closest("[lecture]") && stage
    const narrow = this.place.clientWidth < 640
    const tallest = lecture ? Math.max(stage - 210, 160) : TALLEST
    const widest = Math.max(narrow ? this.place.clientWidth : this.place.clientWidth * 0.6, 200)
    const scale = Math.min(widest / width, tallest / height)
    const across = Math.round(Math.max(width, height) * scale)
    if (this.across !== across || this.sized !== this.row.id) {
      this.across = across
      this.sized = this.row.id
      size(this.picture, across, this.row)
      this.picture.style.width = `${Math.round(width * scale)}px`
    }
    this.redraw()
  }

  get stage() {
    return this.stages[stopAt(this.depth) ?? Math.round(this.depth)]
  }

  // Where the field is drawn for: the chosen point, or the peak of the layer the page is about.
  get spot() {
    if (this.point) return this.point
    const { shape, peak } = this.stages[this.data.chosen]
    return pointOf(shape, this.data.window, peak)
  }

  positionIn(stage) {
    return positionAt(stage.shape, this.data.window, ...this.spot)
  }

  goTo(depth) {
    this.depth = depth
    this.redraw()
  }

  moveTo(point) {
    this.point = point
    this.redraw()
  }

  pointAt(event) {
    const box = this.picture.getBoundingClientRect(), [width, height] = this.row.size
    this.moveTo([
      ((event.clientX - box.left) / box.width) * width,
      ((event.clientY - box.top) / box.height) * height,
    ])
  }

  onKey(event) {
    const move = MOVES[event.key]
    if (event.key === "Home") this.moveTo(null)
    else if (move) {
      const { shape } = this.stage
      const next = this.positionIn(this.stage).map((at, n) =>
        Math.min(Math.max(at + move[n], 0), shape[n] - 1))
      this.moveTo(pointOf(shape, this.data.window, next))
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  redraw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = undefined
      this.paint()
      this.say()
    })
  }

  paint() {
    const { low, high, share } = around(this.depth, this.stages.length)
    const ends = [this.stages[low], this.stages[high]]
    draw(this.picture, this.row, [...ends, share], this.context)
    drawField(this.picture, this.row, this.marks(ends, share))
    this.thumbnails.forEach(({ button, canvas }, n) => {
      const stage = this.stages[n]
      draw(canvas, this.row, [stage, stage, 0], this.context)
      drawField(canvas, this.row, { ...this.marks([stage, stage], 0), plain: true })
      button.setAttribute("aria-pressed", String(n === stopAt(this.depth)))
    })
    if (Number(this.slider.value) !== this.depth) this.slider.value = String(this.depth)
  }

  // What is drawn over the map: the cell, and between two stages the field on the way from one to
  // the other.
  marks([low, high], share) {
    const { window, input } = this.data
    const boxes = (of) => [low, high].map((stage) =>
      stage.fields && onPhoto(of(stage.fields, this.positionIn(stage)), input, window))
    const mixed = ([one, other]) => {
      if (share === 0) return one
      if (share === 1) return other
      return one && other && between(one, other, share)
    }
    const cells = [low, high].map((stage) => cellBox(stage.shape, window, this.positionIn(stage)))
    return {
      cell: mixed(cells), field: mixed(boxes(fieldBox)), ellipse: mixed(boxes(ellipseBox)),
      grid: share === 0 ? low.shape : share === 1 ? high.shape : null, window,
    }
  }

  say() {
    const { stages, depth } = this, { input, window } = this.data
    const at = stopAt(depth), { low, high } = around(depth, stages.length)
    const stage = this.stage, [h, w] = stage.shape
    const cells = stages.map(({ shape }) => shape[0] * shape[1])
    const name = at === null ? `Between ${stages[low].title} and ${stages[high].title}` : stage.title
    this.title.textContent = name
    this.facts.textContent = at === null ? "No layer has this map: it is a blend of the two."
      : `${h} × ${w} cells. ${capital(phase(depth, stages.length))}: ${meaning(depth, cells)}.`
    this.back.disabled = this.point === null
    const position = this.positionIn(stage)
    const evidence = stage.values[position[0] * w + position[1]]
    const words = [`Row ${position[0] + 1}, column ${position[1] + 1} of ${h} × ${w}`]
    if (stage.fields) {
      const box = fieldBox(stage.fields, position), placed = onPhoto(box, input, window)
      const sees = `${Math.round(box[2] - box[0])} × ${Math.round(box[3] - box[1])}`
      this.caption.textContent = `It can see ${sees} of the ${input[1]} × ${input[0]} pixels: `
        + `${inPercent(shareOf(placed, this.row.size))} of the photo.`
      words.push(this.caption.textContent)
      const ellipse = onPhoto(ellipseBox(stage.fields, position), input, window)
      drawInset(this.inset, this.row, placed, ellipse, INSET)
    } else {
      this.caption.textContent = stage.problem || "Measuring what it can see…"
    }
    this.inset.style.visibility = stage.fields ? "" : "hidden"
    this.inset.setAttribute("aria-label", `What this position can see: ${this.caption.textContent}`)
    const peak = peakOf(stage.values, "for")
    this.reading.textContent = stage.empty
      || `The evidence here is ${inPercent(Math.max(evidence, 0) / peak)} of the map’s peak.`
    this.slider.setAttribute("aria-valuetext", name)
    this.picture.setAttribute("aria-label",
      `${this.data.label} at ${name}. ${words.join(". ")} Arrow keys move the position, Home goes to the peak.`)
  }

  remove() {
    this.watch.disconnect()
    clearInterval(this.asking)
    cancelAnimationFrame(this.pending)
  }
}

function capital(word) {
  return word[0].toUpperCase() + word.slice(1)
}
