import assert from "node:assert/strict"
import { test } from "node:test"

import { between, blend, meaning, phase, stopAt } from "../../../../components/viewer/morph.js"

test("a position lies between two stops", () => {
  assert.deepEqual(between(1.25, 4), { low: 1, high: 2, share: 0.25 })
  assert.deepEqual(between(0, 4), { low: 0, high: 1, share: 0 })
  assert.deepEqual(between(3, 4), { low: 2, high: 3, share: 1 })
  assert.deepEqual(between(9, 4), { low: 2, high: 3, share: 1 })
  assert.deepEqual(between(0, 1), { low: 0, high: 0, share: 0 })
})

test("a release near a stop means it, and one in the middle means none", () => {
  assert.equal(stopAt(2.25), 2)
  assert.equal(stopAt(1.75), 2)
  assert.equal(stopAt(1.5), null)
})

test("heats are mixed cell by cell", () => {
  const low = Float32Array.of(0, 1, 0.5), high = Float32Array.of(1, 0, 0.5)
  assert.deepEqual([...blend(low, high, 0.25)], [0.25, 0.75, 0.5])
  assert.equal(blend(low, high, 0), low)
  assert.equal(blend(low, high, 1), high)
})

test("early, middle and late are thirds of the way", () => {
  const phases = [0, 1, 2, 3, 4].map((position) => phase(position, 5))
  assert.deepEqual(phases, ["early", "early", "middle", "late", "late"])
  assert.equal(phase(0, 1), "late")
})

test("nothing is said of grids where they do not shrink", () => {
  assert.equal(meaning(0, [784, 49]), "fine grid, little meaning yet")
  assert.equal(meaning(1, [784, 49]), "coarse grid, whole objects")
  assert.equal(meaning(0, [196, 196]), "far from the answer")
  assert.equal(meaning(1, [196, 196]), "next to the answer")
})
