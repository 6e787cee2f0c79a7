import assert from "node:assert/strict"
import test from "node:test"

import { meaning, shownValues } from "../../../../components/evaluate/eigenvalues.js"

test("the sentence names the step and how many groups it suggests", () => {
  assert.equal(
    meaning([0, 0.01, 0.02, 0.52, 0.6], 3),
    "The largest step, of 0.50, comes after number 3, which suggests 3 groups.",
  )
  assert.match(meaning([0, 0.7, 0.8], 1), /after number 1, which suggests one group/)
  assert.equal(meaning([], 1), "Too few different photos to look for groups.")
})

test("so many values are drawn that the one after the gap is among them", () => {
  const twenty = Array.from({ length: 20 }, (_, n) => n / 20)
  assert.equal(shownValues(twenty, 3).length, 16)
  assert.equal(shownValues(twenty, 17).length, 18)
  assert.equal(shownValues([0, 0.5], 1).length, 2)
})
