// What one position can see, on a photo of 200 × 100 whose middle 100 × 100 went in as 10 × 10.
import assert from "node:assert/strict"
import { test } from "node:test"

import {
  between, cellBox, ellipseBox, fieldBox, onPhoto, pointOf, positionAt, shareOf,
} from "../../../../components/learn/reach.js"

const WINDOW = [50, 0, 150, 100], INPUT = [10, 10]
// Two rows and four columns: first, last, middle, half axis.
const FIELDS = {
  rows: { shape: [4, 2], values: Float32Array.of(0, 3, 7, 10, 2.5, 7.5, 2, 2) },
  columns: { shape: [4, 4], values: Float32Array.of(0, 1, 3, 6, 4, 6, 9, 10, 1, 3, 6, 9, 1, 2, 2, 1) },
}

test("a point of the photo lies in a position, and outside the window next to one", () => {
  assert.deepEqual(positionAt([2, 4], WINDOW, 76, 51), [1, 1])
  assert.deepEqual(positionAt([2, 4], WINDOW, 0, 200), [1, 0])
  assert.deepEqual(pointOf([2, 4], WINDOW, [1, 1]), [87.5, 75])
  assert.deepEqual(cellBox([2, 4], WINDOW, [1, 1]), [75, 50, 100, 100])
})

test("a position's field and ellipse are read from the tables", () => {
  assert.deepEqual(fieldBox(FIELDS, [1, 2]), [3, 3, 9, 10])
  assert.deepEqual(ellipseBox(FIELDS, [1, 2]), [4, 5.5, 8, 9.5])
})

test("on the photo, a pixel that went in is ten", () => {
  const placed = onPhoto([3, 3, 9, 10], INPUT, WINDOW)
  assert.deepEqual(placed, [80, 30, 140, 100])
  assert.equal(shareOf(placed, [200, 100]), (60 * 70) / 20000)
  assert.equal(shareOf([-50, 0, 50, 100], [200, 100]), 0.25)
})

test("between two stages a box is between theirs", () => {
  assert.deepEqual(between([0, 0, 10, 10], [10, 20, 30, 40], 0.5), [5, 10, 20, 25])
})
