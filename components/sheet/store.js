// What was fed to the page, by the sheet's token. It outlives the components, so that a sheet drawn
// again after a photo was open is there at once, at the same place.

const KEPT = 3
const sheets = new Map()
const listeners = new Set()

export function sheetOf(token) {
  if (!sheets.has(token)) {
    sheets.set(token, { found: new Map(), colormaps: null, order: [], place: null, last: "" })
    if (sheets.size > KEPT) sheets.delete(sheets.keys().next().value)
  }
  return sheets.get(token)
}

export function feed({ token, colormaps, rows }) {
  const sheet = sheetOf(token)
  sheet.colormaps = colormaps
  const fresh = rows.filter(({ id }) => !sheet.found.has(id))
  if (!fresh.length) return // the page feeds again all it has whenever it looks at the job
  for (const row of fresh) sheet.found.set(row.id, row)
  for (const listener of listeners) listener(token)
}

export function listen(listener) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

// The nearest part of the page that scrolls, from inside a component.
export function scrollerOf(node) {
  for (let now = node; now; now = now.parentNode ?? now.host) {
    if (!(now instanceof Element)) continue
    if (/auto|scroll/.test(getComputedStyle(now).overflowY)) return now
  }
  return document.scrollingElement
}
