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
const NARROW = 600, GAP = 24, CAPTION = 26, TALLEST = 520, LEAST = 120 // CSS pixels
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
    this.build()
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

  build() {
    this.stage = element("div", "stage", this.root)
    const controls = element("div", "controls", this.root)
    this.pictures = new Watermarked(this.stage, element("div", "maps", this.root))
    this.draggable = new Draggable(this.stage, "The text on the photo", {
      begin: () => { this.start = { ...this.mark } },
      move: (x, y) => this.moveBy(x, y),
      size: (factor) => this.sizeTo(this.start.height * factor),
      home: () => this.change(this.data.published),
    })
    const sliders = element("div", "", controls), buttons = element("div", "", controls)
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

  // Three pictures in a row, or two maps above each other beside the photo, whichever makes it larger;
  // on a phone they are below it.
  resize() {
    const { data, place, pictures } = this
    if (!data || !pictures.bitmap || !place.clientWidth) return
    const kinds = place.clientWidth < NARROW ? ["narrow"] : ["row", "pair"]
    const highs = kinds.map((kind) => this.tallest(kind))
    const best = highs.indexOf(Math.max(...highs))
    this.arrange(kinds[best], highs[best])
    this.draw()
  }

  // The photo's height: in a lecture, what all else leaves over.
  tallest(kind) {
    const given = parseFloat(getComputedStyle(this.place).getPropertyValue("--stage"))
    if (!given) return this.arrange(kind, Math.min(TALLEST, OF_WINDOW * window.innerHeight))
    let high = this.arrange(kind, given)
    // Smaller pictures may leave the controls less width, so that they take more height.
    for (let tries = 0; tries < 3 && this.root.offsetHeight > given; tries++) {
      high = this.arrange(kind, Math.max(LEAST, high - (this.root.offsetHeight - given)))
    }
    return high
  }

  // Returns how high the photo has become, `most` at most.
  arrange(kind, most) {
    const room = this.place.clientWidth, ratio = this.data.size[0] / this.data.size[1]
    const across = {
      narrow: room / ratio,
      pair: (room - GAP) / 1.5 / ratio,
      row: (room - 2 * GAP) / 3 / ratio + (2 / 3) * CAPTION,
    }
    const high = Math.floor(Math.min(most, across[kind])), wide = Math.floor(high * ratio)
    const small = {
      narrow: (room - GAP) / 2, pair: wide / 2, row: (high - CAPTION) * ratio,
    }[kind]
    this.root.className = `watermark ${kind}`
    this.pictures.fit([wide, high], [Math.floor(small), Math.round(small / ratio)])
    return high
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
      odds.textContent = without ? share : `${data.before[n].odds} → ${share}`
      note.textContent = empty
      const about = without ? "" : `; ${onMarkSaid} of it lies on the text`
      canvas.setAttribute("aria-label", `${data.method} of ${name}${about}`)
    })
    const now = found[0], then = data.before[0]
    this.figures.replaceChildren()
    const before = (share) => `${share} without`
    this.figure(`Probability of ${now.label}`, now.odds, before(then.odds))
    this.figure("The text makes it", `${without ? "1" : data.times} ×`, "as probable")
    this.figure(`Rank of ${data.classes.toLocaleString("en")} classes`, now.ordinal, before(then.ordinal))
    this.figure("Of its map, on the text", now.onMarkSaid, before(then.onMarkSaid))
    write(this.said, without ? "This is the photo as it was." : data.said.join(" "))
    clearTimeout(this.settling)
    this.settling = setTimeout(() => { this.spoken.textContent = this.said.textContent }, SETTLED)
  }

  figure(name, value, before) {
    const made = element("div", "", this.figures)
    element("dt", "", made).textContent = name
    element("dd", "", made).textContent = value
    element("dd", "before", made).textContent = before
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
