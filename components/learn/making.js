// The figure of the first chapter: the photo, and the probability of the class.

import { element } from "../viewer/elements.js"
import { percent } from "../viewer/text.js"

export class MakingFigure {
  constructor(places) {
    this.photo = element("img", "making-photo", places.photo)
    this.caption = element("p", "", places.photo)
  }

  show(data, arrays) {
    const { label, probability, size } = data
    const [width, height] = size
    URL.revokeObjectURL(this.photo.src)
    this.photo.src = URL.createObjectURL(new Blob([arrays.photo], { type: "image/jpeg" }))
    this.photo.width = width
    this.photo.height = height
    this.photo.alt = "The photo"
    this.caption.textContent = `${label}, ${percent(probability)}`
  }

  resize() {}

  remove() {
    URL.revokeObjectURL(this.photo.src)
  }
}
