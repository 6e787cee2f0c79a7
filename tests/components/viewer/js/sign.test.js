import assert from "node:assert/strict"
import { test } from "node:test"

import { emptyReason, KEEP, noteOf, peakOf, SIGNS } from "../../../../components/viewer/sign.js"

const panel = (values, more = {}) => ({ values, note: "", tookGradient: true, ...more })
const FOR = "No positive evidence for this class at this layer."
const AGAINST = "No evidence against this class at this layer."

test("what each sign keeps of -3 and 2", () => {
  assert.deepEqual(SIGNS.map((sign) => KEEP[sign](-3)), [0, 3, -3, 3])
  assert.deepEqual(SIGNS.map((sign) => KEEP[sign](2)), [2, 0, 2, 2])
})

test("the peak is the largest value kept", () => {
  assert.deepEqual(SIGNS.map((sign) => peakOf([-3, 2, 1], sign)), [2, 3, 3, 3])
})

test("why a map is empty depends on the sign that is shown", () => {
  const negative = panel([-3, -1, 0])
  assert.deepEqual(SIGNS.map((sign) => emptyReason(negative, sign)), [FOR, "", "", ""])
  const positive = panel([3, 1, 0])
  assert.deepEqual(SIGNS.map((sign) => emptyReason(positive, sign)), ["", AGAINST, "", ""])
  const mixed = panel([-1, 1])
  assert.deepEqual(SIGNS.map((sign) => emptyReason(mixed, sign)), ["", "", "", ""])
})

test("a map of zeros is empty for every sign, and the reason depends on the method", () => {
  for (const sign of SIGNS) {
    const gradient = emptyReason(panel([0, -0, 0]), sign)
    assert.equal(gradient, "The gradient of this class is zero at this layer.")
    const none = emptyReason(panel([0, 0], { tookGradient: false }), sign)
    assert.equal(none, "The map is zero everywhere at this layer.")
  }
})

test("the server's note comes first", () => {
  assert.equal(noteOf(panel(null, { note: "Computing…" }), "for"), "Computing…")
  assert.equal(noteOf(panel([-1], { note: "Saved." }), "for"), `Saved. ${FOR}`)
  assert.equal(noteOf(panel([-1], { note: "Saved." }), "against"), "Saved.")
  assert.equal(noteOf(panel([-1]), "abs"), "")
})
