// The weights of all channels as bars, from the most positive to the most negative. Pointing at one,
// or the arrow keys, choose its channel.

import { element } from "../viewer/elements.js"
import { signed } from "./signed.js"

const HEIGHT = 92 // CSS pixels
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 20, PageDown: -20 }

export class Spectrum {
  constructor(parent, pick) {
    this.pick = pick
    this.root = element("div", "spectrum", parent)
    this.canvas = element("canvas", "", this.root, {
      role: "slider", tabindex: "0", "aria-label": "All channels, by their weight", "aria-valuemin": "1",
    })
    this.legend = element("p", "legend", this.root)
    this.canvas.onpointermove = (event) => this.point(event)
    this.canvas.onpointerdown = (event) => this.point(event)
    this.canvas.onkeydown = (event) => this.key(event)
  }

  show(model) {
    this.model = model
    const { parts } = model
    this.sorted = [...Array(parts.all).keys()].sort((a, b) => parts.weight(b) - parts.weight(a))
    this.place = new Map(this.sorted.map((k, at) => [k, at]))
    this.canvas.setAttribute("aria-valuemax", String(parts.all))
    const which = parts.eachPlace ? "mean weights" : "weights"
    this.legend.textContent = `All ${parts.all.toLocaleString("en")} ${which}, from `
      + `${signed(parts.weight(this.sorted[0]))} to ${signed(parts.weight(this.sorted.at(-1)))}`
    this.resize()
  }

  mark(k) {
    this.chosen = this.place.get(k)
    if (this.chosen !== undefined) {
      this.canvas.setAttribute("aria-valuenow", String(this.chosen + 1))
      this.canvas.setAttribute("aria-valuetext",
        `Channel ${this.model.parts.order[k]}, weight ${signed(this.model.parts.weight(k))}`)
    }
    this.draw()
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect()
    const at = Math.floor(((event.clientX - box.left) / box.width) * this.sorted.length)
    this.choose(at)
  }

  key(event) {
    const last = this.sorted.length - 1, ends = { Home: 0, End: last }
    const step = STEPS[event.key]
    if (!step && !(event.key in ends)) return
    event.preventDefault()
    event.stopPropagation()
    this.choose(ends[event.key] ?? (this.chosen ?? 0) + step)
  }

  choose(at) {
    const k = this.sorted[Math.min(Math.max(at, 0), this.sorted.length - 1)]
    if (this.place.get(k) !== this.chosen) this.pick(k)
  }

  resize() {
    const width = this.root.clientWidth
    if (!width || !this.model) return
    const density = Math.min(window.devicePixelRatio || 1, 2)
    this.canvas.width = Math.round(width * density)
    this.canvas.height = Math.round(HEIGHT * density)
    this.draw()
  }

  draw() {
    const { parts, ink } = this.model, { width, height } = this.canvas
    const pen = this.canvas.getContext("2d")
    const top = Math.max(0, parts.weight(this.sorted[0])), low = Math.min(0, parts.weight(this.sorted.at(-1)))
    const scale = (height - 4) / (top - low || 1), zero = 2 + top * scale
    const across = width / this.sorted.length
    const css = ([r, g, b]) => `rgb(${r}, ${g}, ${b})`
    pen.clearRect(0, 0, width, height)
    this.sorted.forEach((k, at) => {
      const value = parts.weight(k)
      pen.fillStyle = css(value < 0 ? ink.signed.below : ink.signed.above)
      const from = Math.floor(at * across), thick = Math.max(1, Math.ceil(across * 0.85))
      pen.fillRect(from, value < 0 ? zero : zero - value * scale, thick, Math.abs(value) * scale)
    })
    pen.fillStyle = css(ink.tone.above)
    pen.globalAlpha = 0.35
    pen.fillRect(0, Math.round(zero), width, 1)
    if (this.chosen !== undefined) {
      pen.globalAlpha = 0.9
      pen.fillRect(Math.floor((this.chosen + 0.5) * across) - 1, 0, 2, height)
    }
    pen.globalAlpha = 1
  }
}
