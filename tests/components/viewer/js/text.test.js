import assert from "node:assert/strict"
import { test } from "node:test"

import { figures, percent, wholePercent } from "../../../../components/viewer/text.js"

test("a probability is shown as 0 or 100 only if it is exactly that", () => {
  assert.equal(percent(0.6213), "62.1 %")
  assert.equal(percent(0.0004), "< 0.1 %")
  assert.equal(percent(0.0005), "0.1 %")
  assert.equal(percent(0.9994), "99.9 %")
  assert.equal(percent(0.99996), "> 99.9 %")
  assert.equal(percent(0), "0.0 %")
  assert.equal(percent(1), "100.0 %")
})

test("a level of heat has no decimals and a true minus sign", () => {
  assert.equal(wholePercent(0.456), "46 %")
  assert.equal(wholePercent(-0.5), "−50 %")
  assert.equal(wholePercent(-0.001), "0 %")
})

test("three significant figures at any magnitude", () => {
  assert.equal(figures(0), "0")
  assert.equal(figures(0.12345), "0.123")
  assert.equal(figures(12.345), "12.3")
  assert.equal(figures(2), "2")
  assert.equal(figures(-0.5), "−0.5")
  assert.equal(figures(12345), "1.23e+4")
  assert.equal(figures(-0.00012345), "−1.23e−4")
})
