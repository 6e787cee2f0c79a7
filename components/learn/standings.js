// A chart of one class over several photos: its probability and its rank, without and with the
// mark, a line a photo. Everything is placed in percent, so that it needs no drawing anew.

import { element } from "../viewer/elements.js"

const TENS = ["1 in 1", "1 in 10", "1 in 100", "1 in 1,000", "1 in 10,000", "1 in 100,000"]
const MILLIONS = ["1 in a million", "1 in 10 million", "1 in 100 million", "1 in a billion"]
const LABELS = [...TENS, ...MILLIONS] // by −log₁₀ of a probability

export class Standings {
  constructor(parent) {
    this.root = element("div", "standings", parent)
    this.waiting = element("p", "quiet", this.root)
    this.waiting.textContent = "Looking at the other photos…"
    this.chart = element("div", "chart", this.root)
    this.chart.hidden = true
    this.reading = element("p", "reading", this.root, { "aria-live": "polite" })
  }

  show(rows, label, classes) {
    this.waiting.hidden = rows.length > 0
    this.chart.hidden = !rows.length
    if (!rows.length) return
    const powers = rows.flatMap(({ before, now }) => [before, now].map(powerOf))
    const low = Math.floor(Math.min(...powers)), high = Math.min(0, Math.ceil(Math.max(...powers)))
    const ranks = Math.ceil(Math.log10(classes))
    this.axes = {
      odds: { place: (one) => (powerOf(one) - low) / (high - low), ticks: oddsTicks(low, high) },
      rank: { place: (one) => 1 - Math.log10(one.rank) / ranks, ticks: rankTicks(ranks) },
    }
    const at = this.focused
    this.label = label
    this.rows = rows
    this.chart.replaceChildren()
    this.head(label)
    const list = element("ul", "", this.chart)
    this.lines = rows.map((row, n) => this.line(row, n, list))
    this.axis()
    this.read(this.pointed ?? rows.findIndex(({ chosen }) => chosen))
    if (at >= 0) this.lines[at]?.focus({ preventScroll: true })
  }

  get focused() {
    return this.lines?.indexOf(this.root.getRootNode().activeElement) ?? -1
  }

  head(label) {
    const head = element("div", "line head", this.chart)
    const name = element("span", "name", head)
    for (const [kind, text] of [["before", "without"], ["now", "with it"]]) {
      element("i", `dot ${kind}`, name)
      name.append(text)
    }
    element("span", "odds", head).textContent = `Probability of ${label}`
    element("span", "rank", head).textContent = "Its rank among all classes"
    element("span", "times", head)
  }

  line(row, n, list) {
    const made = element("li", "line", list, { tabindex: "0", "aria-label": this.words(row) })
    made.classList.toggle("chosen", row.chosen)
    element("span", "name", made).textContent = row.title
    for (const [kind, axis] of Object.entries(this.axes)) this.track(row, kind, axis, made)
    element("span", "times", made).textContent = `× ${row.times}`
    made.onpointerenter = made.onfocus = () => {
      this.pointed = n
      this.read(n)
    }
    made.onpointerleave = made.onblur = () => {
      this.pointed = undefined
      this.read(this.rows.findIndex(({ chosen }) => chosen))
    }
    return made
  }

  track(row, kind, { place, ticks }, parent) {
    const track = element("span", `track ${kind}`, parent, { "aria-hidden": "true" })
    for (const { at } of ticks) element("i", "rule", track).style.left = share(at)
    const [from, to] = [place(row.before), place(row.now)]
    const way = element("i", "way", track)
    way.style.left = share(Math.min(from, to))
    way.style.width = share(Math.abs(to - from))
    element("i", "dot before", track).style.left = share(from)
    element("i", "dot now", track).style.left = share(to)
  }

  axis() {
    const foot = element("div", "line scale", this.chart, { "aria-hidden": "true" })
    element("span", "name", foot)
    for (const [kind, { ticks }] of Object.entries(this.axes)) {
      const track = element("span", `track ${kind}`, foot)
      for (const { at, label } of ticks) {
        if (!label) continue
        const tick = element("span", "tick", track)
        tick.style.left = share(at)
        tick.textContent = label
        tick.classList.toggle("first", at === 0)
        tick.classList.toggle("last", at === 1)
      }
    }
    element("span", "times", foot)
  }

  read(n) {
    this.lines.forEach((line, i) => line.classList.toggle("read", i === n))
    this.reading.textContent = n >= 0 ? this.words(this.rows[n]) : ""
  }

  words({ title, before, now, times }) {
    return `${title}: ${this.label} ${before.odds} and ${before.ordinal} without the text, `
      + `${now.odds} and ${now.ordinal} with it: ${times} times as probable.`
  }
}

function powerOf({ probability }) {
  return Math.log10(Math.max(probability, Number.MIN_VALUE))
}

function share(at) {
  return `${at * 100}%`
}

// A rule a power of ten; a label at both ends and, if there is room, between.
function oddsTicks(low, high) {
  const count = high - low, every = count > 3 ? 2 : 1
  return Array.from({ length: count + 1 }, (_, n) => {
    const power = low + n
    const named = (high - power) % every === 0
    return { at: n / count, label: named ? power === 0 ? "certain" : LABELS[-power] ?? `10^${power}` : "" }
  })
}

function rankTicks(powers) {
  return Array.from({ length: powers + 1 }, (_, n) => {
    const rank = 10 ** (powers - n)
    return { at: n / powers, label: rank === 1 ? "first" : rank.toLocaleString("en") }
  })
}
