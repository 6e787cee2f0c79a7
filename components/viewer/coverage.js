// Which cells of a photo are covered: a grid of bits that the brush paints. The text of a cover and
// the cells it takes for hot are those of gradcam/covering.py.

import { upsample } from "./heat.js"

const CELLS = 48 // along the photo's longer side
const FILLS = { b: "blur", g: "grey" }
const TEXT = /^([bg])(\d{1,2})x(\d{1,2})-([\w-]*)$/

// The columns and rows of the grid on a photo of `size` [width, height].
export function gridOf(size) {
  const longest = Math.max(...size)
  return size.map((side) => Math.max(1, Math.floor((CELLS * side) / longest + 0.5)))
}

export function emptyCells([columns, rows]) {
  return new Uint8Array(columns * rows)
}

// The cells covered by a round brush at a point, all in cells; returns new cells.
export function brushed(cells, [columns, rows], x, y, radius) {
  const painted = cells.slice()
  for (let r = Math.max(0, Math.floor(y - radius)); r < Math.min(rows, y + radius + 1); r++) {
    for (let c = Math.max(0, Math.floor(x - radius)); c < Math.min(columns, x + radius + 1); c++) {
      const near = Math.hypot(c + 0.5 - x, r + 0.5 - y) <= radius
      const here = c === Math.floor(x) && r === Math.floor(y)
      if (near || here) painted[r * columns + c] = 1
    }
  }
  return painted
}

// The same along the line from one point to another, so that a quick stroke leaves no gaps.
export function stroked(cells, grid, [from, to], radius) {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / Math.max(radius / 2, 0.5)))
  let painted = cells
  for (let i = 1; i <= steps; i++) {
    const share = i / steps
    painted = brushed(painted, grid, from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share, radius)
  }
  return painted
}

// The cells where a map's heat reaches `above`; `scale` is the raw value that is a heat of 1.
export function hotCells(map, size, above, sign, scale) {
  const [columns, rows] = gridOf(size)
  const area = { x: 0, y: 0, width: size[0], height: size[1] }
  const heat = upsample(map, area, columns, rows, sign, scale)
  return Uint8Array.from(heat, (value) => {
    const strength = Math.abs(value)
    return strength > 0 && strength >= Math.fround(above) ? 1 : 0
  })
}

export function shareOf(cells) {
  return cells.reduce((sum, cell) => sum + cell, 0) / cells.length
}

// The cover as text, or "" if nothing is covered.
export function coverText(cells, [columns, rows], fill) {
  if (!cells.includes(1)) return ""
  const bytes = new Uint8Array(Math.ceil(cells.length / 8))
  cells.forEach((cell, i) => { bytes[i >> 3] |= cell << (7 - (i & 7)) })
  const base64 = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_")
  return `${fill[0]}${columns}x${rows}-${base64.replace(/=+$/, "").replace(/A+$/, "")}`
}

// The grid, cells and fill of a text that the server has checked, or null for "".
export function readCover(text) {
  const found = TEXT.exec(text)
  if (!found) return null
  const grid = [Number(found[2]), Number(found[3])]
  const cells = emptyCells(grid)
  const length = 4 * Math.ceil(Math.ceil(cells.length / 8) / 3)
  const base64 = found[4].replaceAll("-", "+").replaceAll("_", "/").padEnd(length, "A")
  const bytes = atob(base64)
  cells.forEach((_, i) => { cells[i] = (bytes.charCodeAt(i >> 3) >> (7 - (i & 7))) & 1 })
  return { grid, cells, fill: FILLS[found[1]] }
}
