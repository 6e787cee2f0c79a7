// One look for all viewers of the page, kept in the address; it outlives reruns and remounts. The
// server never hears of it, so changing it costs no round trip.

import { changedLook, lookFragment, readLook } from "./look.js"

let shared = null
const viewers = new Set()

export function join(viewer) {
  viewers.add(viewer)
}

export function part(viewer) {
  viewers.delete(viewer)
}

export function currentLook() {
  return shared
}

// The first data to arrive says which colormaps there are.
export function startLook(colormaps) {
  shared ??= readLook(window.location.hash, colormaps.map(({ name }) => name))
}

export function changeLook(fields) {
  shared = changedLook(shared, fields)
  publishLook()
  for (const viewer of viewers) viewer.redraw()
}

// Streamlit drops the fragment whenever it writes its own query, so this runs at every render too.
export function publishLook() {
  if (!shared) return
  const { pathname, search, hash } = window.location
  const fragment = lookFragment(shared)
  if (hash === fragment) return
  window.history.replaceState(window.history.state, "", pathname + search + fragment)
}
