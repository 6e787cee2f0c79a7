import assert from "node:assert/strict"
import test from "node:test"

import { cellText, inSight, sorted } from "../../../../components/evaluate/sorting.js"

const NAMES = { texts: ["img10", "img9", "Img1"] }
const SHARES = { values: [0.5, NaN, 0.75, 0.5], format: (value) => `${value * 100} %` }

test("names sort as people count, whatever their case", () => {
  assert.deepEqual([...sorted(3, NAMES, false)], [2, 1, 0])
  assert.deepEqual([...sorted(3, NAMES, true)], [0, 1, 2])
})

test("equal numbers keep their order, and unknown ones come last both ways", () => {
  assert.deepEqual([...sorted(4, SHARES, false)], [0, 3, 2, 1])
  assert.deepEqual([...sorted(4, SHARES, true)], [2, 0, 3, 1])
})

test("without a column all stay where they were", () => {
  assert.deepEqual([...sorted(3, undefined, true)], [0, 1, 2])
})

test("a cell says its number in its own way, and a dash for an unknown one", () => {
  assert.equal(cellText(SHARES, 2), "75 %")
  assert.equal(cellText(SHARES, 1), "–")
  assert.equal(cellText(NAMES, 0), "img10")
})

test("of 10,000 rows only those in sight are drawn, and a few more", () => {
  assert.deepEqual(inSight(3000, 300, 30, 10_000, 6), { from: 94, to: 116 })
  assert.deepEqual(inSight(0, 300, 30, 4, 6), { from: 0, to: 4 })
})
