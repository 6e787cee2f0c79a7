import assert from "node:assert/strict"
import { test } from "node:test"

import {
  brushed, coverText, emptyCells, gridOf, hotCells, readCover, shareOf, stroked,
} from "../../../../components/viewer/coverage.js"

test("48 cells lie along the longer side", () => {
  assert.deepEqual(gridOf([600, 400]), [48, 32])
  assert.deepEqual(gridOf([400, 600]), [32, 48])
  assert.deepEqual(gridOf([320, 8]), [48, 1])
})

test("a brush covers the cells whose centres it reaches, and always its own", () => {
  const grid = [5, 5], none = emptyCells(grid)
  const covered = (cells) => [...cells].flatMap((cell, i) => (cell ? [i] : []))
  assert.deepEqual(covered(brushed(none, grid, 2.5, 2.5, 1)), [7, 11, 12, 13, 17])
  assert.deepEqual(covered(brushed(none, grid, 0.1, 0.1, 0.2)), [0])
  assert.deepEqual(covered(brushed(none, grid, 4.9, 4.9, 0.2)), [24])
  assert.equal(shareOf(none), 0)
})

test("a quick stroke leaves no gaps", () => {
  const grid = [48, 1]
  const cells = stroked(emptyCells(grid), grid, [{ x: 0.5, y: 0.5 }, { x: 47.5, y: 0.5 }], 0.6)
  assert.equal(cells.indexOf(0, 1), -1)
})

test("hot cells are those of gradcam/covering.py", () => {
  const map = { values: Float32Array.of(4, 1), shape: [1, 2], window: [0, 0, 48, 32] }
  const cells = hotCells(map, [96, 32], 0.5, "for", 4)
  const first = [...cells.subarray(0, 48)]
  assert.deepEqual(first, first.map((_, c) => (c <= 13 ? 1 : 0)))
  assert.equal(hotCells(map, [96, 32], 0, "for", 4).indexOf(0), 24)
  assert.equal(shareOf(hotCells(map, [96, 32], 0, "against", 0)), 0)
})

test("a cover is written and read as in gradcam/covering.py", () => {
  const cells = Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 1)
  assert.equal(coverText(cells, [3, 3], "grey"), "g3x3-QI")
  assert.deepEqual(readCover("g3x3-QI"), { grid: [3, 3], cells, fill: "grey" })
  assert.equal(coverText(emptyCells([3, 3]), [3, 3], "blur"), "")
  assert.equal(readCover(""), null)
  const random = Uint8Array.from({ length: 48 * 31 }, (_, i) => (i * 7919) % 3 & 1)
  assert.deepEqual(readCover(coverText(random, [48, 31], "blur")).cells, random)
})
