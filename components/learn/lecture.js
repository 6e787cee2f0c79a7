// The lecture: full screen, one step a screen. A step fills the screen with its own elements, in the
// top layer, and goes back to its place on the page as it is.

import { element, icon, iconButton } from "../viewer/elements.js"
import { note } from "./address.js"
import { story } from "./story.js"
import { write } from "./prose.js"

const SWIPE = 60 // CSS pixels a finger must travel
// What keeps arrow keys and swipes for itself.
const OWN_KEYS = "input, select, textarea, [role=slider], [role=radiogroup], [role=listbox], .menu"

export class Lecture {
  constructor(start) {
    story.lecture = this
    this.desk()
    this.onFullScreen = () => this.screenChanged()
    this.onKey = (event) => this.key(event)
    this.onResize = () => this.step.fit()
    document.addEventListener("fullscreenchange", this.onFullScreen)
    window.addEventListener("resize", this.onResize)
    // Before anything on the step gets them: sliders turn pages of their own with these keys.
    window.addEventListener("keydown", this.onKey, { capture: true })
    this.unfollow = story.follow(() => this.update())
    this.turn(story.step(start))
    this.full = Boolean(document.fullscreenElement)
    // Where full screen is refused, the step still covers the page.
    if (!this.full) document.documentElement.requestFullscreen?.().catch(() => {})
  }

  // The line below every step.
  desk() {
    this.foot = element("div", "desk")
    this.notes = element("div", "notes", this.foot, { role: "note", "aria-label": "Notes" })
    this.notes.hidden = true
    const row = element("div", "row", this.foot)
    const left = element("div", "left", row)
    this.noteButton = element("button", "quietly", left, { type: "button", "aria-pressed": "false" })
    this.noteButton.append(icon("notes"), "Notes (N)")
    this.noteButton.onclick = () => this.toggleNotes()
    this.before = iconButton("before", "Previous step", row, () => this.walk(-1))
    this.position = element("span", "position", row, { role: "status" })
    this.after = iconButton("after", "Next step", row, () => this.walk(1))
    const right = element("div", "right", row)
    iconButton("close", "End the lecture", right, () => this.leave())
  }

  turn(step) {
    if (!step || step === this.step) return
    const before = this.step
    this.step = step
    before?.leave()
    before && this.unlisten(before)
    step.root.append(this.foot)
    this.update()
    step.enter()
    this.listen(step)
    step.root.focus()
    note(step.id)
  }

  listen({ root }) {
    let from = null
    root.oncancel = (event) => {
      event.preventDefault()
      this.leave()
    }
    root.onpointerdown = (event) => { from = event.pointerType === "mouse" || busy(event) ? null : event }
    root.onpointercancel = () => { from = null }
    root.onpointerup = (event) => {
      if (!from) return
      const x = event.clientX - from.clientX, y = event.clientY - from.clientY
      from = null
      if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) this.walk(x < 0 ? 1 : -1)
    }
  }

  unlisten({ root }) {
    root.oncancel = root.onpointerdown = root.onpointercancel = root.onpointerup = null
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const path = event.composedPath()
    const own = path.some((node) => node.matches?.(OWN_KEYS))
    const typing = path[0].matches?.("input:not([type=range]), textarea")
    const pages = { PageUp: () => this.walk(-1), PageDown: () => this.walk(1) }
    const { steps } = story
    const keys = {
      ArrowLeft: () => this.walk(-1),
      ArrowRight: () => this.walk(1),
      Home: () => this.turn(steps[0]),
      End: () => this.turn(steps.at(-1)),
      n: () => this.toggleNotes(),
    }
    const act = pages[event.key] ?? (own ? null : keys[event.key] ?? keys[event.key.toLowerCase()])
    if (!act || (typing && !pages[event.key])) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }

  walk(by) {
    const { steps } = story
    this.turn(steps[steps.indexOf(this.step) + by])
  }

  // Steps may have arrived, and the sentences may be about something else now.
  update() {
    const { steps } = story, at = steps.indexOf(this.step)
    if (at < 0) return
    this.position.textContent = `Step ${at + 1} of ${steps.length}`
    this.before.disabled = at === 0
    this.after.disabled = at === steps.length - 1
    this.notes.replaceChildren()
    const list = element("ul", "", this.notes)
    for (const text of this.step.notes) write(element("li", "", list), text)
    if (!this.step.notes.length) list.replaceWith("This step has no notes.")
    if (this.step.root.open) this.step.fit()
  }

  toggleNotes() {
    this.notes.hidden = !this.notes.hidden
    this.noteButton.setAttribute("aria-pressed", String(!this.notes.hidden))
    this.step.fit()
  }

  // The page in full screen would cover the step, which was there first. Escape goes to the browser,
  // which only ends full screen.
  screenChanged() {
    const full = Boolean(document.fullscreenElement)
    if (this.full && !full) this.leave()
    else if (full) {
      this.step.root.close()
      this.step.root.showModal()
      this.step.fit()
    }
    this.full = full
  }

  leave() {
    if (story.lecture !== this) return
    story.lecture = null
    this.unfollow()
    document.removeEventListener("fullscreenchange", this.onFullScreen)
    window.removeEventListener("resize", this.onResize)
    window.removeEventListener("keydown", this.onKey, { capture: true })
    this.unlisten(this.step)
    this.step.leave()
    this.foot.remove()
    if (document.fullscreenElement) document.exitFullscreen()
    this.step.root.scrollIntoView({ block: "start", behavior: "instant" })
  }
}

// Whether a finger came down on something that it drags or scrolls sideways.
function busy(event) {
  for (const node of event.composedPath()) {
    if (node === event.currentTarget) return false
    if (node.matches?.(OWN_KEYS)) return true
    if (node instanceof Element && getComputedStyle(node).touchAction === "none") return true
  }
  return false
}
