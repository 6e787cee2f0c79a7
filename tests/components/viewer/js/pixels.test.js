import assert from "node:assert/strict"
import { test } from "node:test"

import { heatOf, isolines, upsample, valueAt } from "../../../../components/viewer/heat.js"
import { DEFAULT_LOOK } from "../../../../components/viewer/look.js"
import { composite, drawing, levelOf, mixingTable, strengthOf } from
  "../../../../components/viewer/pixels.js"

// Level i is grey value i.
const GRAY = { name: "gray", lut: Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)) }
// One row of two values over the left half of a photo of 8 × 2 pixels.
const MAP = { values: new Float32Array([-2, 4]), shape: [1, 2], window: [0, 0, 4, 2] }
const WHOLE = { x: 0, y: 0, width: 8, height: 2 }

test("heat is what the sign keeps, divided by the scale and limited to 1", () => {
  const values = [-2, 4, 8]
  assert.deepEqual([...heatOf(values, 4, "for")], [0, 1, 1])
  assert.deepEqual([...heatOf(values, 4, "against")], [0.5, 0, 0])
  assert.deepEqual([...heatOf(values, 4, "both")], [-0.5, 1, 1])
  assert.deepEqual([...heatOf(values, 4, "abs")], [0.5, 1, 1])
  assert.deepEqual([...heatOf(values, 0, "for")], [0, 0, 0])
})

test("heat is linear between the centres of two values, and 0 outside the window", () => {
  // Values are centred at 1 and 3, pixels at 0.5, 1.5, 2.5 and 3.5.
  const row = [-0.5, -0.125, 0.625, 1, 0, 0, 0, 0]
  assert.deepEqual([...upsample(MAP, WHOLE, 8, 2, "both", 4)], [...row, ...row])
})

test("a zoomed view shows its part of the map", () => {
  const left = { x: 0, y: 0, width: 2, height: 2 }
  assert.deepEqual([...upsample(MAP, left, 2, 1, "both", 4)], [-0.5, -0.125])
})

test("the value at a point keeps its sign", () => {
  assert.equal(valueAt(MAP, 1, 1), -2)
  assert.equal(valueAt(MAP, 2, 1), 1)
  assert.equal(valueAt(MAP, 3.5, 1), 4)
  assert.equal(valueAt(MAP, 4.5, 1), null)
})

test("one sign starts at the beginning of the colormap, both signs at its middle", () => {
  assert.deepEqual([0, 0.5, 1].map((heat) => levelOf(heat, "abs")), [0, 128, 255])
  assert.deepEqual([-1, 0, 1].map((heat) => levelOf(heat, "both")), [0, 128, 255])
  assert.deepEqual([0, 255].map((level) => strengthOf(level, "for")), [0, 1])
  assert.deepEqual([0, 255].map((level) => strengthOf(level, "both")), [1, 1])
})

test("opacity rises up to half the scale, then stays constant", () => {
  const { color, stays } = mixingTable(GRAY.lut, 0.5, "for")
  assert.deepEqual([stays[0], stays[128], stays[255]], [1, 0.5, 0.5])
  assert.equal(color[255 * 3], 127.5)
})

function drawn(fields, split = 0) {
  const context = drawing({ ...DEFAULT_LOOK, cm: "gray", ...fields }, [GRAY], () => 4, split)
  const photo = new Uint8ClampedArray(8 * 2 * 4).fill(100)
  const heat = upsample(MAP, WHOLE, 8, 2, context.look.sign, 4)
  const out = new Uint8ClampedArray(photo.length)
  composite(out, { photo, heat, window: MAP.window, area: WHOLE, width: 8, height: 2 }, context)
  return Array.from({ length: 8 }, (_, i) => [out[i * 4], out[i * 4 + 3]])
}

test("an overlay blends heat into the photo and leaves the rest of it unchanged", () => {
  const row = drawn({ op: 0.5 })
  assert.deepEqual(row[0], [100, 255])
  assert.deepEqual(row[3], [178, 255]) // 100 / 2 + 255 / 2, rounded half to even, as canvases do
  assert.deepEqual(row[4], [100, 255])
})

test("the threshold hides weaker heat of either sign", () => {
  const grey = (fields) => drawn({ op: 1, ...fields }).map(([value]) => value)
  assert.notEqual(grey({ sign: "abs", th: 0.5 })[0], 100)
  assert.equal(grey({ sign: "abs", th: 0.51 })[0], 100)
  assert.equal(grey({ sign: "both", th: 0.51 })[0], 100)
})

test("a heatmap is transparent outside the window", () => {
  const row = drawn({ view: "heatmap", sign: "abs" })
  assert.deepEqual(row[0], [128, 255])
  assert.deepEqual(row[3], [255, 255])
  assert.deepEqual(row.slice(4).map(([, alpha]) => alpha), [0, 0, 0, 0])
})

test("swipe shows the photo up to the divider, contour everywhere", () => {
  const swiped = drawn({ view: "swipe", op: 1, sign: "abs" }, 0.375).map(([value]) => value)
  assert.deepEqual(swiped.slice(0, 3), [100, 100, 100])
  assert.equal(swiped[3], 255)
  assert.ok(drawn({ view: "contour" }).every(([value]) => value === 100))
})

test("an isoline runs where the heat equals its level", () => {
  // Heat equals x on a 4 × 4 grid, so the line at 1.5 runs straight down.
  const heat = Float32Array.from({ length: 16 }, (_, i) => i % 4)
  const lines = isolines(heat, 4, 4, 1.5, 1)
  assert.equal(lines.length, 3 * 4)
  assert.deepEqual(lines.filter((_, i) => i % 2 === 0), Array(6).fill(1.5))
})
