// Which photos are selected: one selection for all that shows them, by the photos' numbers.

const PAUSE = 250 // milliseconds after the last change until the server is told
const selections = new Map() // by the token of what was found

export class Selection {
  constructor() {
    this.photos = new Set()
    this.listeners = new Set()
  }

  get size() {
    return this.photos.size
  }

  has(photo) {
    return this.photos.has(photo)
  }

  // `how` is "only" these, "more" (added to those before) or "toggle".
  take(photos, how = "only") {
    const next = how === "only" ? new Set() : new Set(this.photos)
    for (const photo of photos) {
      if (how === "toggle" && next.has(photo)) next.delete(photo)
      else next.add(photo)
    }
    this.photos = next
    for (const listener of this.listeners) listener()
    this.settle()
  }

  // Tell the server, once the hand rests.
  settle() {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.tell?.([...this.photos].sort((a, b) => a - b)), PAUSE)
  }

  listen(listener) {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

// The selection that the parts of the page with this token share. `tell` reports it to the server.
export function selectionOf(token, tell) {
  if (!selections.has(token)) {
    selections.clear() // one result is open at a time
    selections.set(token, new Selection())
  }
  const selection = selections.get(token)
  selection.tell = tell
  return selection
}
