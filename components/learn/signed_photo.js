// What a network sees of a photo, with a signature that can be moved and resized, and the map over
// both.

import { element } from "../viewer/elements.js"
import { upsample } from "../viewer/heat.js"
import { DEFAULT_LOOK } from "../viewer/look.js"
import { drawing, mixOverlay } from "../viewer/pixels.js"
import { wholePercent } from "../viewer/text.js"
import { Draggable } from "./draggable.js"
import { inkOf, lay } from "./laid.js"

const SHARPEST = 720 // canvas pixels of a side
const [SMALLEST, LARGEST] = [0.1, 0.45] // heights of the signature, of the photo's

export class SignedPhoto {
  // change: called with the {left, top, height} that a hand gives the signature, shares of the side;
  // home: to put it back.
  constructor(parent, title, change, home) {
    this.title = title
    this.change = change
    this.root = element("div", "stage", parent)
    this.canvas = element("canvas", "", this.root, { role: "img" })
    this.draggable = new Draggable(this.root, `Signature, ${title}`, {
      begin: () => { this.start = this.shown.mark },
      move: (x, y) => this.put({ left: this.start.left + x / this.side, top: this.start.top + y / this.side }),
      size: (factor) => this.put({ height: this.start.height * factor }),
      home,
    })
  }

  // shown: the decoded photo and its `size`, the `window` of it that the network sees, the ink, the
  // mark {left, top, height, opacity}, whether it is `signed`, and the map with the scale to draw it on.
  show(shown) {
    this.shown = shown
    const { signed, mark } = shown
    const seen = signed ? "the photo, signed" : "the photo"
    this.canvas.setAttribute("aria-label", `${this.title}: ${seen}, and its heat`)
    this.draggable.node.hidden = !signed
    this.place(mark)
    this.draw()
  }

  resize(side) {
    if (side === this.side) return
    this.side = side
    this.root.style.width = this.root.style.height = `${side}px`
    this.place(this.shown.mark)
    this.draw()
  }

  place(mark) {
    if (!this.side) return
    const { left, top, right, bottom } = this.box(mark, this.side)
    const across = wholePercent(mark.left), down = wholePercent(mark.top)
    const words = `${across} from the left and ${down} from the top, ${wholePercent(mark.height)} high`
    this.draggable.place({ left, top, right, bottom }, mark.left, words)
  }

  box({ left, top, height }, side) {
    const wide = height * this.aspect
    return { left: left * side, top: top * side, right: (left + wide) * side, bottom: (top + height) * side }
  }

  get aspect() {
    return this.shown.ink.width / this.shown.ink.height
  }

  // At most once a frame.
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined
      if (this.side) this.paint()
    })
  }

  paint() {
    const { window: seen, mark, signed, ink, map, scale, colormaps } = this.shown
    const side = Math.min(SHARPEST, Math.round(this.side * devicePixelRatio))
    const picture = this.photo(side)
    if (signed) lay(picture.data, side, inkOf(ink, this.box(mark, side), side, side), mark.opacity)
    const [left, top, right, bottom] = seen
    const area = { x: left, y: top, width: right - left, height: bottom - top }
    const heat = upsample({ ...map, window: seen }, area, side, side, "for", scale)
    const { table } = drawing(DEFAULT_LOOK, colormaps)
    mixOverlay(picture.data, picture.data, heat, table, 0, side, 0, "for")
    this.canvas.getContext("2d").putImageData(picture, 0, 0)
  }

  // What the network sees, a copy of its pixels; scaled once for each photo and size.
  photo(side) {
    const { bitmap, size, window: [left, top, right, bottom] } = this.shown
    if (this.plain?.width !== side || this.plain.of !== bitmap) {
      this.canvas.width = this.canvas.height = side
      const pen = this.canvas.getContext("2d", { willReadFrequently: true })
      const across = bitmap.width / size[0], down = bitmap.height / size[1]
      pen.imageSmoothingQuality = "high"
      pen.drawImage(
        bitmap, left * across, top * down, (right - left) * across, (bottom - top) * down,
        0, 0, side, side,
      )
      this.plain = pen.getImageData(0, 0, side, side)
      this.plain.of = bitmap
    }
    return new ImageData(new Uint8ClampedArray(this.plain.data), side, side)
  }

  // The signature stays whole.
  put(fields) {
    const { left, top, height } = { ...this.start, ...fields }
    const high = clamp(height, SMALLEST, Math.min(LARGEST, 1 / this.aspect))
    this.change({
      left: clamp(left, 0, 1 - high * this.aspect), top: clamp(top, 0, 1 - high), height: high,
    })
  }

  remove() {
    cancelAnimationFrame(this.frame)
  }
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high)
}
