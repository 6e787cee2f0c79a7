// The open list: headings and options, of which only those in sight are in the page.

import { element } from "../viewer/elements.js"

const OPTION = 34 // pixels; a phone's finger hits it
const HEADING = 30
const AROUND = 6 // options drawn beyond either edge

export class Rows {
  // pick(option) is called for a click; base makes ids unique on the page.
  constructor(box, base, pick) {
    this.box = box
    this.base = base
    this.pick = pick
    this.tall = element("div", "tall", box)
    this.drawn = new Map() // by row number
    box.addEventListener("scroll", () => this.draw())
    // The text field keeps the focus.
    box.addEventListener("pointerdown", (event) => event.preventDefault())
  }

  // Shows the options, under headings unless they are results of a search.
  show(options, { headings, chosen }) {
    this.chosen = chosen
    this.headings = headings
    this.rows = []
    this.options = options
    let top = 0
    let last = null
    options.forEach((option, number) => {
      if (headings && option.heading && option.heading !== last) {
        this.rows.push({ top, height: HEADING, heading: option.heading })
        top += HEADING
        last = option.heading
      }
      this.rows.push({ top, height: OPTION, option, number })
      top += OPTION
    })
    this.tall.style.height = `${top}px`
    this.tall.replaceChildren()
    this.drawn.clear()
    this.box.scrollTop = 0
    this.activate(-1)
  }

  // Marks option `number` as the one that Enter takes; -1 for none.
  activate(number) {
    this.active = number
    const row = this.rows.find((one) => one.number === number)
    if (row) this.bringIntoView(row)
    this.draw()
    for (const [at, made] of this.drawn) {
      made.classList.toggle("active", this.rows[at].option !== undefined && this.rows[at] === row)
    }
  }

  get activeOption() {
    return this.options[this.active]
  }

  get activeId() {
    return this.active < 0 ? "" : this.idOf(this.active)
  }

  idOf(number) {
    return `${this.base}-${number}`
  }

  bringIntoView({ top, height }) {
    const { box } = this
    const above = top - HEADING
    if (above < box.scrollTop) box.scrollTop = above
    else if (top + height > box.scrollTop + box.clientHeight) {
      box.scrollTop = top + height - box.clientHeight
    }
  }

  draw() {
    const { scrollTop, clientHeight } = this.box
    const first = scrollTop - AROUND * OPTION
    const last = scrollTop + (clientHeight || 400) + AROUND * OPTION
    this.rows.forEach((row, at) => {
      const inSight = row.top + row.height >= first && row.top <= last
      const made = this.drawn.get(at)
      if (inSight && !made) this.add(row, at)
      else if (!inSight && made) {
        made.remove()
        this.drawn.delete(at)
      }
    })
  }

  add(row, at) {
    const made = row.option ? this.option(row) : this.heading(row)
    made.style.top = `${row.top}px`
    made.style.height = `${row.height}px`
    made.classList.toggle("active", row.number === this.active && row.option !== undefined)
    this.drawn.set(at, made)
    this.tall.append(made)
  }

  heading({ heading }) {
    const made = element("div", "heading", null, { "aria-hidden": "true" })
    made.textContent = heading
    return made
  }

  option({ option, number }) {
    const chosen = this.chosen.includes(option.id)
    const made = element("div", "option", null, {
      id: this.idOf(number),
      role: "option",
      "aria-selected": String(chosen),
      "aria-setsize": String(this.options.length),
      "aria-posinset": String(number + 1),
    })
    made.title = option.tip || option.title
    element("span", "mark", made, { "aria-hidden": "true" }).textContent = chosen ? "●" : ""
    const title = element("span", "title", made)
    title.textContent = option.title
    // Without headings, it says itself which group it is of.
    if (!this.headings && option.filter) element("span", "of", title).textContent = option.filter
    for (const fact of option.facts) element("span", "fact", made).textContent = fact
    if (option.ready !== undefined) {
      const ready = element("span", "ready", made)
      ready.textContent = option.ready ? "✓" : ""
      if (option.ready) ready.title = "On this machine"
    }
    made.onclick = () => this.pick(option)
    return made
  }
}
