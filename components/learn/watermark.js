// The watermark on the photo, to be moved about, and what the network makes of it.
//
// The server answers for the newest place only: while it is busy no other question is sent, and its
// answer brings the next. So none waits in a queue, and none is older than one round trip.

import { slider, toggle } from "../viewer/controls.js"
import { element } from "../viewer/elements.js"
import { wholePercent } from "../viewer/text.js"
import { Draggable } from "./draggable.js"
import { maskOf } from "./laid.js"
import { write } from "./prose.js"
import { Standings } from "./standings.js"
import { Watermarked } from "./watermarked.js"

const PATIENCE = 4000 // milliseconds after which a lost question is asked again
const SETTLED = 700 // milliseconds without a change before it is read out
const NARROW = 600, GAP = 24, TALLEST = 520, LEAST = 120 // CSS pixels
const OF_WINDOW = 0.46 // its height for the photo, so that what is below stays in sight
const [SMALLEST, LARGEST] = [0.04, 0.5] // heights of the text, of the view's
const files = new Map() // photos and the mask, decoded; each is sent once

export class WatermarkFigure {
  constructor(places, ask) {
    this.place = places.watermark
    this.ask = ask
    this.serial = this.pending = 0
    this.without = false
    this.root = element("div", "watermark", this.place)
    this.build(element("div", "photo", this.root), element("div", "maps", this.root))
    this.figures = element("dl", "figures", this.root)
    this.said = element("p", "said", this.root)
    this.spoken = element("p", "spoken", this.root, { role: "status" })
    this.offer = element("button", "offer", this.place, { type: "button" })
    this.offer.onclick = () => ask("imagenet", true)
    this.standings = new Standings(places["watermark-chart"])
    this.watch = new IntersectionObserver((seen) => {
      this.near = seen.at(-1).isIntersecting
      this.compare()
    }, { rootMargin: "400px" })
    this.watch.observe(places["watermark-chart"])
  }

  build(photo, maps) {
    this.stage = element("div", "stage", photo)
    this.pictures = new Watermarked(this.stage, maps)
    this.draggable = new Draggable(this.stage, "The text on the photo", {
      begin: () => { this.start = { ...this.mark } },
      move: (x, y) => this.moveBy(x, y),
      size: (factor) => this.sizeTo(this.start.height * factor),
      home: () => this.change(this.data.published),
    })
    const sliders = element("div", "controls", photo), buttons = element("div", "controls", photo)
    this.size = slider(sliders, "Size", "How high the text is", (height) => this.sizeTo(height))
    Object.assign(this.size.input, { min: SMALLEST, max: LARGEST })
    this.opacity = slider(sliders, "Opacity", "How white the text is", (opacity) => {
      this.change({ opacity })
    })
    this.flip = toggle(buttons, "Upside down", "Nobody can read it then", (turned) => {
      this.change({ turned })
    })
    this.hide = toggle(buttons, "Without it", "The photo as it was", (on) => this.leaveOut(on))
    this.home = toggle(buttons, "As published", "Where the text was in the paper", () => {
      this.change(this.data.published)
    })
    this.home.node.removeAttribute("aria-pressed")
  }

  show(data, arrays) {
    this.root.hidden = this.standings.root.hidden = Boolean(data.offer)
    this.offer.hidden = !data.offer
    this.offer.textContent = `Take ${data.offer}`
    this.data = data.offer ? null : data
    if (data.offer) return
    const answered = this.pending === data.serial
    if (answered) this.rest()
    this.serial = Math.max(this.serial, data.serial)
    if (!this.mark || (!this.pending && !answered)) this.mark = data.mark
    this.standings.show(data.chart, data.now[0].label, data.classes)
    this.compare()
    this.take(data, arrays)
    if (answered && !same(this.mark, data.mark)) this.send()
  }

  // Decode what came. What did not come and is not here any more is asked for: the page's script may
  // have begun anew since it was sent.
  async take(data, arrays) {
    if (arrays.photo) files.set(data.photo, createImageBitmap(new Blob([arrays.photo])))
    if (arrays.mask) files.set("mask", maskOf(arrays.mask))
    if (!files.has(data.photo) || !files.has("mask")) {
      this.ask("all", true)
      return
    }
    const [bitmap, mask] = await Promise.all([files.get(data.photo), files.get("mask")])
    if (this.data !== data) return
    this.pictures.show(data, arrays, bitmap, mask)
    this.write()
    this.resize()
  }

  // The mark is somewhere else: draw it there, and ask what the network makes of it.
  change(fields) {
    this.mark = { ...this.mark, ...fields }
    this.leaveOut(false)
    if (!this.pending) this.send()
  }

  leaveOut(without) {
    if (without !== this.without) {
      this.without = without
      this.write()
    }
    this.draw()
  }

  // Half of the text stays within what the network sees, so that it can be found again.
  moveBy(x, y) {
    const { pictures, start, data } = this, { scale } = pictures
    const [left, top, right, bottom] = data.window
    const wide = pictures.wide(start.height), high = start.height
    this.change({
      left: within(start.left + x / scale / (right - left), -wide / 2, 1 - wide / 2),
      top: within(start.top + y / scale / (bottom - top), -high / 2, 1 - high / 2),
    })
  }

  sizeTo(height) {
    this.change({ height: within(height, SMALLEST, LARGEST) })
  }

  send() {
    this.pending = ++this.serial
    clearTimeout(this.lost)
    this.lost = setTimeout(() => this.send(), PATIENCE)
    this.ask("mark", { ...this.mark, serial: this.serial, held: this.data.photo })
  }

  rest() {
    this.pending = 0
    clearTimeout(this.lost)
  }

  // The other photos are looked at when they are about to be seen.
  compare() {
    if (!this.near || !this.data || this.data.chart.length || this.compared === this.data.model) return
    this.compared = this.data.model
    this.ask("chart", this.data.photo)
  }

  resize() {
    const { data, place, pictures } = this, room = place.clientWidth
    if (!data || !pictures.bitmap || !room) return
    const narrow = room < NARROW, ratio = data.size[0] / data.size[1]
    this.root.classList.toggle("narrow", narrow)
    const given = parseFloat(getComputedStyle(place).getPropertyValue("--stage"))
    const besides = this.root.offsetHeight - this.stage.offsetHeight
    const most = given ? Math.max(LEAST, given - besides) : Math.min(TALLEST, OF_WINDOW * window.innerHeight)
    const high = Math.floor(Math.min(most, (narrow ? room : (room - GAP) / 1.5) / ratio))
    const wide = Math.round(high * ratio), small = narrow ? (room - GAP) / 2 : wide / 2
    pictures.fit([wide, high], [Math.round(small), Math.round(small / ratio)])
    this.stage.parentElement.style.width = `${wide}px`
    this.draw()
  }

  // At most once a frame.
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined
      if (this.data && this.pictures.bitmap) this.paint()
    })
  }

  paint() {
    const { mark, pictures, without } = this
    pictures.draw(mark, without)
    const [left, top, height] = [mark.left, mark.top, mark.height].map(wholePercent)
    const words = `${left} from the left and ${top} from the top of what the network sees, ${height} high`
    this.draggable.place(pictures.box(mark, pictures.scale), mark.left, words)
    this.draggable.node.hidden = without
    this.size.show(mark.height)
    this.opacity.show(mark.opacity)
    this.flip.show(mark.turned)
    this.hide.show(without)
  }

  write() {
    const { data, without } = this, found = without ? data.before : data.now
    this.pictures.maps.forEach(({ label, odds, note, canvas }, n) => {
      const { label: name, odds: share, empty, onMarkSaid } = found[n]
      label.textContent = name
      odds.textContent = share
      note.textContent = empty
      const about = without ? "" : `; ${onMarkSaid} of it lies on the text`
      canvas.setAttribute("aria-label", `${data.method} of ${name}${about}`)
    })
    const now = found[0], then = data.before[0]
    this.figures.replaceChildren()
    this.figure(`Probability of ${now.label}`, now.odds, then.odds)
    this.figure("Times as probable", without ? "1" : data.times, "1")
    this.figure(`Rank of ${data.classes.toLocaleString("en")} classes`, now.ordinal, then.ordinal)
    this.figure("Of its map, on the text", now.onMarkSaid, then.onMarkSaid)
    write(this.said, without ? "This is the photo as it was." : data.said.join(" "))
    clearTimeout(this.settling)
    this.settling = setTimeout(() => { this.spoken.textContent = this.said.textContent }, SETTLED)
  }

  figure(name, value, before) {
    const made = element("div", "", this.figures)
    element("dt", "", made).textContent = name
    element("dd", "", made).textContent = value
    element("dd", "before", made).textContent = `${before} without`
  }

  remove() {
    this.watch.disconnect()
    clearTimeout(this.lost)
    clearTimeout(this.settling)
    cancelAnimationFrame(this.frame)
  }
}

function within(value, low, high) {
  return Math.min(Math.max(value, low), high)
}

function same(one, other) {
  return Object.keys(one).every((name) => one[name] === other[name])
}
