// Pictures that the server makes on request, kept where the curves find them.

import { decodePhoto } from "../viewer/photo.js"

const KEPT = 60

class Pictures extends EventTarget {
  known = new Map()

  key({ photo, label, method, curve, step }) {
    return JSON.stringify([photo, label, method, curve, step])
  }

  find(asked) {
    return this.known.get(this.key(asked))
  }

  keep(about, bitmap) {
    this.known.set(this.key(about), bitmap)
    if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value)
    this.dispatchEvent(new Event("arrived"))
  }
}

export const pictures = new Pictures()

// The part of the page that brings them; it draws nothing itself.
export class Road {
  async show({ header, arrays }) {
    const id = `road ${pictures.key(header)} ${header.layer}`
    pictures.keep(header, await decodePhoto({ jpeg: arrays.picture, id }))
  }

  remove() {}
}
