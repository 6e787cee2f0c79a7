// What a network sees of a photo, with a signature that can be moved by hand or by the arrow keys,
// and the map over both.

import { element } from "../viewer/elements.js"
import { upsample } from "../viewer/heat.js"
import { DEFAULT_LOOK } from "../viewer/look.js"
import { decodePhoto } from "../viewer/photo.js"
import { drawing, mixOverlay } from "../viewer/pixels.js"
import { wholePercent } from "../viewer/text.js"

const STEP = 0.02, LEAP = 0.1 // of the photo's side, by an arrow key, and with Shift
const FINEST = 720 // device pixels of a side
const inks = new Map() // decoded signatures, by the bytes they came as

export class SignedPhoto {
  // moved: called with {left, top}, shares of the side, wherever the hand goes.
  constructor(parent, title, moved) {
    this.moved = moved
    this.root = element("div", "signed-photo", parent)
    this.canvas = element("canvas", "", this.root, { role: "img" })
    this.handle = element("div", "signed-handle", this.root, {
      role: "slider", tabindex: "0", "aria-label": `Signature, ${title}`,
      "aria-roledescription": "movable signature", "aria-valuemin": "0", "aria-valuemax": "100",
    })
    this.handle.title = "Drag it, or use the arrow keys"
    this.title = title
    this.handle.onpointerdown = (event) => this.grab(event)
    this.handle.onkeydown = (event) => this.key(event)
  }

  async show(shown) {
    this.shown = shown
    this.arrange()
    const { held } = shown
    const [photo, ink] = await Promise.all([decodePhoto(held), inkOf(held.ink)])
    if (this.shown !== shown) return // something newer is on its way
    this.photo = photo
    this.ink = ink
    this.paint()
  }

  resize(side) {
    if (side === this.side) return
    this.side = side
    this.root.style.width = this.root.style.height = `${side}px`
    this.paint()
  }

  arrange() {
    const { mark, signed } = this.shown
    const { style } = this.handle
    style.left = `${mark.left * 100}%`
    style.top = `${mark.top * 100}%`
    style.height = `${mark.height * 100}%`
    style.width = `${mark.height * mark.aspect * 100}%`
    this.handle.hidden = !signed
    const across = mark.left + (mark.height * mark.aspect) / 2, down = mark.top + mark.height / 2
    this.handle.setAttribute("aria-valuenow", String(Math.round(across * 100)))
    this.handle.setAttribute(
      "aria-valuetext", `${wholePercent(across)} from the left, ${wholePercent(down)} from the top`,
    )
    this.canvas.setAttribute("aria-label", `${this.title}: the photo${signed ? ", signed" : ""}, and its heat`)
  }

  paint() {
    if (!this.photo || !this.side) return
    const { size, window: seen, mark, signed, map, scale, colormaps } = this.shown
    const side = Math.min(FINEST, Math.round(this.side * devicePixelRatio))
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side
    const pen = this.canvas.getContext("2d", { willReadFrequently: true })
    pen.imageSmoothingQuality = "high"
    const [left, top, right, bottom] = seen
    const across = this.photo.width / size[0], down = this.photo.height / size[1]
    pen.globalAlpha = 1
    pen.drawImage(
      this.photo, left * across, top * down, (right - left) * across, (bottom - top) * down,
      0, 0, side, side,
    )
    if (signed) {
      pen.globalAlpha = mark.opacity
      const tall = mark.height * side
      pen.drawImage(this.ink, mark.left * side, mark.top * side, tall * mark.aspect, tall)
    }
    const picture = pen.getImageData(0, 0, side, side)
    const area = { x: left, y: top, width: right - left, height: bottom - top }
    const heat = upsample({ ...map, window: seen }, area, side, side, "for", scale)
    const { table } = drawing(DEFAULT_LOOK, colormaps)
    mixOverlay(picture.data, picture.data, heat, table, 0, side, 0, "for")
    pen.putImageData(picture, 0, 0)
  }

  grab(event) {
    if (event.button) return
    event.preventDefault()
    this.handle.focus()
    this.handle.setPointerCapture(event.pointerId)
    const { left, top } = this.shown.mark
    const box = this.root.getBoundingClientRect()
    const from = { x: event.clientX, y: event.clientY }
    this.handle.onpointermove = (now) => this.put({
      left: left + (now.clientX - from.x) / box.width, top: top + (now.clientY - from.y) / box.height,
    })
    this.handle.onpointerup = this.handle.onpointercancel = () => { this.handle.onpointermove = null }
  }

  key(event) {
    const step = event.shiftKey ? LEAP : STEP
    const way = {
      ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step],
    }[event.key]
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    const { left, top } = this.shown.mark
    this.put({ left: left + way[0], top: top + way[1] })
  }

  // The signature stays whole.
  put({ left, top }) {
    const { height, aspect } = this.shown.mark
    this.moved({ left: clamp(left, 1 - height * aspect), top: clamp(top, 1 - height) })
  }

  remove() {
    this.root.remove()
  }
}

function clamp(value, most) {
  return Math.min(Math.max(value, 0), most)
}

// The grey mask as white ink of that opacity.
async function inkOf(bytes) {
  if (inks.size && !inks.has(bytes)) inks.clear()
  if (!inks.has(bytes)) inks.set(bytes, whitened(bytes))
  return inks.get(bytes)
}

async function whitened(bytes) {
  const mask = await createImageBitmap(new Blob([bytes], { type: "image/png" }))
  const canvas = new OffscreenCanvas(mask.width, mask.height)
  const pen = canvas.getContext("2d", { willReadFrequently: true })
  pen.drawImage(mask, 0, 0)
  const picture = pen.getImageData(0, 0, mask.width, mask.height)
  for (let p = 0; p < picture.data.length; p += 4) {
    picture.data[p + 3] = picture.data[p]
    picture.data[p] = picture.data[p + 1] = picture.data[p + 2] = 255
  }
  pen.putImageData(picture, 0, 0)
  return canvas
}
