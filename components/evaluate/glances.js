// Small photos with their maps, asked of the server when they are about to be seen. What is asked
// within one frame goes in one question, and the newest are kept.

import { openPhoto } from "../learn/overlay.js"
import { received } from "../viewer/received.js"

const KEPT = 400
const AT_ONCE = 48

export class Glances {
  constructor(address) {
    this.address = address
    this.known = new Map() // photo → promise of a glance
    this.wanted = new Map() // photo → what to do with its glance
  }

  // A promise of {bitmap, size, window, map: {values, shape} or null}; of null if the server has none.
  of(photo) {
    const known = this.known.get(photo)
    this.known.delete(photo)
    const glance = known ?? new Promise((resolve) => {
      this.wanted.set(photo, resolve)
      this.asking ??= requestAnimationFrame(() => this.ask())
    })
    this.known.set(photo, glance)
    while (this.known.size > KEPT) this.known.delete(this.known.keys().next().value)
    return glance
  }

  ask() {
    this.asking = undefined
    const all = [...this.wanted]
    this.wanted.clear()
    for (let k = 0; k < all.length; k += AT_ONCE) this.fetch(new Map(all.slice(k, k + AT_ONCE)))
  }

  async fetch(wanted) {
    const found = await this.answer([...wanted.keys()])
    for (const [photo, resolve] of wanted) {
      if (!found.has(photo)) this.known.delete(photo) // so that it is asked again
      resolve(found.get(photo) ?? null)
    }
  }

  async answer(photos) {
    try {
      const response = await fetch(`${this.address}?photos=${photos.join()}`)
      if (!response.ok) return new Map()
      const { header, arrays } = received(await response.arrayBuffer())
      const opened = header.photos.map(async (one) => [one.photo, await openGlance(one, arrays)])
      return new Map(await Promise.all(opened))
    } catch {
      return new Map() // the server is gone, which the page itself says
    }
  }
}

// `one` is {jpeg, map, id, size, window}, the first two names of arrays; `map` may be null.
export async function openGlance(one, arrays) {
  const photo = await openPhoto({ ...one, jpeg: arrays[one.jpeg] })
  return { ...photo, map: one.map === null ? null : arrays[one.map] }
}
