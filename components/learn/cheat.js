// The chapter about the network that cheats: two networks look at one photo, which a hand can sign,
// and below them what was measured of both.

import { element } from "../viewer/elements.js"
import { percent } from "../viewer/text.js"
import { Measured } from "./cheat_measured.js"
import { maskOf } from "./laid.js"
import { write } from "./prose.js"
import { SignedPhoto } from "./signed_photo.js"

const SMALLEST = 120 // CSS pixels of a photo
const files = new Map() // the photo and the signature, decoded; they are sent once

export class CheatFigure {
  constructor(places, ask) {
    this.ask = ask
    this.signed = true
    this.serial = 0 // of the newest question
    this.place = places.cheat
    this.root = element("div", "cheat", this.place)
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

  async show(data, arrays) {
    this.data = data
    if (arrays.jpeg) {
      files.clear()
      files.set(data.photo, createImageBitmap(new Blob([arrays.jpeg], { type: "image/jpeg" })))
      files.set("ink", maskOf(arrays.ink))
    }
    // It came without the photo, and in the meantime another one was chosen.
    if (!files.has(data.photo)) return this.send(data.place)
    const [bitmap, ink] = await Promise.all([files.get(data.photo), files.get("ink")])
    if (this.data !== data) return undefined
    if (!this.sides.length) this.build(data)
    // The hand may be further on; then its own answer is still to come.
    if (data.serial >= this.serial) {
      this.serial = data.serial
      this.at = data.place
    }
    // One scale for all four maps, so that a weak one looks weak.
    const peaks = data.networks.flatMap(({ signed, unsigned }) => [signed.peak, unsigned.peak])
    this.drawn = { bitmap, ink, arrays, scale: Math.max(...peaks) }
    this.measured.show(data.tested)
    return this.draw()
  }

  build({ networks }) {
    this.sides = networks.map(({ title }) => {
      const root = element("div", "cheat-side", this.row)
      element("h4", "", root).textContent = title
      const home = () => this.move(this.data.usual)
      const photo = new SignedPhoto(root, title, (at) => this.move(at), home)
      const words = element("div", "cheat-words", root)
      const list = element("ol", "cheat-bars", words, { "aria-label": `${title} says` })
      const said = element("p", "cheat-said", words)
      return { root, photo, list, said, bars: [] }
    })
  }

  sign(signed) {
    this.signed = signed
    if (this.drawn) this.draw()
  }

  // Put the signature somewhere: it moves at once, the answer follows.
  move({ left, top, height }) {
    this.at = { left, top, height }
    this.signed = true
    this.draw()
    this.send(this.at)
  }

  send({ left, top, height }) {
    this.serial += 1
    const held = files.has(this.data.photo) ? this.data.photo : ""
    this.ask("place", { left, top, height, serial: this.serial, held })
  }

  draw() {
    const { data, signed, drawn } = this
    this.toggle.setAttribute("aria-checked", String(signed))
    this.back.hidden = !signed || same(this.at, data.usual)
    this.key.textContent = `Heat: what speaks for ${data.label}. One scale for both.`
    const state = signed ? "signed" : "unsigned"
    const { size, window, opacity, colormaps } = data
    this.sides.forEach((side, n) => {
      const network = data.networks[n], found = network[state]
      this.list(side, found.bars)
      write(side.said, found.said)
      const map = drawn.arrays[`${network.name}-${state}`], mark = { ...this.at, opacity }
      side.photo.show({ ...drawn, size, window, colormaps, map, mark, signed })
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

  // A photo is as wide as its column, and in a lecture no higher than leaves room for the words.
  resize() {
    if (!this.place.clientWidth || !this.sides.length) return
    let most = this.sides[0].root.clientWidth
    if (this.place.closest("[lecture]")) {
      const words = Math.max(...this.sides.map(({ root, photo }) => root.offsetHeight - photo.root.offsetHeight))
      const above = this.row.getBoundingClientRect().top - this.root.getBoundingClientRect().top
      most = Math.min(most, this.place.clientHeight - above - words)
    }
    for (const { photo } of this.sides) photo.resize(Math.max(SMALLEST, Math.floor(most)))
  }

  remove() {
    for (const { photo } of this.sides) photo.remove()
    this.root.remove()
  }
}

function same(one, other) {
  return ["left", "top", "height"].every((name) => one[name] === other[name])
}
