// One photo of the page: its cells, its bars and its notes, and how they are laid out.

import { arrangeAnswer, arrangeGrid, arrangeLine, arrangeOpen, BAR, GAP, sideWidth, TEXT } from "./arrange.js"
import { Bars } from "./bars.js"
import { Cell } from "./cell.js"
import { element, spoken } from "./elements.js"
import { WhyNot } from "./why.js"

const HARDLY = 0.01 // below this probability, a class was hardly considered

export class Line {
  // mode: "answer" for one photo's classes, "grid" for one photo along another axis, "line" for one
  // of a few photos. `act` reports clicks that need the server.
  constructor(row, place, mode, act) {
    this.row = row
    this.mode = mode
    this.node = element("section", `row ${mode}`, null, { "aria-label": row.caption })
    if (mode === "line") this.buildSentence()
    for (const note of row.notes) this.buildNote(note, act)
    this.place = element("div", "place", this.node)
    this.photo = new Cell(row, null, -1)
    this.maps = row.panels.map((panel, index) => new Cell(row, panel, index))
    const one = row.panels.every(({ index }) => index === null) && row.panels.length > 0
    this.bars = new Bars(row, { several: mode === "line", one }, (index) => {
      act("toggle", { row: place, index })
    })
    this.bars.node.hidden = !this.bars.count
    const shares = this.maps.map(({ panel }) => panel.share ?? -1)
    this.answered = this.maps[shares.indexOf(Math.max(...shares))] ?? null
    this.build()
    if (row.panels.some(({ index }) => index !== null)) {
      this.why = new WhyNot(this, ([a, b] = []) => act("why", { row: place, a, b }))
    }
    if (!row.panels.length) {
      this.photo.explain("No class selected. Click a prediction to see its map.")
    }
  }

  get cells() {
    return [this.photo, ...this.maps]
  }

  buildSentence() {
    const { row } = this
    const says = element("h3", "says", this.node)
    spoken("span", `${row.caption}. `, says)
    element("span", "", says).textContent = row.answer
    explainUnsure(says, row.unsure)
  }

  buildNote(note, act) {
    const { row } = this
    const line = element("p", "remark", this.node)
    element("span", "", line).textContent = note
    if (!row.offer) return
    const button = element("button", "word", line, {
      type: "button", title: "Fit the whole photo into what the model sees",
    })
    button.textContent = "Show it the whole photo (Pad)"
    button.onclick = () => act("fit", row.offer)
  }

  build() {
    const { place, photo, maps, bars } = this
    const best = Math.max(...maps.map(({ panel }) => panel.share ?? 0))
    for (const cell of maps) {
      const { share } = cell.panel // null for a comparison, which is not less likely than a class
      if (share !== null && share < best) cell.weigh(share / best)
    }
    this.rest = element("div", "rest", null)
    if (this.mode !== "answer") {
      this.rest.append(...this.cells.map((cell) => cell.node))
      return place.append(bars.node, this.rest)
    }
    // A comparison stands in the answer's place, which then comes first among the others.
    this.hero = maps.find(({ panel }) => panel.key === "why") ?? this.answered
    this.hero?.node.classList.add("hero")
    photo.node.classList.add("lead")
    const others = maps.filter((cell) => cell !== this.hero)
    this.rivals = others.filter(({ panel }) => (panel.share ?? 0) >= HARDLY)
    this.minors = others.filter((cell) => !this.rivals.includes(cell))
    this.rest.append(...this.rivals.map((cell) => cell.node))
    if (this.minors.length) this.buildMinors()
    place.append(photo.node, ...(this.hero ? [this.hero.node] : []), bars.node)
    if (others.length) {
      spoken("h3", "Other classes", place)
      place.append(this.rest)
    }
    return undefined
  }

  buildMinors() {
    this.group = element("div", "minors", this.rest)
    element("h4", "", this.group).textContent = "Hardly considered (below 1 %)"
    this.group.append(...this.minors.map((cell) => cell.node))
  }

  // width: of the place; room: from the pictures' top to the window's bottom; tall: the window's
  // height; opened: this line's enlarged cell, if there is one.
  layout({ width, room, tall, opened }) {
    const aspect = this.row.size[1] / this.row.size[0]
    for (const cell of this.cells) {
      cell.node.hidden = Boolean(opened) && cell !== opened && cell !== this.photo
      cell.node.classList.toggle("opened-cell", cell === opened)
    }
    this.bars.node.hidden = Boolean(opened) || !this.bars.count
    const { style, dataset } = this.place
    if (opened) return this.layoutOpened(opened, { width, aspect, tallest: tall * 0.78 })
    const count = this.cells.length
    if (this.mode === "answer") {
      return this.layoutAnswer({
        width, room, aspect, bars: this.bars.count,
        rivals: this.rivals.length, minors: this.minors.length,
      })
    }
    const grid = this.mode === "grid"
    const { side, columns, cell } = grid
      ? arrangeGrid({ width, count, aspect, tallest: tall * 0.62, room })
      : arrangeLine({ width, count, aspect, tallest: tall * 0.42, bars: this.bars.count })
    dataset.template = side ? this.mode : `${this.mode} narrow`
    style.gridTemplateColumns = side ? (grid ? `minmax(0, 1fr) ${side}px` : `${side}px minmax(0, 1fr)`) : ""
    this.rest.style.gridTemplateColumns = `repeat(${columns}, minmax(0, ${cell}px))`
    this.columns = columns
    this.bars.resize(side || width)
    this.bars.limit(grid ? Infinity : side ? Math.max(5, Math.floor((cell * aspect + TEXT) / BAR)) : 5)
    for (const one of this.cells) one.resize(cell, cell * aspect)
    return undefined
  }

  layoutAnswer(place) {
    const found = arrangeAnswer(place)
    const { template, photo, map, rival, minor } = found
    const { style, dataset } = this.place
    const aspect = place.aspect
    dataset.template = template
    style.setProperty("--photo", `${photo}px`)
    style.setProperty("--map", `${map}px`)
    style.setProperty("--rival", `${rival}px`)
    style.setProperty("--minor", `${minor}px`)
    // In one line beside the other rivals, if it fits there.
    const together = this.minors.length * (minor + GAP) - GAP
    if (this.group) this.group.style.maxWidth = `${Math.ceil(together)}px`
    style.setProperty("--side", `${sideWidth(place.width)}px`)
    style.gridTemplateColumns = ""
    this.bars.limit(template === "aside" ? found.bars : Infinity)
    const taken = { beside: photo + map + GAP, aside: map, upright: photo + map + GAP }[template]
    this.bars.resize(template === "phone" ? place.width : taken ? place.width - taken - GAP : 0)
    this.photo.resize(photo, photo * aspect)
    this.hero?.resize(map, map * aspect)
    for (const one of this.rivals) one.resize(rival, rival * aspect)
    for (const one of this.minors) one.resize(minor, minor * aspect)
  }

  layoutOpened(opened, place) {
    const alone = opened === this.photo
    const { map, photo, stacked } = arrangeOpen({ ...place, alone })
    this.place.dataset.template = stacked ? "open stacked" : alone ? "open alone" : "open"
    this.place.style.gridTemplateColumns = ""
    this.place.style.setProperty("--map", `${map}px`)
    this.place.style.setProperty("--photo", `${alone ? map : photo}px`)
    opened.resize(map, map * place.aspect)
    if (!alone) this.photo.resize(photo, photo * place.aspect)
  }
}

// The sentence says that the model is unsure; this says what that means.
export function explainUnsure(sentence, unsure) {
  sentence.classList.toggle("doubtful", unsure)
  sentence.title = unsure ? "The next answer is close. Of answers as close as this, nearly half were wrong on 250 photos" : ""
}
