import assert from "node:assert/strict"
import { test } from "node:test"

import { masked } from "../../../../components/evaluate/masking.js"
import { ceiling, stepAt } from "../../../../components/evaluate/plot.js"
import { ranked, scoreText } from "../../../../components/evaluate/ranking.js"

test("the step next to a fraction", () => {
  assert.equal(stepAt([0, 0.25, 0.5, 1], 0.3), 1)
  assert.equal(stepAt([0.1, 0.2, 0.9], 1), 2)
})

test("the axis shows an improbable class too", () => {
  assert.equal(ceiling(0.97), 1)
  assert.equal(ceiling(0.15), 0.2)
  assert.equal(ceiling(0), 0.02)
})

test("deletion puts the blank colour for what has changed, insertion the photo", () => {
  const photo = Uint8ClampedArray.of(10, 20, 30, 255, 40, 50, 60, 255)
  const blurred = Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255)
  const steps = Uint16Array.of(1, 2) // the left pixel changes first
  assert.deepEqual([...masked(photo, [7, 8, 9], steps, 1, false)], [7, 8, 9, 255, 40, 50, 60, 255])
  assert.deepEqual([...masked(photo, blurred, steps, 1, true)], [10, 20, 30, 255, 4, 5, 6, 255])
  assert.deepEqual([...masked(photo, blurred, steps, 0, true)], [...blurred])
  assert.deepEqual([...masked(photo, blurred, steps, 2, true)], [...photo])
})

test("best first, then turned round; a map without a score stays last", () => {
  const rows = [["a", 0.5], ["b", null], ["c", 0.1]].map(([id, m]) => ({ id, scores: { m } }))
  const order = (better, turned) => ranked(rows, { id: "m", better }, turned).map(({ id }) => id).join("")
  assert.equal(order("lower", false), "cab")
  assert.equal(order("lower", true), "acb")
  assert.equal(order("higher", false), "acb")
  assert.equal(ranked(rows, undefined, false), rows)
})

test("scores as people read them", () => {
  assert.equal(scoreText(-0.0541, "number"), "−0.054")
  assert.equal(scoreText(0.219, "percent"), "21.9 %")
  assert.equal(scoreText(1, "yes"), "yes")
  assert.equal(scoreText(null, "number"), "–")
})
