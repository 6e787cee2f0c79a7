// One look for all viewers on the page, kept in the address, so it survives reruns and remounts. It
// never reaches the server, so changing it costs no round trip.

import { changedLook, DEFAULT_LOOK, lookFragment, readLook } from "./look.js"

// On the window, because every component's bundle has a copy of this module.
const page = (window.gradcamPage ??= { look: null, suited: "", viewers: new Set() })

export function join(viewer) {
  page.viewers.add(viewer)
}

export function part(viewer) {
  page.viewers.delete(viewer)
}

export function currentLook() {
  return page.look
}

// Called with the first data, which lists the known colormaps.
export function startLook(colormaps) {
  page.look ??= readLook(window.location.hash, colormaps.map(({ name }) => name))
}

// Some maps need another view than the usual one. It comes and goes with them, but not against what
// a link or the user has chosen.
export function suit(view) {
  if (view === page.suited) return
  const { view: now } = page.look
  if (view && now === DEFAULT_LOOK.view) changeLook({ view })
  else if (!view && now === page.suited) changeLook({ view: DEFAULT_LOOK.view })
  page.suited = view
}

export function changeLook(fields) {
  page.look = changedLook(page.look, fields)
  publishLook()
  for (const viewer of page.viewers) viewer.redraw()
}

// Streamlit drops the fragment whenever it writes the query, so this also runs at every render.
export function publishLook() {
  if (!page.look) return
  const { pathname, search, hash } = window.location
  const fragment = lookFragment(page.look)
  if (hash === fragment) return
  window.history.replaceState(window.history.state, "", pathname + search + fragment)
}
