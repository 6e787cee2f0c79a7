// How a heatmap is made: five steps that show the same channels, and one choice among them.

import { join, part, startLook } from "../viewer/page.js"
import { Channels, Weights } from "./asides.js"
import { Board } from "./board.js"
import { Finish } from "./finish.js"
import { Growing } from "./growing.js"
import { Intake } from "./intake.js"
import { openPhoto } from "./overlay.js"
import { largest, Parts } from "./sums.js"
import { inks } from "./tiles.js"
import { Waiting } from "./waiting.js"

const LATER = ["channels", "weights", "sum", "heatmap"]

export class MakingFigure {
  constructor(places, ask) {
    this.places = places
    this.ask = ask
    for (const place of Object.values(places)) place.classList.add("making")
    this.intake = new Intake(places.photo)
    this.selected = 0
    places.channels.addEventListener("transitionend", ({ target, propertyName }) => {
      if (target === places.channels && propertyName === "color") this.redraw()
    })
    join(this)
  }

  async show(data, arrays) {
    if (this.key === data.key && !data.waiting && !this.waiting) return
    this.key = data.key
    startLook(data.colormaps)
    const photo = await openPhoto(
      { jpeg: arrays.photo, id: data.photo, size: data.size, window: data.window })
    if (this.key !== data.key || this.removed) return
    this.intake.show(data, photo)
    if (data.waiting) return this.wait(data.waiting)
    this.endWait()
    if (!this.boards) this.build()
    const parts = new Parts(data, arrays)
    const shown = [...Array(Math.min(parts.sent, 8)).keys()]
    this.model = {
      data, photo, parts, map: arrays.map && { values: arrays.map.values, shape: parts.shape },
      topWeight: largest(shown.map((k) => parts.weight(k))),
      topProduct: largest(...shown.map((k) => parts.product(k))),
      signedAnswers: shown.some((k) => parts.answers(k).some((value) => value < 0)),
    }
    this.selected = 0
    this.draw()
  }

  build() {
    const pick = (k) => this.select(k)
    this.boards = {
      channels: new Board(this.places.channels, "channels", pick),
      weights: new Board(this.places.weights, "weights", pick),
      sum: new Board(this.places.sum, "products", pick),
    }
    this.asides = [
      new Channels(this.boards.channels),
      new Weights(this.boards.weights, pick),
      new Growing(this.boards.sum, pick),
      new Finish(this.places.heatmap),
    ]
  }

  draw() {
    const ink = inks(this.places.channels)
    Object.assign(this.model, { ink, answerInk: this.model.signedAnswers ? ink.signed : ink.tone })
    for (const board of Object.values(this.boards)) board.show(this.model)
    for (const one of this.asides) one.show(this.model)
    this.select(this.selected)
    this.resize()
  }

  select(k) {
    this.selected = k
    for (const board of Object.values(this.boards)) board.mark(k)
    for (const one of this.asides) one.select?.(k)
  }

  // The look changed on Explore, or the theme.
  redraw() {
    if (this.model) this.draw()
  }

  resize() {
    this.intake.resize()
    if (!this.model) return
    // The boards say how much room there is beside them; their lines go to what stands there then.
    for (const board of Object.values(this.boards)) board.resize()
    for (const one of this.asides) one.resize?.()
    for (const board of Object.values(this.boards)) board.link()
  }

  wait(state) {
    this.waiting ??= LATER.map((id) => new Waiting(this.places[id], this.ask))
    for (const id of LATER) this.places[id].classList.add("awaiting")
    for (const one of this.waiting) one.show(state)
    clearTimeout(this.timer)
    if (!state.stopped) this.timer = setTimeout(() => this.ask("look", Date.now()), 400)
  }

  endWait() {
    clearTimeout(this.timer)
    for (const one of this.waiting ?? []) one.remove()
    for (const id of LATER) this.places[id].classList.remove("awaiting")
    this.waiting = null
  }

  remove() {
    this.removed = true
    clearTimeout(this.timer)
    for (const one of this.asides ?? []) one.remove?.()
    part(this)
  }
}
