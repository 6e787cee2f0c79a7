// Presentation mode: one photo and one map at a time, full screen. It shows the viewer's data with
// the toolbar's look and changes neither.

import { element, iconButton } from "./elements.js"
import { noteOf } from "./sign.js"
import { Slide } from "./slide.js"

const REST = 2500 // milliseconds without movement until pointer and buttons disappear
const HINT = 6000 // milliseconds until the list of keys fades
const SWIPE = 40 // CSS pixels a finger must travel

export class Presentation {
  // `onLeave` is called when the presentation ends.
  constructor(viewer, onLeave) {
    this.viewer = viewer
    this.onLeave = onLeave
    this.bare = false // whether the map is hidden
    this.rows = slides(viewer)
    const start = this.first() // before the dialog takes the focus
    this.build(viewer.root.parentNode)
    this.listen()
    // A modal dialog is in the top layer, above the page's header and sidebar.
    this.dialog.showModal()
    this.screen.focus()
    this.turn(...start)
    // If full screen is refused or unsupported, the dialog still covers the page.
    if (!this.full) this.screen.requestFullscreen?.().catch(() => {})
  }

  build(parent) {
    this.dialog = element("dialog", "present", parent, { "aria-label": "Presentation" })
    this.screen = element("div", "screen", this.dialog, { tabindex: "-1" })
    this.slide = new Slide(this.screen)
    this.announcement = element("p", "spoken", this.screen, { role: "status", "aria-live": "polite" })
    this.hint = element("p", "hint", this.screen)
    this.hint.textContent = this.keys().join("\u2003\u2003")
    this.button("before", "Previous", () => this.walk(-1))
    this.button("after", "Next", () => this.walk(1))
    this.button("close", "Exit presentation", () => this.leave())
  }

  button(icon, label, onClick) {
    const button = iconButton(icon, label, this.screen, onClick)
    button.classList.add(icon)
    // Keep the focus on the screen, or Space would click the button again.
    button.onmousedown = (event) => event.preventDefault()
  }

  keys() {
    if (window.matchMedia("(hover: none)").matches) return ["Swipe for the next map"]
    const photos = this.rows.length > 1 ? ["↑ ↓ photos"] : []
    return ["← → maps", ...photos, "Space show or hide the heatmap", "Esc exit"]
  }

  listen() {
    const { dialog, screen } = this
    dialog.onkeydown = (event) => this.key(event)
    dialog.oncancel = () => this.leave()
    screen.onpointermove = () => this.wake()
    this.touch()
    this.watch = new ResizeObserver(() => this.layout())
    this.watch.observe(screen)
    // In full screen, Escape goes to the browser, which only ends full screen.
    this.full = Boolean(document.fullscreenElement)
    this.onFullScreen = () => {
      if (this.full && !document.fullscreenElement) this.leave()
      this.full = Boolean(document.fullscreenElement)
    }
    document.addEventListener("fullscreenchange", this.onFullScreen)
    this.fade = setTimeout(() => this.hint.classList.add("gone"), HINT)
  }

  // A click goes back or forth depending on its side; fingers swipe. Selecting text does neither.
  touch() {
    const { screen } = this
    let from = null
    const moved = (event) => [event.clientX - from.clientX, event.clientY - from.clientY]
    screen.onpointerdown = (event) => {
      from = event
      this.wake()
    }
    screen.onpointerup = (event) => {
      if (event.pointerType === "mouse" || !from) return
      const [x, y] = moved(event)
      if (Math.max(Math.abs(x), Math.abs(y)) < SWIPE) return
      if (Math.abs(x) > Math.abs(y)) this.walk(x < 0 ? 1 : -1)
      else this.change(y < 0 ? 1 : -1)
    }
    screen.onclick = (event) => {
      if (event.target.closest("button") || !from || Math.hypot(...moved(event)) > 8) return
      this.walk(event.clientX < screen.clientWidth / 2 ? -1 : 1)
    }
  }

  key(event) {
    event.stopPropagation() // Streamlit has shortcuts of its own, such as R to rerun
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.closest("button") && [" ", "Enter"].includes(event.key)) return
    const last = this.rows.length - 1
    const actions = {
      ArrowLeft: () => this.walk(-1),
      ArrowRight: () => this.walk(1),
      PageUp: () => this.walk(-1), // what a presenter's remote sends
      PageDown: () => this.walk(1),
      ArrowUp: () => this.change(-1),
      ArrowDown: () => this.change(1),
      Home: () => this.turn(0, 0),
      End: () => this.turn(last, this.rows[last].panels.length - 1),
      " ": () => { if (!event.repeat) this.toggle() },
      Escape: () => this.leave(),
      p: () => this.leave(),
    }
    const action = actions[event.key] || actions[event.key.toLowerCase()]
    if (!action) return
    event.preventDefault()
    action()
  }

  // Start at the cell that is enlarged or has the focus.
  first() {
    const { focus, cells, root } = this.viewer
    const cell = focus || cells.find(({ node }) => node === root.getRootNode().activeElement)
    const row = cell ? this.rows.indexOf(cell.row) : -1
    return row < 0 ? [0, 0] : [row, Math.max(cell.index, 0)]
  }

  // Go through the panels of a photo, then on to the next photo.
  walk(step) {
    const panel = this.panel + step
    if (this.rows[this.row].panels[panel]) this.turn(this.row, panel)
    else if (step > 0) this.turn(this.row + 1, 0)
    else this.turn(this.row - 1, Infinity)
  }

  // Go to another photo, in the same column.
  change(step) {
    this.turn(this.row + step, this.panel)
  }

  turn(row, panel) {
    if (!this.rows[row]) return
    const { panels } = this.rows[row]
    const fresh = row !== this.row
    this.row = row
    this.panel = Math.min(panel, panels.length - 1)
    if (fresh) this.slide.take(this.rows[row], this.viewer.look.sign)
    this.slide.show(this.panel, this.position())
    if (fresh) this.layout()
    else this.draw()
    this.say()
  }

  position() {
    const many = this.rows[this.row].panels.length
    const maps = many > 1 ? [`map ${this.panel + 1} of ${many}`] : []
    const photos = this.rows.length > 1 ? [`photo ${this.row + 1} of ${this.rows.length}`] : []
    return [...maps, ...photos].join(", ")
  }

  toggle() {
    this.bare = !this.bare
    this.draw()
    this.say()
  }

  // Announce the slide to screen readers, which cannot see the picture change.
  say() {
    const panel = this.rows[this.row].panels[this.panel]
    const note = noteOf(panel, this.viewer.look.sign)
    const alone = this.bare ? "photo only" : ""
    const parts = [panel.title, panel.subtitle, note, alone, this.position()]
    this.announcement.textContent = parts.filter(Boolean).join(", ")
  }

  // New data: stay at the same photo and panel if they still exist.
  update() {
    const [row, panel] = [this.rows[this.row], this.rows[this.row].panels[this.panel]]
    this.rows = slides(this.viewer)
    if (!this.rows.length) return this.leave()
    const r = again(this.rows, this.row, ({ id }) => id === row.id)
    this.row = undefined
    return this.turn(r, again(this.rows[r].panels, this.panel, ({ title }) => title === panel.title))
  }

  layout() {
    this.slide.layout()
    this.draw()
  }

  // Use the toolbar's look, but without the swipe divider, which cannot be moved here.
  draw() {
    const look = { ...this.viewer.look }
    if (this.bare || look.view === "swipe") look.view = "overlay"
    if (this.bare) look.op = 0
    const context = this.viewer.context(look)
    this.slide.draw(context, this.viewer.sharedPeak(), this.bare)
  }

  wake() {
    this.screen.classList.add("awake")
    clearTimeout(this.rest)
    this.rest = setTimeout(() => this.screen.classList.remove("awake"), REST)
  }

  leave() {
    if (this.over) return
    this.over = true
    clearTimeout(this.rest)
    clearTimeout(this.fade)
    this.watch.disconnect()
    document.removeEventListener("fullscreenchange", this.onFullScreen)
    this.dialog.close()
    this.dialog.remove() // this ends full screen too
    this.onLeave()
  }
}

export function slides(viewer) {
  return viewer.rows.filter((row) => row.panels.length)
}

// The new position of the item that was at `index` and satisfies `is`, or `index` if it is gone.
function again(list, index, is) {
  if (list[index] && is(list[index])) return index
  const found = list.findIndex(is)
  return found < 0 ? Math.min(index, list.length - 1) : found
}
