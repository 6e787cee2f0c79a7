// Marks over a picture: contours, the edge of the region the model saw, the swipe divider.

import { covers, windowBox } from "./area.js"
import { isolines } from "./heat.js"
import { levelOf } from "./pixels.js"

const HALO = "rgba(0, 0, 0, 0.55)"
const FRAME = "rgba(255, 255, 255, 0.9)"
const FAINT_FRAME = "rgba(255, 255, 255, 0.55)"
const DIMMED = "rgba(10, 12, 16, 0.5)"
const CONTOURS = [0.25, 0.5, 0.75]

export function drawContours(pen, heat, { look, lut }) {
  const { width, height } = pen.canvas
  const unit = Math.max(1, width / 450)
  const sides = look.sign === "both" ? [1, -1] : [1]
  for (const level of sides.flatMap((side) => CONTOURS.map((share) => side * share))) {
    if (Math.abs(level) < look.th) continue
    const lines = isolines(heat, width, height, level, Math.max(2, Math.round(2 * unit)))
    const [r, g, b] = lut.subarray(levelOf(level, look.sign) * 3)
    strokeLines(pen, lines, HALO, 4 * unit)
    strokeLines(pen, lines, `rgb(${r}, ${g}, ${b})`, 2 * unit)
  }
}

function strokeLines(pen, lines, style, thickness) {
  pen.strokeStyle = style
  pen.lineWidth = thickness
  pen.lineCap = "round"
  pen.beginPath()
  for (let i = 0; i < lines.length; i += 4) {
    pen.moveTo(lines[i], lines[i + 1])
    pen.lineTo(lines[i + 2], lines[i + 3])
  }
  pen.stroke()
}

// Dim what the model did not see and draw the edge of what it did.
export function drawCrop(pen, window, area) {
  const { width, height } = pen.canvas
  const box = windowBox(window, area, width, height)
  if (covers(box, width, height)) return
  pen.fillStyle = DIMMED
  pen.beginPath()
  pen.rect(0, 0, width, height)
  pen.rect(box.x, box.y, box.width, box.height)
  pen.fill("evenodd")
  strokeBox(pen, box, FRAME)
}

export function drawFrame(pen, window, area) {
  const { width, height } = pen.canvas
  const box = windowBox(window, area, width, height)
  if (!covers(box, width, height)) strokeBox(pen, box, FAINT_FRAME)
}

function strokeBox(pen, box, style) {
  pen.lineWidth = Math.max(1, Math.round(pen.canvas.width / 400))
  pen.strokeStyle = style
  pen.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1)
}

export function drawDivider(pen, split) {
  const { width, height } = pen.canvas
  pen.fillStyle = HALO
  pen.fillRect(split * width - 2, 0, 4, height)
  pen.fillStyle = "#fff"
  pen.fillRect(split * width - 1, 0, 2, height)
}
