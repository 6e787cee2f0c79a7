// One step: its heading and sentences, the choices offered with it, and a place for its figure. In a
// lecture the same elements fill the screen, so that the figure stays as it was.

import { copyText } from "../viewer/clipboard.js"
import { element, icon } from "../viewer/elements.js"
import { linkTo } from "./address.js"
import { Choices } from "./choices.js"
import { Lecture } from "./lecture.js"
import { paragraph, write } from "./prose.js"
import { story } from "./story.js"

const SAID = 1800 // milliseconds for which "Copied" stands

export class Step {
  constructor(id, chapter, choose) {
    this.id = id
    this.chapter = chapter
    this.notes = []
    this.holder = element("div", "holder", chapter.root)
    const heading = `step-${id}`
    // A dialog that is not open, shown all the same: opened as a modal one, it is a lecture's screen.
    this.root = element("dialog", "step", this.holder, { role: "group", "aria-labelledby": heading })
    this.root.dataset.step = id
    const top = element("div", "top", this.root)
    this.kicker = element("p", "kicker", top)
    this.heading = element("h3", "", top, { id: heading })
    this.words = element("div", "words", this.root)
    this.prose = element("div", "prose", this.words)
    this.choices = new Choices(this.words, choose)
    this.place = element("div", "place", this.root)
    this.foot = element("div", "foot", this.root)
    this.source = element("span", "source", this.foot)
    this.button("search", "Take this step to Explore", () => this.explore())
    this.copy = this.button("link", "Copy link", () => this.copyLink())
    this.button("present", "Show as lecture", () => new Lecture(id))
  }

  button(name, label, onClick) {
    const made = element("button", "quietly", this.foot, { type: "button" })
    const text = element("span")
    text.textContent = label
    made.append(icon(name), text)
    made.onclick = onClick
    return made
  }

  show({ title, text, notes, choices, source }) {
    this.title = title
    this.notes = notes
    this.heading.textContent = title
    this.kicker.textContent = this.chapter.title
    if (String(text) !== this.text) {
      this.text = String(text)
      this.prose.replaceChildren()
      for (const one of text) paragraph(one, this.prose)
    }
    write(this.source, linked(source))
    this.choices.offer(choices)
  }

  // Where it begins, in CSS pixels from the top of the window.
  get top() {
    return this.root.getBoundingClientRect().top
  }

  // What its figure has to fit.
  get room() {
    const { clientWidth, clientHeight } = this.place
    return this.root.hasAttribute("lecture") ? `${clientWidth}×${clientHeight}` : `${clientWidth}`
  }

  explore() {
    this.chapter.send("explore", this.id)
  }

  async copyLink() {
    const done = await copyText(linkTo(this.id))
    const text = this.copy.lastChild
    text.textContent = done ? "Copied" : "Copying is not allowed here"
    clearTimeout(this.said)
    this.said = setTimeout(() => { text.textContent = "Copy link" }, SAID)
  }

  // Fill the screen.
  enter() {
    this.holder.style.minHeight = `${this.holder.offsetHeight}px`
    this.root.setAttribute("lecture", "")
    this.root.removeAttribute("role")
    this.root.showModal()
    this.fit()
  }

  leave() {
    this.root.close()
    this.root.removeAttribute("lecture")
    this.root.setAttribute("role", "group")
    this.root.style.removeProperty("--stage")
    this.root.style.removeProperty("--fit")
    this.holder.style.minHeight = ""
  }

  // Make the type smaller until the sentences fit, and tell the figure how high its place is.
  fit() {
    const { root, words } = this
    for (let size = 1; size > 0.7; size -= 0.05) {
      root.style.setProperty("--fit", String(size))
      if (words.scrollHeight <= words.clientHeight) break
    }
    root.style.setProperty("--stage", `${this.place.clientHeight}px`)
  }

  remove() {
    if (story.lecture?.step === this) story.lecture.leave()
    clearTimeout(this.said)
    this.choices.remove()
  }
}

// "Selvaraju et al. 2017, https://arxiv.org/abs/…" with the address as a link.
function linked(source) {
  return source.replace(/https:\/\/[^\s)]+[^\s).,;]/g, (address) =>
    `[${address.replace("https://", "").replace("www.", "")}](${address})`)
}
