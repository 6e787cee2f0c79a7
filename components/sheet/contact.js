// The contact sheet: a line of controls, and a tile for each photo.

import { list, slider, toggle } from "../viewer/controls.js"
import { element } from "../viewer/elements.js"
import { Menu } from "../viewer/menu.js"
import { changeLook, currentLook, join, part, publishLook, startLook } from "../viewer/page.js"
import { drawing } from "../viewer/pixels.js"
import { onlyStop } from "../viewer/roving.js"
import { panelPeak } from "../viewer/sign.js"
import { arranged, counts } from "./order.js"
import { listen, scrollerOf, sheetOf } from "./store.js"
import { Tile } from "./tile.js"

const SORTS = {
  new: "Newest first", name: "Name", sure: "Most sure first", unsure: "Least sure first",
  class: "Prediction", differs: "Not as labelled first",
}
const VIEWS = { overlay: "Overlay", heatmap: "Heatmap", contour: "Contour" }
const SETTLING = 900 // milliseconds in which the page above may still grow

export class Contact {
  // `send` reports an opened photo, and another order or other limits.
  constructor(parent, send) {
    this.send = send
    this.root = element("div", "sheet", parent)
    this.tiles = new Map()
    this.buildBar()
    this.grid = element("div", "tiles", this.root, { role: "group", "aria-label": "Photos" })
    this.empty = element("p", "empty", this.root)
    this.grid.addEventListener("keydown", (event) => this.onKey(event))
    this.grid.addEventListener("focusin", (event) => onlyStop(this.nodes(), event.target))
    this.stopListening = listen((token) => { if (token === this.data?.token) this.arrange() })
    this.sizes = new ResizeObserver(() => this.redraw())
    this.sizes.observe(this.root)
    join(this)
  }

  buildBar() {
    const bar = element("div", "bar", this.root, { role: "toolbar", "aria-label": "Photos" })
    this.sort = list(bar, "Sort by", "The order of the photos", SORTS,
      (sort) => this.change({ sort }), true)
    this.unsure = toggle(bar, "", "Only photos whose first classes are too close to call",
      (on) => this.limit("unsure", on))
    this.differs = toggle(bar, "", "Only photos whose prediction is not what their name says",
      (on) => this.limit("differs", on))
    const button = element("button", "toggle", null, {
      type: "button", title: "Only photos of some predictions",
    })
    this.classes = new Menu(bar, button, "Predictions")
    this.clear = element("button", "word", bar, { type: "button", title: "Show all photos again" })
    this.clear.textContent = "Show all"
    this.clear.onclick = () => this.change({ only: [] })
    this.shown = element("span", "shown", bar, { role: "status" })
    const end = element("div", "end", bar)
    this.view = list(end, "View", "Heat over the photos, alone, or as lines", VIEWS,
      (view) => changeLook({ view }))
    this.opacity = slider(end, "Opacity", "How strongly the heat covers the photos",
      (op) => changeLook({ op }))
  }

  show(data) {
    const adopt = !this.data || data.sort !== this.data.sort || String(data.only) !== String(this.data.only)
    const first = !this.data
    this.data = data
    // The browser shows a change at once; what comes back is the same unless a link changed it.
    if (adopt) this.state = { sort: data.sort, only: data.only }
    const ids = new Set(data.photos.map(({ id }) => id))
    for (const id of this.tiles.keys()) if (!ids.has(id)) this.tiles.delete(id)
    this.watch()
    this.arrange()
    publishLook()
    if (first) this.comeBack()
  }

  // Draw only the tiles near the window.
  watch() {
    if (this.seen) return
    const root = scrollerOf(this.root)
    this.scroller = root
    this.seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        this.tiles.get(target.dataset.id)?.come(isIntersecting, () => this.context())
      }
    }, { root: root === document.scrollingElement ? null : root, rootMargin: "500px 0px" })
  }

  change(fields) {
    this.state = { ...this.state, ...fields }
    this.arrange()
    this.send("arrange", this.state)
  }

  limit(name, on) {
    const { only } = this.state
    this.change({ only: on ? [...only, name] : only.filter((one) => one !== name) })
  }

  arrange() {
    const { photos, labelled, token } = this.data
    const sheet = sheetOf(token)
    if (sheet.colormaps) startLook(sheet.colormaps)
    const shown = arranged(photos, sheet.found, this.state)
    sheet.order = shown.map(({ id }) => id)
    this.root.classList.toggle("labelled", labelled)
    const nodes = shown.map((photo) => this.tile(photo, sheet.found.get(photo.id)).node)
    const before = [...this.grid.children]
    if (nodes.length !== before.length || nodes.some((node, n) => node !== before[n])) {
      const focused = this.root.getRootNode().activeElement
      this.grid.replaceChildren(...nodes)
      if (nodes.includes(focused)) focused.focus({ preventScroll: true })
    }
    onlyStop(nodes, nodes.find((node) => node.tabIndex === 0))
    this.tellBar(counts(photos, sheet.found), shown.length)
    this.redraw()
  }

  tile(photo, row) {
    let tile = this.tiles.get(photo.id)
    if (!tile) {
      tile = new Tile(photo, (id) => this.open(id))
      this.tiles.set(photo.id, tile)
      this.seen.observe(tile.node)
    }
    const came = row && !tile.row
    if (came || tile.photo !== photo) tile.tell(photo, row)
    if (came && tile.near) tile.come(true, () => this.context())
    return tile
  }

  tellBar({ unsure, differs, classes }, shown) {
    const { only, sort } = this.state, { photos, labelled } = this.data
    this.sort.show(sort)
    this.sort.select.querySelector('[value="differs"]').hidden = !labelled
    this.unsure.node.textContent = `Unsure ${unsure}`
    this.unsure.show(only.includes("unsure"))
    this.differs.node.textContent = `Not as labelled ${differs}`
    this.differs.node.hidden = !labelled
    this.differs.show(only.includes("differs"))
    const chosen = only.filter((name) => /^\d+$/.test(name))
    const names = classes.filter(([index]) => chosen.includes(String(index))).map(([, title]) => title)
    this.classes.button.textContent = `${names.join(", ") || "All predictions"} ▾`
    this.classes.button.setAttribute("aria-pressed", String(chosen.length > 0))
    this.listClasses(classes, chosen)
    this.clear.hidden = !only.length
    this.shown.textContent = only.length ? `${shown} of ${photos.length}` : ""
    this.empty.hidden = shown > 0
    this.empty.textContent = "No photo fits these limits."
  }

  listClasses(classes, chosen) {
    const key = JSON.stringify([classes, chosen])
    if (key === this.listed) return
    this.listed = key
    this.classes.panel.replaceChildren(...classes.map(([index, title, count]) => {
      const line = element("label", "class")
      const box = element("input", "", line, { type: "checkbox" })
      box.checked = chosen.includes(String(index))
      box.onchange = () => this.limit(String(index), box.checked)
      element("span", "", line).textContent = title
      element("span", "count", line).textContent = String(count)
      return line
    }))
  }

  // What drawing needs; null until the first photos came.
  context() {
    const look = currentLook(), { found, colormaps } = sheetOf(this.data.token)
    if (!look || !colormaps) return null
    const { sign, scale } = look
    const peaks = scale === "shared" ? [...found.values()].map((row) => panelPeak(row.panels[0], sign)) : []
    const shared = Math.max(0, ...peaks)
    const scaleOf = (panel) => (scale === "shared" ? shared : panelPeak(panel, sign))
    const view = look.view === "swipe" ? "overlay" : look.view
    return drawing({ ...look, view }, colormaps, scaleOf)
  }

  redraw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = undefined
      const context = this.data && this.context()
      if (!context) return
      this.view.show(context.look.view)
      this.opacity.show(context.look.op)
      this.opacity.input.disabled = context.look.view !== "overlay"
      for (const tile of this.tiles.values()) tile.draw(context)
    })
  }

  nodes() {
    return [...this.grid.children]
  }

  onKey(event) {
    const nodes = this.nodes(), now = nodes.indexOf(event.target)
    if (now < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    const { top } = nodes[0].getBoundingClientRect()
    const next = nodes.findIndex((node) => node.getBoundingClientRect().top > top + 1)
    const columns = next < 0 ? nodes.length : next
    const to = {
      ArrowRight: now + 1, ArrowLeft: now - 1, ArrowDown: now + columns, ArrowUp: now - columns,
      Home: 0, End: nodes.length - 1,
    }[event.key]
    if (to === undefined) return
    event.preventDefault()
    nodes[to]?.focus()
  }

  open(id) {
    const sheet = sheetOf(this.data.token), tile = this.tiles.get(id)
    sheet.place = { id, top: tile.node.getBoundingClientRect().top }
    sheet.last = id
    this.send("open", id)
  }

  // Return to where a photo was opened, or to the photo that was walked to from there.
  comeBack() {
    const sheet = sheetOf(this.data.token), { place, last } = sheet
    if (!place) return
    sheet.place = null
    const until = performance.now() + SETTLING
    const settle = () => {
      const tile = this.tiles.get(place.id)
      if (!tile?.node.isConnected || this.moved) return
      this.scroller.scrollTop += tile.node.getBoundingClientRect().top - place.top
      const seen = this.tiles.get(last)
      if (seen && last !== place.id) seen.node.scrollIntoView({ block: "nearest" })
      if (performance.now() < until) requestAnimationFrame(settle)
    }
    for (const kind of ["wheel", "pointerdown", "keydown"]) {
      document.addEventListener(kind, () => { this.moved = true }, { once: true })
    }
    requestAnimationFrame(() => {
      settle()
      this.tiles.get(last)?.node.focus({ preventScroll: true })
    })
  }

  remove() {
    part(this)
    this.stopListening()
    this.sizes.disconnect()
    this.seen?.disconnect()
    for (const tile of this.tiles.values()) tile.come(false)
    this.root.remove()
  }
}
