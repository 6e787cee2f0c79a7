// One picture of a claim: a photo with a map or a cover over it, its name and its number.

import { wholePhoto } from "../viewer/area.js"
import { drawCovered } from "../viewer/covering.js"
import { element } from "../viewer/elements.js"
import { drawCrop } from "../viewer/marks.js"
import { peakOf } from "../viewer/sign.js"
import { drawGrid } from "./fields.js"
import { drawNumbers } from "./numbers.js"
import { drawMap, fit } from "./overlay.js"

const FINE = 360 // cells across, from which on the steps of a repeated map are sharp

export class Plate {
  constructor(parent, about) {
    this.about = about
    const root = element("figure", "plate", parent)
    this.canvas = element("canvas", "", root, { role: "img", "aria-label": `${about.title}: ${about.detail}` })
    const caption = element("figcaption", "", root)
    element("strong", "", caption).textContent = about.title
    element("span", "", caption).textContent = about.detail
    if (about.bar === null) return
    const track = element("span", "track", caption)
    element("i", "", track).style.width = `${about.bar * 100}%`
  }

  // scale: the raw value drawn as 1, or null for the map's own peak. cells: draw them unsmoothed.
  draw({ photos, arrays, colormaps }, { width, height, scale, cells }) {
    const { about, canvas } = this, photo = photos[about.photo]
    fit(canvas, photo.size, width, height)
    if (about.numbers) return drawNumbers(canvas, photo, arrays[about.map])
    if (about.cover) return this.drawCover(photo, arrays[about.cover])
    const map = arrays[about.map]
    const top = scale ?? peakOf(map.values, "for")
    drawMap(canvas, photo, cells ? repeated(map) : map, { colormaps, scale: top })
    if (cells) this.drawCells(photo, map.shape)
  }

  drawCover(photo, { shape: [rows, columns], values }) {
    this.row ??= { original: photo.bitmap, size: photo.size, area: wholePhoto(photo.size) }
    drawCovered(this.canvas, this.row, { cells: values, grid: [columns, rows], fill: "blur" })
    drawCrop(this.canvas.getContext("2d"), photo.window, this.row.area)
  }

  drawCells({ size, window: [left, top, right, bottom] }, shape) {
    const { width, height } = this.canvas, across = width / size[0], down = height / size[1]
    const box = [left * across, top * down, (right - left) * across, (bottom - top) * down]
    drawGrid(this.canvas.getContext("2d"), box, shape)
  }
}

// The map with each number repeated, which leaves nothing to smooth but the edges of its cells.
export function repeated({ values, shape: [h, w] }) {
  const times = Math.max(1, Math.ceil(FINE / Math.max(h, w)))
  const many = new Float32Array(values.length * times * times)
  for (let y = 0; y < h * times; y++) {
    for (let x = 0; x < w * times; x++) {
      many[y * w * times + x] = values[Math.floor(y / times) * w + Math.floor(x / times)]
    }
  }
  return { values: many, shape: [h * times, w * times] }
}
