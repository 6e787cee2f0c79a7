// The table of contents: beside the text, or behind a line at the top of a narrow screen. It shows
// where the reader is.

import { element } from "../viewer/elements.js"
import { goTo } from "./address.js"
import { story } from "./story.js"

const ABOVE = 0.4 // of the window's height: the step that begins above this line is being read

export class Contents {
  constructor(parent) {
    this.line = element("button", "along", parent, { type: "button", "aria-expanded": "false" })
    this.nav = element("nav", "contents", parent, { "aria-label": "Contents" })
    this.line.onclick = () => this.open(!this.nav.classList.contains("open"))
    this.here = null
    this.entries = new Map() // step id → its link
    this.look = () => {
      this.frame ??= requestAnimationFrame(() => {
        this.frame = null
        this.mark()
      })
    }
    // Scrolling happens in an element of Streamlit's.
    document.addEventListener("scroll", this.look, { capture: true, passive: true })
    window.addEventListener("resize", this.look)
    this.unfollow = story.follow(() => {
      this.build()
      this.look()
    })
  }

  build() {
    const key = JSON.stringify(story.contents)
    if (key === this.built) return
    this.built = key
    this.entries.clear()
    this.nav.replaceChildren()
    const list = element("ol", "", this.nav)
    for (const chapter of story.contents) {
      const item = element("li", "", list)
      item.dataset.chapter = chapter.id
      const [[first]] = chapter.steps
      this.link(item, first, chapter.title)
      if (chapter.steps.length < 2) continue
      const inner = element("ol", "", item)
      for (const [id, title] of chapter.steps) {
        this.entries.set(id, this.link(element("li", "", inner), id, title))
      }
    }
  }

  link(parent, id, title) {
    const entry = element("a", "", parent, { href: `#${id}` })
    entry.textContent = title
    entry.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      this.open(false)
      goTo(id)
    }
    return entry
  }

  open(yes) {
    this.nav.classList.toggle("open", yes)
    this.line.setAttribute("aria-expanded", String(yes))
  }

  // Find the step that is being read, and mark it.
  mark() {
    const limit = window.innerHeight * ABOVE
    const read = story.steps.filter((step) => step.top < limit).at(-1)
    this.progress(read)
    if (read === this.here) return
    this.here = read
    story.read = read?.id ?? ""
    const chapter = story.contents.find(({ steps }) => steps.some(([id]) => id === read?.id))
    for (const item of this.nav.querySelectorAll("[data-chapter]")) {
      item.classList.toggle("in", item.dataset.chapter === chapter?.id)
    }
    for (const [id, entry] of this.entries) {
      if (id === read?.id) entry.setAttribute("aria-current", "step")
      else entry.removeAttribute("aria-current")
    }
    this.say(chapter, read)
  }

  say(chapter, read) {
    this.line.replaceChildren()
    const number = story.contents.indexOf(chapter) + 1
    element("span", "here", this.line).textContent = chapter
      ? `${number} · ${read.title}` : "Contents"
    if (chapter) element("span", "", this.line).textContent = `${number} of ${story.contents.length}`
    element("i", "", this.line)
  }

  progress(read) {
    const all = story.contents.flatMap(({ steps }) => steps.map(([id]) => id))
    this.line.style.setProperty("--done", String((all.indexOf(read?.id) + 1) / (all.length || 1)))
  }

  remove() {
    this.unfollow()
    document.removeEventListener("scroll", this.look, { capture: true })
    window.removeEventListener("resize", this.look)
    cancelAnimationFrame(this.frame)
  }
}
