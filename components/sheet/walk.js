// The line above an opened photo: back to the sheet, and on to the next photo in its order.

import { element, iconButton } from "../viewer/elements.js"
import { scrollerOf, sheetOf } from "./store.js"

const TYPING = "input, select, textarea, [contenteditable], dialog, [role=slider], [role=radio], "
  + "[role=tab], [role=combobox], [role=listbox], [role=option], [role=menu], [role=toolbar]"

export class Walk {
  constructor(parent, send) {
    this.send = send
    this.root = element("div", "walk", parent, { role: "toolbar", "aria-label": "Photo" })
    this.back = element("button", "word back", this.root, {
      type: "button", title: "Back to all photos (Esc)", "aria-keyshortcuts": "Escape",
    })
    this.back.onclick = () => this.go("")
    this.before = iconButton("before", "Previous photo (left arrow)", this.root, () => this.step(-1))
    this.after = iconButton("after", "Next photo (right arrow)", this.root, () => this.step(1))
    this.before.setAttribute("aria-keyshortcuts", "ArrowLeft")
    this.after.setAttribute("aria-keyshortcuts", "ArrowRight")
    this.count = element("span", "count", this.root, { role: "status" })
    this.title = element("span", "title", this.root)
    this.said = element("span", "said", this.root)
    this.onKey = (event) => this.key(event)
    document.addEventListener("keydown", this.onKey)
    scrollerOf(this.root).scrollTop = 0
  }

  show(data) {
    this.data = data
    const { order } = sheetOf(data.token)
    this.order = order.includes(data.photo) ? order : data.ids
    const now = this.order.indexOf(data.photo)
    this.back.textContent = `← All ${data.ids.length} photos`
    this.count.textContent = `${now + 1} of ${this.order.length}`
    this.title.textContent = data.title
    this.title.title = data.title
    this.said.textContent = data.said
    this.before.disabled = now <= 0
    this.after.disabled = now >= this.order.length - 1
    sheetOf(data.token).last = data.photo
  }

  step(by) {
    const next = this.order[this.order.indexOf(this.data.photo) + by]
    if (next !== undefined) this.go(next)
  }

  go(id) {
    this.send("walk", id)
  }

  // Keys meant for a field, an enlarged map or a presentation stay there.
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return
    const path = event.composedPath().filter((node) => node instanceof Element)
    const inside = path.some((node) => node.matches(TYPING) && node !== this.root)
    const busy = path.some((node) => node.matches(".viewer.opened, .viewer[data-view=swipe], .presentation"))
    if (inside || busy || document.fullscreenElement) return
    const act = { ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1), Escape: () => this.go("") }[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  remove() {
    document.removeEventListener("keydown", this.onKey)
    this.root.remove()
  }
}
