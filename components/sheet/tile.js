// One photo of the contact sheet: its overlay, what the model says and what its name says.

import { wholePhoto } from "../viewer/area.js"
import { element } from "../viewer/elements.js"
import { upsample } from "../viewer/heat.js"
import { paintMap } from "../viewer/painting.js"
import { photoPixels } from "../viewer/photo.js"
import { percent } from "../viewer/text.js"
import { verdict } from "./order.js"

export class Tile {
  constructor(photo, open) {
    this.node = element("button", "tile", null, { type: "button" })
    this.node.dataset.id = photo.id
    this.node.tabIndex = -1
    this.node.onclick = () => open(photo.id)
    this.frame = element("span", "frame", this.node)
    this.canvas = element("canvas", "", this.frame, { "aria-hidden": "true" })
    this.marks = element("span", "marks", this.frame)
    const head = element("span", "head", this.node)
    this.title = element("span", "title", head)
    this.share = element("span", "share", head)
    this.meter = element("i", "meter", this.node)
    this.name = element("span", "name", this.node)
    this.said = element("span", "said", this.node)
    this.near = false
    this.tell(photo, undefined)
  }

  tell(photo, row) {
    this.photo = photo
    this.row = row
    this.node.classList.toggle("coming", !row)
    const short = photo.name.split("/").at(-1)
    this.title.textContent = row ? row.title : "to come"
    this.share.textContent = row ? percent(row.share) : ""
    this.meter.style.setProperty("--share", row ? row.share : 0)
    this.name.textContent = short
    const marks = [photo.fresh && "new", row?.unsure && "unsure"].filter(Boolean)
    this.marks.replaceChildren(...marks.map((text) => {
      const mark = element("span", "mark")
      mark.textContent = text
      return mark
    }))
    const found = verdict(photo, row)
    this.said.className = `said ${found}`
    this.said.textContent = saidOf(photo, found)
    const parts = [photo.name, row ? `${row.title} ${percent(row.share)}` : "to come"]
    this.node.setAttribute("aria-label", [...parts, this.said.textContent, ...marks].filter(Boolean).join(", "))
    this.node.title = [photo.name, row?.title, this.said.textContent].filter(Boolean).join("\n")
  }

  // Decode and draw near the visible part of the page; let go of the pixels elsewhere.
  async come(near, context) {
    this.near = near
    if (!near) return this.rest()
    if (!this.row) return undefined
    if (!this.row.bitmap) {
      const blob = new Blob([this.row.jpeg], { type: "image/jpeg" })
      const { row } = this
      row.bitmap = await createImageBitmap(blob)
      if (!this.near) return this.rest()
    }
    return this.draw(context())
  }

  rest() {
    const { row, canvas } = this
    canvas.width = canvas.height = 0
    if (!row?.bitmap) return
    row.bitmap.close()
    row.bitmap = row.pixels = row.pixelsKey = null
  }

  draw(context) {
    const { row, canvas, frame } = this
    if (!this.near || !row?.bitmap || !context) return
    const { clientWidth, clientHeight } = frame
    if (!clientWidth) return
    const [w, h] = row.size, fit = Math.min(clientWidth / w, clientHeight / h)
    const density = Math.min(window.devicePixelRatio || 1, 2)
    const width = Math.max(1, Math.round(w * fit * density))
    const height = Math.max(1, Math.round(h * fit * density))
    canvas.width = width
    canvas.height = height
    canvas.style.width = `${width / density}px`
    const [panel] = row.panels, area = wholePhoto(row.size)
    const photo = photoPixels(row, area, width, height)
    const heat = upsample(panel, area, width, height, context.look.sign, context.scaleOf(panel))
    const layers = { photo: photo.data, heat, window: panel.window, area, width, height }
    paintMap(canvas.getContext("2d"), layers, context)
  }
}

function saidOf(photo, found) {
  if (found === "right") return "as labelled"
  if (found === "wrong") return `labelled ${photo.said}`
  return photo.why ? `label ${photo.why}: ${photo.said}` : ""
}
