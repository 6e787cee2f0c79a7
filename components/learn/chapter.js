// One chapter: its heading, its steps, and the figure that is drawn into them.

import { element } from "../viewer/elements.js"
import { FIGURES } from "./figures.js"
import { Step } from "./step.js"
import { story } from "./story.js"

const PATIENCE = 1500 // milliseconds after which an unanswered click holds back no other

export class ChapterPart {
  constructor(parentElement, send) {
    this.send = send
    this.root = element("section", "learn chapter", parentElement)
    this.number = element("p", "number", this.root)
    this.heading = element("h2", "", this.root)
    this.steps = []
    this.asked = new Map() // clicks that wait for the answer to the one before, by name
    this.answered = true
  }

  show({ header, arrays }) {
    const { id, title, steps, data, colormaps } = header
    this.id = id
    this.title = title
    this.heading.textContent = title
    if (!this.figure) this.build(steps)
    steps.forEach((step, at) => this.steps[at].show(step))
    this.draw(() => this.figure.show({ ...data, colormaps }, arrays))
    this.arrived()
    this.next()
    story.chapters.set(id, this)
    this.number.textContent = `Chapter ${story.contents.findIndex((one) => one.id === id) + 1}`
    story.changed("chapters")
  }

  build(steps) {
    const choose = (what, value) => {
      story.await()
      this.send("choose", { what, value })
    }
    this.steps = steps.map((step) => new Step(step.id, this, choose))
    const places = Object.fromEntries(this.steps.map((step) => [step.id, step.place]))
    this.figure = new FIGURES[this.id](places, (name, value) => this.ask(name, value))
    this.watch = new ResizeObserver(() => this.resized())
    for (const step of this.steps) this.watch.observe(step.place)
  }

  // A hand that drags asks more often than the server answers: only its newest question is kept.
  ask(name, value) {
    this.asked.set(name, value)
    if (this.answered) this.next()
  }

  next() {
    clearTimeout(this.patience)
    this.answered = !this.asked.size
    if (this.answered) return
    const [[name, value]] = this.asked
    this.asked.delete(name)
    this.patience = setTimeout(() => this.next(), PATIENCE)
    this.send("ask", { name, value })
  }

  // The figure's own height changes with what it draws; only its width, or its place in a lecture,
  // is a reason to draw it again.
  resized() {
    const sizes = this.steps.map(({ room }) => room).join()
    if (sizes === this.sizes) return
    this.sizes = sizes
    this.draw(() => this.figure.resize())
  }

  // A figure that fails says so; its sentences and the other chapters stay.
  draw(act) {
    try {
      act()
      this.error?.remove()
    } catch (error) {
      this.error ??= element("p", "failed")
      this.error.textContent = "This figure could not be drawn. Choose another photo or layer, or "
        + "reload the page."
      this.heading.after(this.error)
      reportError(error)
    }
  }

  wait() {
    this.root.classList.add("waiting")
  }

  arrived() {
    this.root.classList.remove("waiting")
  }

  remove() {
    clearTimeout(this.patience)
    this.watch?.disconnect()
    this.figure?.remove()
    for (const step of this.steps) step.remove()
    story.chapters.delete(this.id)
    this.root.remove()
    story.changed("chapters")
  }
}
