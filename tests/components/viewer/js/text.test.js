import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"

import { figures, percent, roughPercent, wholePercent } from "../../../../components/viewer/text.js"

const FIGURES = new URL("../figures.json", import.meta.url)

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

test("numbers are written as people write them, and as gradcam/text.py does", () => {
  for (const [value, text] of JSON.parse(readFileSync(FIGURES, "utf-8"))) {
    assert.equal(figures(value), text)
  }
  assert.equal(figures(-0), "0")
  assert.equal(figures(NaN), "NaN")
  assert.equal(figures(-Infinity), "−Infinity")
})

test("a rough probability is 0 or 100 % only if it is exactly that", () => {
  assert.deepEqual([0, 0.004, 0.126, 0.996, 1].map(roughPercent), ["0 %", "< 1 %", "13 %", "> 99 %", "100 %"])
})
