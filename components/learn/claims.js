// The figures of "A heatmap does not prove…": one to three pictures a claim, and for two of them a
// switch between two ways to draw the same numbers.

import { element } from "../viewer/elements.js"
import { onlyStop, rove } from "../viewer/roving.js"
import { peakOf } from "../viewer/sign.js"
import { openPhoto } from "./overlay.js"
import { Plate } from "./plate.js"

// The switches: what each is called, its two sides, and which of them is the usual picture.
const SWITCHES = {
  "claim-resolution": ["How the map is drawn", ["As usually drawn", "As the layer has it"]],
  "claim-scale": ["Scale", ["Each on its own scale", "One scale for both"]],
}

export class ClaimsFigure {
  constructor(places) {
    this.claims = Object.entries(places).map(([id, place]) => new Claim(id, place))
  }

  async show(data, arrays) {
    const names = Object.keys(data.photos)
    const opened = await Promise.all(names.map((name) =>
      openPhoto({ ...data.photos[name], jpeg: arrays[`photo_${name}`] })))
    const photos = Object.fromEntries(names.map((name, n) => [name, opened[n]]))
    for (const claim of this.claims) {
      claim.show(data.plates[claim.id], { photos, arrays, colormaps: data.colormaps })
    }
  }

  resize() {
    for (const claim of this.claims) claim.draw()
  }

  remove() {}
}

class Claim {
  constructor(id, place) {
    this.id = id
    this.place = place
    this.root = element("div", "claim", place)
    this.other = false // the second side of the switch
    if (SWITCHES[id]) this.buildSwitch(...SWITCHES[id])
    this.row = element("div", "plates", this.root)
    this.plates = []
  }

  buildSwitch(name, sides) {
    const group = element("div", "sides", this.root, { role: "radiogroup", "aria-label": name })
    this.sides = sides.map((text, n) => {
      const button = element("button", "", group, { type: "button", role: "radio" })
      button.textContent = text
      button.onclick = () => this.turn(n === 1)
      return button
    })
    rove(group, () => this.sides)
    this.mark()
  }

  turn(other) {
    this.other = other
    this.mark()
    this.draw()
  }

  mark() {
    this.sides.forEach((button, n) => {
      button.setAttribute("aria-checked", String(this.other === (n === 1)))
    })
    onlyStop(this.sides, this.sides[Number(this.other)])
  }

  show(plates, context) {
    this.context = context
    this.row.replaceChildren()
    this.plates = plates.map((plate) => new Plate(this.row, plate))
    const bars = plates.some(({ bar }) => bar !== null)
    this.row.classList.toggle("barred", bars)
    this.draw()
  }

  draw() {
    if (!this.plates.length) return
    const { arrays } = this.context
    const maps = this.plates.map(({ about }) => arrays[about.map]).filter(Boolean)
    const shared = this.id === "claim-scale" && this.other
    const scale = shared ? Math.max(...maps.map(({ values }) => peakOf(values, "for"))) : null
    const cells = this.id === "claim-resolution" && this.other
    const room = this.room()
    for (const plate of this.plates) plate.draw(this.context, { ...room, scale, cells })
  }

  // How large a picture may be: side by side, within the height of a screen.
  room() {
    const style = getComputedStyle(this.root), count = this.plates.length
    const stage = this.root.closest("[lecture]") ? parseFloat(style.getPropertyValue("--stage")) : 0
    const narrow = this.place.clientWidth < 560
    // Numbers have to be read, so on a phone they get its whole width.
    const columns = narrow ? Math.min(count, this.id === "claim-resolution" ? 1 : 2) : count
    this.row.style.setProperty("--plates", String(columns))
    const width = (this.place.clientWidth - (columns - 1) * 24) / columns
    const rows = Math.ceil(count / columns)
    const spare = 110 + (this.sides ? 56 : 0)
    const height = stage ? Math.max((stage - spare) / rows, 120) : 460
    return { width: Math.max(width, 80), height }
  }
}
