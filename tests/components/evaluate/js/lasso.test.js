import assert from "node:assert/strict"
import test from "node:test"

import { enclosed, extend, inside, isClick } from "../../../../components/evaluate/lasso.js"
import { Nearby } from "../../../../components/evaluate/nearby.js"

const SQUARE = [10, 10, 30, 10, 30, 30, 10, 30]
// A horseshoe open at the top: its legs are 10 wide, and the gap between them is not inside.
const HORSESHOE = [0, 0, 10, 0, 10, 40, 30, 40, 30, 0, 40, 0, 40, 50, 0, 50]

test("a point is inside a square, or beside it", () => {
  assert.equal(inside(SQUARE, 20, 20), true)
  assert.equal(inside(SQUARE, 31, 20), false)
  assert.equal(inside(SQUARE, 20, 9), false)
})

test("the gap of a horseshoe is outside, its legs are inside", () => {
  assert.equal(inside(HORSESHOE, 20, 20), false)
  assert.equal(inside(HORSESHOE, 5, 20), true)
  assert.equal(inside(HORSESHOE, 35, 20), true)
  assert.equal(inside(HORSESHOE, 20, 45), true)
})

test("a path that crosses itself leaves out what it goes round twice", () => {
  const twice = [...SQUARE, ...SQUARE]
  assert.equal(inside(twice, 20, 20), false)
})

test("the points inside are found in order, across cells", () => {
  const xs = [35, 5, 20, 5, 20, 200], ys = [20, 45, 20, 5, 45, 200]
  assert.deepEqual(enclosed(HORSESHOE, new Nearby(xs, ys, 8)), [0, 1, 3, 4])
})

test("all ways to find the points of a circle among 10,000 agree", () => {
  const xs = new Float32Array(10_000), ys = new Float32Array(10_000)
  for (let i = 0; i < 10_000; i++) [xs[i], ys[i]] = [(i * 7919) % 997, (i * 104_729) % 641]
  const circle = []
  for (let k = 0; k < 90; k++) {
    circle.push(500 + 150 * Math.cos((k * Math.PI) / 45), 300 + 150 * Math.sin((k * Math.PI) / 45))
  }
  const found = enclosed(circle, new Nearby(xs, ys))
  const near = [...xs.keys()].filter((i) => Math.hypot(xs[i] - 500, ys[i] - 300) < 149)
  const far = new Set([...xs.keys()].filter((i) => Math.hypot(xs[i] - 500, ys[i] - 300) > 151))
  assert.ok(near.length > 900)
  assert.ok(near.every((i) => found.includes(i)))
  assert.ok(found.every((i) => !far.has(i)))
})

test("a line or a point encloses nothing", () => {
  const near = new Nearby([5], [5])
  assert.deepEqual(enclosed([], near), [])
  assert.deepEqual(enclosed([0, 0, 10, 10], near), [])
})

test("corners closer than a hand can draw are left out", () => {
  const path = []
  assert.equal(extend(path, 0, 0), true)
  assert.equal(extend(path, 3, 0), false)
  assert.equal(extend(path, 4, 0), true)
  assert.deepEqual(path, [0, 0, 4, 0])
})

test("a pointer that hardly moved has clicked", () => {
  assert.equal(isClick([50, 50]), true)
  assert.equal(isClick([50, 50, 54, 50]), true)
  assert.equal(isClick([50, 50, 54, 50, 58, 50]), false)
})
