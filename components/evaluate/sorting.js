// The order of a list of photos. A column is {title, values, texts, format}: `values` are numbers, of
// which NaN is unknown and `format(value, n)` says one, or `texts` are words.

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" })

// The positions in the order of one column; equal ones, and unknown ones at the end, stay as they were.
export function sorted(count, column, down) {
  const places = Uint32Array.from({ length: count }, (_, n) => n)
  if (!column) return places
  const sign = down ? -1 : 1
  const compare = column.texts
    ? (a, b) => sign * byName.compare(column.texts[a], column.texts[b])
    : (a, b) => unknownLast(column.values[a], column.values[b], sign)
  return places.sort((a, b) => compare(a, b) || a - b)
}

function unknownLast(a, b, sign) {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return sign * (a - b)
}

// What a cell says.
export function cellText(column, n) {
  if (column.texts) return column.texts[n]
  const value = column.values[n]
  return Number.isNaN(value) ? "–" : column.format(value, n)
}

// The rows that are in sight, and some more, so that scrolling finds them drawn.
export function inSight(top, height, row, count, more = 6) {
  const from = Math.max(0, Math.floor(top / row) - more)
  return { from, to: Math.min(count, Math.ceil((top + height) / row) + more) }
}
