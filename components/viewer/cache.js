// What a click will show, where the browser knows it already. The server's answer always wins.

const KEPT = 16 // payloads of a few hundred kilobytes each
const kept = new Map() // by name, the one used last at the end

// The event on `window` with which a strip of photos tells the viewer that one was chosen.
export const CHOSEN = "gradcam-photo"

// Keep the bytes of a page about one photo. Its header's key names all else that it depends on.
export function keep(header, data) {
  const name = header.rows.length === 1 && nameOf(header.key, header.rows[0].id)
  if (!name) return
  kept.delete(name)
  kept.set(name, data)
  if (kept.size > KEPT) kept.delete(kept.keys().next().value)
}

// The bytes that were sent for this photo when all else was the same, if they are kept.
export function recall(header, photo) {
  const name = header.rows.length === 1 && nameOf(header.key, photo)
  return name ? kept.get(name) : undefined
}

export function same(a, b) {
  if (a === b) return true
  if (!a || !b || a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

// The header once the class `index` of its only photo is shown or hidden; null if the browser has
// not got the class's map.
export function toggled(header, index) {
  const [row] = header.rows
  if (header.rows.length !== 1 || header.across !== "classes") return null
  const at = row.panels.findIndex((panel) => panel.index === index)
  const spare = row.spare.find((panel) => panel.index === index)
  if (at < 0 && !spare) return null
  const panels = row.panels.filter((panel) => panel.index !== index)
  if (spare) panels.splice(placeOf(spare, panels, row.bars), 0, spare)
  const others = row.spare.filter((panel) => panel !== spare)
  if (!spare) others.push(row.panels[at])
  const shown = new Set(panels.map((panel) => panel.index))
  const bars = row.bars.map((bar) => ({ ...bar, shown: shown.has(bar.index) }))
  return { ...header, rows: [{ ...row, panels, bars, spare: others }] }
}

// Where a class's panel belongs among others: the most probable first, those without a bar last.
function placeOf(panel, panels, bars) {
  const rank = ({ index }) => {
    const found = bars.findIndex((bar) => bar.index === index)
    return found < 0 ? Infinity : found
  }
  const after = panels.findIndex((other) => rank(other) > rank(panel))
  return after < 0 ? panels.length : after
}

function nameOf(key, photo) {
  return key && `${key} ${photo}`
}
