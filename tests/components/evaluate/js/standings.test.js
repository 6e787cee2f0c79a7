import assert from "node:assert/strict"
import test from "node:test"

import { number, place, signed, tickTexts } from "../../../../components/evaluate/standings.js"

test("scores have three decimals and a minus sign, as on the server", () => {
  assert.deepEqual([0.12345, -0.0401, -0.0001].map(number), ["0.123", "−0.040", "0.000"])
  assert.deepEqual([0.12345, -0.04, 0.0001].map(signed), ["+0.123", "−0.040", "0.000"])
})

test("a value lies between the first tick and the last", () => {
  const ticks = [0.2, 0.3, 0.4]
  assert.equal(place(0.2, ticks), "0%")
  assert.equal(Math.round(Number.parseFloat(place(0.3, ticks))), 50)
  assert.equal(place(0.4, ticks), "100%")
})

test("ticks have as many decimals as the one that needs most", () => {
  assert.deepEqual(tickTexts([-0.05, 0, 0.05]), ["−0.05", "0.00", "0.05"])
  assert.deepEqual(tickTexts([0, 1, 2]), ["0", "1", "2"])
})
