// The sum as it grows: a slider adds one channel after the other, and the map is drawn each time as
// Explore would draw it, on the scale of the finished one.

import { element } from "../viewer/elements.js"
import { figures } from "../viewer/text.js"
import { room, unsent } from "./asides.js"
import { describe } from "./channel.js"
import { Formula } from "./formula.js"
import { drawMap, fit } from "./overlay.js"
import { largest, stops } from "./sums.js"
import { drawTile, tile } from "./tiles.js"

const FIRST = 0.4 // of all stops, to begin at: enough to see what the slider does
const SLOW = 450, FAST = 110 // milliseconds a stop, while single channels are added and later
const SINGLE = 8

export class Growing {
  constructor(board, pick) {
    this.board = board
    this.pick = pick
    const { aside } = board
    this.formula = new Formula(aside, "sum", board.root)
    this.picture = element("canvas", "map", aside, { role: "img", "data-target": "" })
    const line = element("div", "growing", aside)
    this.raw = tile(line, "large")
    const controls = element("div", "playing", line)
    const count = element("p", "count", controls)
    this.count = element("b", "", count)
    this.range = element("span", "", count)
    this.button = element("button", "plain", controls, { type: "button" })
    this.button.onclick = () => (this.timer ? this.pause() : this.play())
    this.slider = element("input", "", controls, {
      type: "range", min: "0", step: "1", "aria-label": "Channels in the sum, strongest first",
    })
    this.slider.oninput = () => {
      this.pause()
      this.move(Number(this.slider.value))
    }
    this.words = element("p", "says", aside)
    this.pause()
  }

  show(model) {
    const { parts, map } = model
    const same = this.model?.parts.all === parts.all && this.model?.parts.sent === parts.sent
    this.model = model
    this.stops = stops(parts.sent, parts.all)
    this.slider.max = String(this.stops.length - 1)
    this.formula.show(model.data.method)
    this.top = model.data.peak || largest(map.values)
    this.at = same ? this.at : Math.round(FIRST * (this.stops.length - 1))
    this.resize()
  }

  resize() {
    const { aside } = this.board
    const width = aside.clientWidth
    if (!width) return
    fit(this.picture, this.model.photo.size, width, room(aside, this.picture, 320))
    this.move(this.at)
  }

  move(at) {
    this.at = at
    if (Number(this.slider.value) !== at) this.slider.value = String(at)
    const { parts, photo, data, ink } = this.model
    const added = this.stops[at], sum = parts.sum(added)
    drawMap(this.picture, photo, { values: sum, shape: parts.shape },
      { colormaps: data.colormaps, scale: this.top })
    drawTile(this.raw, sum, parts.shape, Math.max(this.top, largest(sum)), ink.signed)
    const low = Math.min(...sum), high = Math.max(...sum)
    this.range.textContent = added ? `, from ${figures(low)} to ${figures(high)}` : ""
    this.picture.setAttribute("aria-label", `The sum of ${added} channels over ${data.name}`)
    const all = parts.all.toLocaleString("en")
    const text = added === parts.all ? `All ${all} channels: the map`
      : added === 0 ? "Nothing added yet" : `The ${added === 1 ? "strongest" : `${added} strongest`} of ${all} channels`
    this.count.textContent = text
    this.slider.setAttribute("aria-valuetext", text)
    this.picture.dataset.low = String(low)
    this.picture.dataset.high = String(high)
    this.board.mark(this.board.selected, added)
  }

  select(k) {
    const { parts } = this.model
    this.words.textContent = k === "rest" || k >= parts.sent
      ? unsent(this.model, k) : `${describe(this.model, k)}.`
  }

  play() {
    if (this.at >= this.stops.length - 1) this.move(0)
    this.button.textContent = "Pause"
    const next = () => {
      if (this.at >= this.stops.length - 1) return this.pause()
      this.move(this.at + 1)
      const added = this.stops[this.at]
      if (added <= SINGLE && added <= this.model.parts.sent) this.pick(added - 1)
      this.timer = setTimeout(next, added < SINGLE ? SLOW : FAST)
    }
    this.timer = setTimeout(next, FAST)
  }

  pause() {
    clearTimeout(this.timer)
    this.timer = null
    this.button.textContent = "Play"
  }

  remove() {
    clearTimeout(this.timer)
  }
}
