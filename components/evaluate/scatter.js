// The photos of a class as points, near each other where their heat is alike; or as pictures, of
// which each lies as near to its point as there is room. A lasso or a click selects; pointing, or the
// arrow keys, shows one photo. However many points there are, they are two canvases: the points, and
// what a hand does over them.

import { element } from "../viewer/elements.js"
import { drawingOrder, drawLetters, drawSome, layerOf, middles } from "./dots.js"
import { boxAround, fitted, radiusFor, toward } from "./fitting.js"
import { themeOf } from "./groups.js"
import { enclosed, extend, isClick } from "./lasso.js"
import { Nearby } from "./nearby.js"
import { Pictures } from "./pictures.js"

const MARGIN = 26 // pixels between the outermost points and the edge
const REACH = 14 // pixels from a point that count as pointing at it
const FADED = 0.24 // of points that are not selected while others are
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }

export class Scatter {
  // `look(point, x, y)` is told which point is pointed at, or -1.
  constructor(parent, selection, glances, look) {
    this.selection = selection
    this.look = look
    this.root = element("div", "scatter", parent, {
      tabindex: "0", role: "application", "aria-roledescription": "map of photos",
    })
    this.canvas = element("canvas", "", this.root, { "aria-hidden": "true" })
    this.pictures = new Pictures(this.root, glances)
    this.above = element("canvas", "above", this.root, { "aria-hidden": "true" })
    this.status = element("p", "spoken", this.root, { role: "status" })
    this.at = -1
    this.only = null
    this.box = null
    this.path = null
    this.listen()
    this.stop = selection.listen(() => this.redraw())
    this.sizes = new ResizeObserver(() => this.layout())
    this.sizes.observe(this.root)
    this.themes = window.matchMedia("(prefers-color-scheme: dark)")
    this.onTheme = () => this.layout()
    this.themes.addEventListener("change", this.onTheme)
  }

  // data: `xy` [x0, y0, x1, …], `groups` and `photos` (their numbers) of each point, `names`, `label`,
  // `colormaps`; `shown` is "dots" or "photos".
  show(data) {
    this.data = data
    this.order = drawingOrder(data.groups)
    this.places = new Map([...data.photos].map((photo, i) => [photo, i]))
    this.root.setAttribute("aria-label", `${data.label}. Arrow keys go from photo to photo, Enter `
      + "selects, Control A selects all, Escape none.")
    this.zoom(null)
  }

  // Fill the picture with some points, or with all of them for null.
  zoom(points) {
    this.box = boxAround(this.data.xy, points)
    this.zoomed = Boolean(points)
    this.point(-1)
    this.layout()
  }

  // Bring one group forward, or none for null.
  raise(group) {
    this.only = group
    this.redraw()
  }

  layout() {
    const { clientWidth: width, clientHeight: height } = this.root
    if (!this.data || !width || !height) return
    const density = Math.min(window.devicePixelRatio || 1, 2)
    for (const canvas of [this.canvas, this.above]) {
      canvas.width = Math.round(width * density)
      canvas.height = Math.round(height * density)
    }
    const { xy, groups } = this.data
    const { xs, ys } = fitted(xy, this.box, width, height, MARGIN)
    const asPhotos = this.data.shown === "photos" && groups.length > 0
    if (asPhotos) this.pictures.show({ xs, ys }, width, height, { ...this.data, theme: themeOf(this.root) })
    else this.pictures.clear()
    const order = this.order.filter((i) => !this.pictures.has(i))
    this.points = { xs, ys, groups, order, radius: radiusFor(groups.length) }
    this.reach = asPhotos ? this.pictures.side / 2 : REACH
    this.density = density
    this.near = new Nearby(xs, ys)
    this.layer = null
    this.letters = asPhotos ? [] : middles(this.points)
    this.draw()
  }

  // Draw once per frame, however many changes it brings.
  redraw() {
    if (this.points) this.pending ??= requestAnimationFrame(() => this.draw())
  }

  draw() {
    cancelAnimationFrame(this.pending)
    this.pending = undefined
    const { canvas, points, only } = this
    const look = this.seen()
    if (this.layer?.theme !== look.theme) {
      this.layer = { theme: look.theme, canvas: layerOf(points, canvas, look) }
    }
    const pen = canvas.getContext("2d"), forward = this.forward()
    const kept = this.before?.length ? forward ?? [] : []
    this.pictures.bring(this.drawing ? [...enclosed(this.path, this.near), ...kept] : forward)
    pen.clearRect(0, 0, canvas.width, canvas.height)
    pen.globalAlpha = forward || this.drawing ? FADED : 1
    pen.drawImage(this.layer.canvas, 0, 0)
    pen.globalAlpha = 1
    if (this.drawing) this.drawInside(pen)
    else if (forward) drawSome(pen, points, forward, only === null, look)
    drawLetters(pen, this.letters, only, look)
    this.drawAbove()
  }

  // Whether a hand draws a lasso, and does not just click.
  get drawing() {
    return Boolean(this.path) && !isClick(this.path)
  }

  // How everything looks now.
  seen() {
    const style = getComputedStyle(this.root)
    return {
      theme: themeOf(this.root), paper: style.getPropertyValue("--paper"), density: this.density,
      font: style.fontFamily,
    }
  }

  // The points to bring forward: those of a group that is pointed at, or the selected ones. Null for
  // none: all are alike.
  forward() {
    const { only, points, selection } = this, { photos } = this.data
    if (only !== null) return this.order.filter((i) => points.groups[i] === only)
    if (!this.anySelected()) return null
    return this.order.filter((i) => selection.has(photos[i]))
  }

  // While a hand draws, all that lies inside its line so far, and what was selected before.
  drawInside(pen) {
    const forward = this.before.length ? this.forward() : null
    if (forward) drawSome(pen, this.points, forward, true, this.seen())
    pen.save()
    this.trace(pen)
    pen.clip("evenodd")
    pen.drawImage(this.layer.canvas, 0, 0)
    pen.restore()
  }

  trace(pen) {
    const { path, density } = this
    pen.beginPath()
    for (let k = 0; k < path.length; k += 2) pen.lineTo(path[k] * density, path[k + 1] * density)
    pen.closePath()
  }

  // Whether a photo of this class is selected, and not only photos of another.
  anySelected() {
    for (const photo of this.selection.photos) if (this.places.has(photo)) return true
    return false
  }

  // The lasso, and a ring around the point that is pointed at.
  drawAbove() {
    const { above, density, points, at } = this
    const pen = above.getContext("2d")
    pen.clearRect(0, 0, above.width, above.height)
    const ink = getComputedStyle(this.root).color
    pen.strokeStyle = ink
    if (at >= 0 && points) {
      pen.lineWidth = 1.5 * density
      pen.beginPath()
      this.around(pen, points.xs[at] * density, points.ys[at] * density)
      pen.stroke()
    }
    if (!this.drawing) return
    this.trace(pen)
    pen.lineWidth = 1.5 * density
    pen.setLineDash([5 * density, 4 * density])
    pen.stroke()
    pen.setLineDash([])
  }

  around(pen, x, y) {
    const { density, points, at } = this, half = (this.pictures.side / 2 + 4) * density
    if (this.pictures.has(at)) pen.rect(x - half, y - half, 2 * half, 2 * half)
    else pen.arc(x, y, (points.radius + 3.5) * density, 0, 7)
  }

  listen() {
    const { root } = this
    const place = (event) => {
      const box = root.getBoundingClientRect()
      return [event.clientX - box.left, event.clientY - box.top]
    }
    root.onpointerdown = (event) => {
      if (event.button || !this.near) return
      root.setPointerCapture(event.pointerId)
      this.path = [...place(event)]
      this.before = event.shiftKey || event.ctrlKey || event.metaKey ? [...this.selection.photos] : []
    }
    root.onpointermove = (event) => {
      if (!this.near) return
      const [x, y] = place(event)
      if (this.path) this.drag(x, y)
      else this.point(this.near.nearest(x, y, this.reach))
    }
    root.onpointerup = (event) => this.release(event)
    root.onpointercancel = () => { this.path = null; this.redraw() }
    root.onpointerleave = () => { if (!this.path) this.point(-1) }
    root.onkeydown = (event) => this.key(event)
    root.onblur = () => this.point(-1)
  }

  drag(x, y) {
    if (!extend(this.path, x, y) || !this.drawing) return
    this.point(-1)
    this.redraw()
  }

  release(event) {
    const { path, before } = this, { photos } = this.data
    if (!path) return
    this.path = null
    if (isClick(path)) {
      const hit = this.near.nearest(path[0], path[1], this.reach)
      const how = event.shiftKey || event.ctrlKey || event.metaKey ? "toggle" : "only"
      if (hit >= 0) this.selection.take([photos[hit]], how)
      else if (how === "only" && this.selection.size) this.selection.take([])
      this.point(hit)
    } else {
      const found = enclosed(path, this.near).map((i) => photos[i])
      this.selection.take([...before, ...found])
    }
    this.redraw()
  }

  point(at) {
    if (at === this.at) return
    this.at = at
    this.root.style.cursor = at >= 0 ? "pointer" : ""
    if (this.points) this.drawAbove()
    this.look(at, at >= 0 ? this.points.xs[at] : 0, at >= 0 ? this.points.ys[at] : 0)
  }

  key(event) {
    const arrow = ARROWS[event.key], { photos, names } = this.data
    const control = event.ctrlKey || event.metaKey
    if (event.altKey || !photos.length) return
    if (arrow && !control) {
      const next = this.at < 0 ? 0 : toward(this.points.xs, this.points.ys, this.at, ...arrow)
      if (next >= 0) this.point(next)
      const chosen = this.selection.has(photos[this.at]) ? ", selected" : ""
      this.status.textContent = `${names[this.at]}${chosen}`
    } else if ((event.key === "Enter" || event.key === " ") && this.at >= 0) {
      this.selection.take([photos[this.at]], "toggle")
    } else if (event.key === "Escape") {
      if (!this.selection.size) return
      this.selection.take([])
    } else if (control && event.key.toLowerCase() === "a") {
      this.selection.take(photos)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  remove() {
    this.stop()
    this.sizes.disconnect()
    this.themes.removeEventListener("change", this.onTheme)
    cancelAnimationFrame(this.pending)
  }
}
