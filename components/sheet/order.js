// Which photos the contact sheet shows, and in which order. `photos` are {id, name, expected} in the
// order they arrived; `found` maps ids to {class, title, share, unsure} of those explained so far.

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" })

// "right" or "wrong" where the photo says what it shows, else "".
export function verdict(photo, one) {
  if (!one || photo.expected === null) return ""
  return photo.expected === one.class ? "right" : "wrong"
}

const ORDERS = {
  name: (a, b) => byName.compare(a.photo.name, b.photo.name),
  sure: (a, b) => b.one.share - a.one.share,
  unsure: (a, b) => a.one.share - b.one.share,
  class: (a, b) => byName.compare(a.one.title, b.one.title) || b.one.share - a.one.share,
  // The surest mistakes first, the surest agreements last.
  differs: (a, b) => doubt(b) - doubt(a),
}

function doubt({ photo, one }) {
  return { wrong: 2 + one.share, "": 1, right: -one.share }[verdict(photo, one)]
}

// Photos still to come keep their order, behind the others unless the order needs only their names.
export function arranged(photos, found, { sort, only }) {
  const pairs = photos.map((photo) => ({ photo, one: found.get(photo.id) }))
  const kept = pairs.filter((pair) => passes(pair, only))
  const compare = ORDERS[sort]
  if (!compare) return kept.map(({ photo }) => photo)
  const ready = sort === "name" ? kept : kept.filter(({ one }) => one)
  const coming = sort === "name" ? [] : kept.filter(({ one }) => !one)
  return [...ready.sort(compare), ...coming].map(({ photo }) => photo)
}

function passes({ photo, one }, only) {
  if (!only.length) return true
  if (!one) return false
  if (only.includes("unsure") && !one.unsure) return false
  if (only.includes("differs") && verdict(photo, one) !== "wrong") return false
  const classes = only.filter((name) => /^\d+$/.test(name))
  return !classes.length || classes.includes(String(one.class))
}

// How many photos each limit would leave: {unsure, differs, classes: [[class, title, count], …]}.
export function counts(photos, found) {
  const classes = new Map()
  let unsure = 0, differs = 0
  for (const photo of photos) {
    const one = found.get(photo.id)
    if (!one) continue
    if (one.unsure) unsure++
    if (verdict(photo, one) === "wrong") differs++
    const entry = classes.get(one.class) ?? [one.class, one.title, 0]
    entry[2]++
    classes.set(one.class, entry)
  }
  const listed = [...classes.values()].sort((a, b) => b[2] - a[2] || byName.compare(a[1], b[1]))
  return { unsure, differs, classes: listed }
}
