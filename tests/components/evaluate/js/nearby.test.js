import assert from "node:assert/strict"
import test from "node:test"

import { Nearby } from "../../../../components/evaluate/nearby.js"

test("the nearest point within reach is found, also from the next cell", () => {
  const near = new Nearby([10, 25, 60], [10, 10, 10], 24)
  assert.equal(near.nearest(12, 10, 20), 0)
  assert.equal(near.nearest(23, 10, 20), 1)
  assert.equal(near.nearest(45, 10, 14), -1)
  assert.equal(near.nearest(45, 10, 16), 2)
})

test("of points at one place the last is found, which is drawn on top", () => {
  assert.equal(new Nearby([5, 5, 5], [5, 5, 5]).nearest(6, 6, 10), 2)
})

test("places outside all cells, and no points at all, find nothing", () => {
  const near = new Nearby([-30, 10], [-30, 10])
  assert.equal(near.nearest(-31, -31, 5), 0)
  assert.equal(near.nearest(500, 500, 10), -1)
  assert.equal(new Nearby([], []).nearest(0, 0, 10), -1)
})

test("it agrees with a look at all of 2,000 points", () => {
  const xs = new Float32Array(2000), ys = new Float32Array(2000)
  for (let i = 0; i < 2000; i++) [xs[i], ys[i]] = [(i * 7919) % 797, (i * 104_729) % 541]
  const near = new Nearby(xs, ys)
  for (let k = 0; k < 200; k++) {
    const x = (k * 31) % 797, y = (k * 57) % 541
    const all = [...xs.keys()].map((i) => Math.hypot(xs[i] - x, ys[i] - y))
    const least = Math.min(...all), found = near.nearest(x, y, 30)
    if (least > 30) assert.equal(found, -1)
    else assert.equal(all[found], least)
  }
})
