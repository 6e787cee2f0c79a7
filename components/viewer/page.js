// One look for all viewers on the page, kept in the address, so it survives reruns and remounts. It
// never reaches the server, so changing it costs no round trip.

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

// Called with the first data, which lists the known colormaps.
export function startLook(colormaps) {
  shared ??= readLook(window.location.hash, colormaps.map(({ name }) => name))
}

export function changeLook(fields) {
  shared = changedLook(shared, fields)
  publishLook()
  for (const viewer of viewers) viewer.redraw()
}

// Streamlit drops the fragment whenever it writes the query, so this also runs at every render.
export function publishLook() {
  if (!shared) return
  const { pathname, search, hash } = window.location
  const fragment = lookFragment(shared)
  if (hash === fragment) return
  window.history.replaceState(window.history.state, "", pathname + search + fragment)
}
