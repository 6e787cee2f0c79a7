// The pictures of the watermark's chapter: the photo with the mark on it, and two maps over the same.
// They are put together here, so that they follow the hand at once.

import { element } from "../viewer/elements.js"
import { wholePhoto } from "../viewer/area.js"
import { upsample } from "../viewer/heat.js"
import { DEFAULT_LOOK } from "../viewer/look.js"
import { composite, drawing } from "../viewer/pixels.js"
import { peakOf } from "../viewer/sign.js"
import { inkOf, lay, turned } from "./laid.js"

const SHARPEST = 2 // canvas pixels to a CSS pixel

export class Watermarked {
  constructor(stage, maps) {
    this.stage = stage
    this.photo = element("canvas", "", stage, { role: "img", "aria-label": "The photo" })
    this.crop = element("div", "crop", stage)
    this.maps = ["Carton", "Other"].map((name) => {
      const root = element("figure", "", maps)
      const caption = element("figcaption", "", root)
      return {
        name,
        label: element("span", "label", caption),
        odds: element("span", "odds", caption),
        canvas: element("canvas", "", root, { role: "img" }),
        note: element("p", "note", root),
      }
    })
  }

  // What is drawn: a decoded photo of `size`, the mask, and maps over `window` of the photo.
  show({ size, window, colormaps }, arrays, bitmap, mask) {
    Object.assign(this, { size, window, arrays, bitmap, mask })
    this.upsideDown = turned(mask)
    this.context = drawing(DEFAULT_LOOK, colormaps, null)
  }

  // Give the photo and each map so many CSS pixels.
  fit(photo, map) {
    fitted(this.photo, photo, this.bitmap)
    for (const { canvas } of this.maps) fitted(canvas, map, this.bitmap)
  }

  // Draw all with the mark {left, top, height, opacity, turned}, or as it was without.
  draw(mark, without) {
    this.mark = without ? null : mark
    put(this.photo, this.pixels(this.photo))
    for (const { name, canvas } of this.maps) {
      const { shape, values } = this.arrays[`${without ? "before" : "now"}${name}`]
      this.paint(canvas, { shape, values, window: this.window })
    }
    const scale = this.scale
    const [left, top, right, bottom] = this.window.map((edge) => edge * scale)
    Object.assign(this.crop.style, {
      left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px`,
    })
    this.crop.hidden = left < 1 && top < 1
  }

  // CSS pixels to one of the photo.
  get scale() {
    return this.stage.clientWidth / this.size[0]
  }

  // The width of the text, as a share of the view's.
  wide(height) {
    const [left, top, right, bottom] = this.window
    return (height * (bottom - top) * this.mask.width) / this.mask.height / (right - left)
  }

  // A mark's edges, in photo pixels times `scale`.
  box(mark, scale) {
    const [left, top, right, bottom] = this.window
    const x = (left + mark.left * (right - left)) * scale
    const y = (top + mark.top * (bottom - top)) * scale
    const wide = this.wide(mark.height) * (right - left) * scale
    return { left: x, top: y, right: x + wide, bottom: y + mark.height * (bottom - top) * scale }
  }

  // The photo as it is drawn on a canvas, with the mark on it.
  pixels({ plain, width, height }) {
    const pixels = new Uint8ClampedArray(plain.data)
    if (!this.mark) return pixels
    const mask = this.mark.turned ? this.upsideDown : this.mask
    const box = this.box(this.mark, width / this.size[0])
    lay(pixels, width, inkOf(mask, box, width, height), this.mark.opacity)
    return pixels
  }

  paint(canvas, map) {
    const { width, height } = canvas, area = wholePhoto(this.size)
    const heat = upsample(map, area, width, height, "for", peakOf(map.values, "for"))
    const out = new Uint8ClampedArray(width * height * 4)
    const photo = this.pixels(canvas)
    composite(out, { photo, heat, window: map.window, area, width, height }, this.context)
    put(canvas, out)
  }
}

function fitted(canvas, [width, height], bitmap) {
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const sharp = Math.min(window.devicePixelRatio || 1, SHARPEST)
  const w = Math.max(1, Math.round(width * sharp)), h = Math.max(1, Math.round(height * sharp))
  if (canvas.width === w && canvas.height === h && canvas.of === bitmap) return
  Object.assign(canvas, { width: w, height: h, of: bitmap })
  const pen = canvas.getContext("2d", { willReadFrequently: true })
  pen.imageSmoothingQuality = "high"
  pen.drawImage(bitmap, 0, 0, w, h)
  canvas.plain = pen.getImageData(0, 0, w, h)
}

function put(canvas, pixels) {
  const { width, height } = canvas
  canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0)
}
