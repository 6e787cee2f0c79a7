import assert from "node:assert/strict"
import { test } from "node:test"

import { inkOf, lay, turned } from "../../../../components/learn/laid.js"

// The same by hand as in tests/gradcam/test_marks.py.
const HALF = { width: 2, height: 1, values: [255, 128] }

function reds(pixels) {
  return [...pixels].filter((_, n) => n % 4 === 0)
}

function plain(width, height, level) {
  return Uint8ClampedArray.from({ length: width * height * 4 }, (_, n) => (n % 4 === 3 ? 255 : level))
}

test("white is mixed in by ink and opacity", () => {
  const pixels = plain(4, 2, 55)
  lay(pixels, 4, inkOf(HALF, { left: 1, top: 1, right: 3, bottom: 2 }, 4, 2), 0.5)
  assert.deepEqual(reds(pixels), [55, 55, 55, 55, 55, 155, 105, 55])
  assert.ok(pixels.every((value, n) => n % 4 !== 3 || value === 255))
})

test("a shape between two pixels is shared by them", () => {
  const dot = { width: 1, height: 1, values: [255] }
  const { values } = inkOf(dot, { left: 1.5, top: 0, right: 2.5, bottom: 1 }, 4, 1)
  assert.deepEqual([...values], [127.5, 127.5])
})

test("a smaller shape keeps its ink", () => {
  const stroke = { width: 64, height: 64, values: Array.from({ length: 4096 }, (_, n) => (n % 64 === 20 ? 255 : 0)) }
  const { values } = inkOf(stroke, { left: 0, top: 0, right: 8, bottom: 8 }, 8, 8)
  const row = values.slice(32, 40)
  assert.ok(Math.abs(row.reduce((sum, one) => sum + one) - 255 / 8) < 1)
})

test("the edge cuts it off, and out of sight there is none", () => {
  const at = (left, top) => inkOf(HALF, { left, top, right: left + 2, bottom: top + 1 }, 4, 2)
  assert.deepEqual([...at(-1, 0).values], [128])
  assert.equal(at(-2, 0), null)
  assert.equal(at(0, 2), null)
})

test("without ink nothing changes", () => {
  const pixels = plain(4, 2, 9)
  lay(pixels, 4, null, 1)
  assert.deepEqual(pixels, plain(4, 2, 9))
})

test("upside down is half a turn", () => {
  assert.deepEqual(turned({ width: 2, height: 2, values: [1, 2, 3, 4] }).values, [4, 3, 2, 1])
})
