// One look for all viewers on the page, kept in the address, so it survives reruns and remounts. It
// never reaches the server, so changing it costs no round trip.

import { changedLook, DEFAULT_LOOK, lookFragment, readLook } from "./look.js"

let shared = null
let suited = ""
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

// Some maps need another view than the usual one. It comes and goes with them, but not against what
// a link or the user has chosen.
export function suit(view) {
  if (view === suited) return
  const { view: now } = shared
  if (view && now === DEFAULT_LOOK.view) changeLook({ view })
  else if (!view && now === suited) changeLook({ view: DEFAULT_LOOK.view })
  suited = view
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
