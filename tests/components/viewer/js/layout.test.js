import assert from "node:assert/strict"
import { test } from "node:test"

import { contains, covers, isZoomed, windowBox, wholePhoto, within, zoomAround } from
  "../../../../components/viewer/area.js"
import { arrange } from "../../../../components/viewer/arrange.js"

const SIZE = [600, 400]
const SQUARES = { aspect: 1, tallest: 500, gap: 16, many: false }

test("three cells side by side share the width that two gaps leave", () => {
  const found = arrange({ ...SQUARES, width: 932, count: 3, room: 400 })
  assert.deepEqual(found, { columns: 3, cellWidth: 300 })
})

test("cells are never taller than the window shows", () => {
  const found = arrange({ ...SQUARES, width: 2000, count: 2, tallest: 300, room: 400 })
  assert.deepEqual(found, { columns: 2, cellWidth: 300 })
})

test("more lines where that makes cells clearly larger and the window has room for them", () => {
  const six = { ...SQUARES, width: 1616, count: 6, tallest: 900 }
  assert.equal(arrange({ ...six, room: 400 }).columns, 6)
  // Two lines: (1000 · 1.05) / 2 - 64 = 461 pixels of height for each.
  assert.deepEqual(arrange({ ...six, room: 1000 }), { columns: 3, cellWidth: 461 })
})

test("a phone gets two columns of the smallest useful width", () => {
  const found = arrange({ ...SQUARES, width: 360, count: 4, gap: 10, room: 0, many: true })
  assert.deepEqual(found, { columns: 2, cellWidth: 175 })
})

test("zooming keeps the point under the pointer", () => {
  const twice = zoomAround(wholePhoto(SIZE), SIZE, 2, 300, 200)
  assert.deepEqual(twice, { x: 150, y: 100, width: 300, height: 200 })
  const corner = zoomAround(wholePhoto(SIZE), SIZE, 2, 600, 0)
  assert.deepEqual(corner, { x: 300, y: 0, width: 300, height: 200 })
  assert.deepEqual(zoomAround(twice, SIZE, 0.1, 0, 0), wholePhoto(SIZE))
  assert.equal(zoomAround(twice, SIZE, 1000, 300, 200).width, 50)
  assert.deepEqual([wholePhoto(SIZE), twice].map((area) => isZoomed(area, SIZE)), [false, true])
})

test("panning stays inside the photo", () => {
  const moved = within({ x: 500, y: -20, width: 300, height: 200 }, SIZE)
  assert.deepEqual(moved, { x: 300, y: 0, width: 300, height: 200 })
  assert.equal(contains(moved, { x: 600, y: 200 }), true)
  assert.equal(contains(moved, { x: 299, y: 100 }), false)
})

test("the box of a window in a picture of half the size", () => {
  const box = windowBox([100, 0, 500, 400], wholePhoto(SIZE), 300, 200)
  assert.deepEqual(box, { x: 50, y: 0, width: 200, height: 200 })
  assert.equal(covers(box, 300, 200), false)
  assert.equal(covers(windowBox([0, 0, ...SIZE], wholePhoto(SIZE), 300, 200), 300, 200), true)
})
