// The chapter about the network that cheats: two networks look at one photo, which a hand can sign,
// and below them what was measured of both.

import { element } from "../viewer/elements.js"
import { percent } from "../viewer/text.js"
import { Measured } from "./cheat_measured.js"
import { write } from "./prose.js"
import { SignedPhoto } from "./signed_photo.js"

const PATIENCE = 3000 // ms, until a question that nobody answered is forgotten

export class CheatFigure {
  constructor(places, ask) {
    this.ask = ask
    this.signed = true
    this.serial = 0
    this.waiting = null // the question on its way, by its number
    this.root = element("div", "cheat", places.cheat)
    this.place = places.cheat
    this.controls()
    this.row = element("div", "cheat-pair", this.root)
    this.sides = []
    this.measured = new Measured(places["cheat-test"])
  }

  controls() {
    const row = element("div", "cheat-controls", this.root)
    this.toggle = element("button", "cheat-switch", row, { type: "button", role: "switch" })
    element("i", "", this.toggle)
    element("span", "", this.toggle).textContent = "Signed"
    this.toggle.onclick = () => this.sign(!this.signed)
    this.back = element("button", "cheat-back", row, { type: "button" })
    this.back.textContent = "Put it back"
    this.back.onclick = () => this.move(this.data.usual)
    this.key = element("p", "cheat-key", row)
  }

  show(data, arrays) {
    const first = !this.data
    this.data = data
    if (arrays.jpeg) this.held = { id: data.photo, jpeg: arrays.jpeg, ink: arrays.ink }
    // The browser said that it had the photo, and since then another one was chosen.
    if (this.held?.id !== data.photo) return this.send(data.place)
    if (first) this.build(data)
    if (data.serial >= this.serial) this.serial = data.serial
    if (this.waiting === null || data.serial >= this.waiting) {
      this.waiting = null
      if (!this.wanted) this.at = { left: data.place.left, top: data.place.top }
    }
    this.sides.forEach((side, n) => {
      const { name } = data.networks[n]
      side.maps = { signed: arrays[`${name}-signed`], unsigned: arrays[`${name}-unsigned`] }
    })
    // One scale for all four, so that an answer can be weak.
    this.scale = Math.max(...data.networks.flatMap(({ signed, unsigned }) => [signed.peak, unsigned.peak]))
    this.measured.show(data.tested)
    this.draw()
    this.next()
  }

  build({ networks }) {
    this.sides = networks.map(({ title }) => {
      const root = element("div", "cheat-side", this.row)
      element("h4", "", root).textContent = title
      const photo = new SignedPhoto(root, title, (at) => this.move(at))
      const words = element("div", "cheat-words", root)
      const list = element("ol", "cheat-bars", words, { "aria-label": `${title} says` })
      const said = element("p", "cheat-said", words)
      return { root, photo, list, said, bars: [] }
    })
  }

  sign(signed) {
    this.signed = signed
    this.draw()
  }

  // Put the signature somewhere: it moves at once, the answers follow.
  move(at) {
    this.at = { left: at.left, top: at.top }
    this.signed = true
    this.wanted = this.at
    this.draw()
    this.next()
  }

  // One question at a time, and always the newest.
  next() {
    if (!this.wanted || this.waiting !== null) return
    const at = this.wanted
    this.wanted = null
    this.send(at)
  }

  send(at) {
    const serial = ++this.serial
    this.waiting = serial
    this.ask("place", { left: at.left, top: at.top, serial, held: this.held?.id ?? "" })
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (this.waiting !== serial) return
      this.waiting = null
      this.next()
    }, PATIENCE)
  }

  draw() {
    const { data, signed } = this
    if (!this.sides.length) return
    this.toggle.setAttribute("aria-checked", String(signed))
    this.back.hidden = !signed || same(this.at, data.usual)
    this.key.textContent = `Heat: what speaks for ${data.label}. One scale for both.`
    const state = signed ? "signed" : "unsigned"
    this.sides.forEach((side, n) => {
      const found = data.networks[n][state]
      this.list(side, found.bars)
      write(side.said, found.said)
      side.photo.show({
        held: this.held, size: data.size, window: data.window, map: side.maps[state], scale: this.scale,
        mark: { ...this.at, height: data.place.height, aspect: data.aspect, opacity: data.opacity },
        signed, colormaps: data.colormaps,
      })
    })
    this.resize()
  }

  list(side, bars) {
    while (side.bars.length < bars.length) {
      const item = element("li", "", side.list)
      side.bars.push({
        item, label: element("span", "label", item), share: element("span", "share", item),
        bar: element("i", "", element("span", "track", item)),
      })
    }
    bars.forEach(({ label, share, own }, n) => {
      const row = side.bars[n]
      row.item.classList.toggle("own", own)
      row.label.textContent = label
      row.share.textContent = percent(share)
      row.bar.style.width = `${share * 100}%`
    })
  }

  resize() {
    const { clientWidth, clientHeight } = this.place
    if (!clientWidth || !this.sides.length) return
    const lecture = this.place.closest("[lecture]")
    const stage = lecture ? clientHeight : 0
    this.root.classList.toggle("broad", stage > 0)
    const gap = parseFloat(getComputedStyle(this.row).columnGap) || 0
    const half = (clientWidth - gap) / 2
    const above = this.row.offsetTop - this.root.offsetTop + HEADING
    const side = stage ? Math.min(stage - above, half * 0.58) : Math.min(half, WIDEST)
    for (const { photo } of this.sides) photo.resize(Math.max(120, Math.floor(side)))
  }

  remove() {
    clearTimeout(this.timer)
    for (const { photo } of this.sides) photo.remove()
    this.root.remove()
  }
}

const WIDEST = 440 // CSS pixels of a photo
const HEADING = 40 // a network's name above its photo

function same(one, other) {
  return Math.abs(one.left - other.left) < 1e-6 && Math.abs(one.top - other.top) < 1e-6
}
