// Draws thousands of points: each group's dot is drawn once, and copied to where its points lie.

import { colourOf, letterOf, NONE } from "./groups.js"

const APART = 15 // pixels between two letters

// How they look: `theme`, the `paper` behind them, the screen's `density`, and the letters' `font`.
//
// A layer of all points, drawn once for each size and theme. `points` are {xs, ys, groups, order,
// radius}.
export function layerOf(points, { width, height }, look) {
  const canvas = new OffscreenCanvas(width, height), pen = canvas.getContext("2d")
  pen.globalAlpha = 0.85
  drawSome(pen, points, points.order, false, look)
  return canvas
}

// Draw the points of `some`, in order; larger if they are `picked`.
export function drawSome(pen, { xs, ys, groups, radius }, some, picked, look) {
  const stamps = new Map(), { density } = look
  for (const i of some) {
    const group = groups[i]
    if (!stamps.has(group)) stamps.set(group, dot(group, picked, radius, look))
    const { canvas, half } = stamps.get(group)
    pen.drawImage(canvas, Math.round(xs[i] * density - half), Math.round(ys[i] * density - half))
  }
}

// Photos in no group first, then the largest groups, so that small ones lie on top.
export function drawingOrder(groups) {
  const sizes = new Map()
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  const rank = (group) => (group === NONE ? Infinity : sizes.get(group))
  const names = [...sizes.keys()].sort((a, b) => rank(b) - rank(a))
  const place = new Map(names.map((name, n) => [name, n]))
  return Uint32Array.from(groups.keys()).sort((a, b) => place.get(groups[a]) - place.get(groups[b]) || a - b)
}

function dot(group, picked, radius, { theme, paper, density }) {
  const size = radius * density * (picked ? 1.25 : 1), half = Math.ceil(size + 2 * density)
  const canvas = new OffscreenCanvas(2 * half, 2 * half), pen = canvas.getContext("2d")
  pen.beginPath()
  pen.arc(half, half, size, 0, 2 * Math.PI)
  if (group === NONE && !picked) {
    pen.lineWidth = 1.2 * density
    pen.strokeStyle = colourOf(group, theme)
    pen.stroke()
    return { canvas, half }
  }
  pen.fillStyle = colourOf(group, theme)
  pen.fill()
  pen.lineWidth = radius < 3 ? 0.5 * density : density
  pen.strokeStyle = paper
  pen.stroke()
  return { canvas, half }
}

// The middle of each group, where its letter stands: the median of its points, kept apart from the
// letters before it.
export function middles({ xs, ys, groups }) {
  const members = new Map()
  groups.forEach((group, i) => {
    if (group === NONE) return
    if (!members.has(group)) members.set(group, [])
    members.get(group).push(i)
  })
  const placed = []
  for (const [group, of] of [...members].sort(([a], [b]) => a - b)) {
    const at = { group, x: median(of.map((i) => xs[i])), y: median(of.map((i) => ys[i])) }
    while (placed.some(({ x, y }) => Math.hypot(x - at.x, y - at.y) < APART)) at.y += APART
    placed.push(at)
  }
  return placed
}

function median(values) {
  const sorted = values.sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

// All of them as strong as the points; those of other groups than `only` step back.
export function drawLetters(pen, places, only, { theme, paper, density, font }) {
  pen.font = `600 ${13 * density}px ${font}`
  pen.textAlign = "center"
  pen.textBaseline = "middle"
  pen.lineJoin = "round"
  for (const { group, x, y } of places) {
    pen.globalAlpha = only === null || only === group ? 1 : 0.4
    pen.lineWidth = 5 * density
    pen.strokeStyle = paper
    pen.strokeText(letterOf(group), x * density, y * density)
    pen.fillStyle = colourOf(group, theme)
    pen.fillText(letterOf(group), x * density, y * density)
  }
  pen.globalAlpha = 1
}
