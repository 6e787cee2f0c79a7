import assert from "node:assert/strict"
import { test } from "node:test"

import { largest, Parts, stops } from "../../../../components/learn/sums.js"

const array = (shape, ...values) => ({ shape, values: Float32Array.from(values) })

// Three channels of 1×2 with weights 1, -2 and 0.5, the strongest first; the last was not sent.
function byHand(extra = {}) {
  const arrays = {
    A: array([2, 1, 2], 1, 2, 4, 0), W: array([2], -2, 1), weights: array([3], -2, 1, 0.5),
    totals: array([3], -6, 4, 1), rest: array([1, 2], 0, 1), ...extra,
  }
  return new Parts({ channels: [1, 0, 2], sent: 2 }, arrays)
}

test("the sum grows by one product after the other", () => {
  const parts = byHand()
  assert.deepEqual([...parts.sum(0)], [0, 0])
  assert.deepEqual([...parts.sum(1)], [-2, -4])
  assert.deepEqual([...parts.sum(2)], [2, -4])
})

test("what was not sent comes as one with the last channel", () => {
  const parts = byHand()
  assert.deepEqual([...parts.sum(3)], [2, -3])
})

test("the slider may go back", () => {
  const parts = byHand()
  parts.sum(3)
  assert.deepEqual([...parts.sum(1)], [-2, -4])
  assert.deepEqual([...parts.sum(2)], [2, -4])
})

test("where each place has its own weight, products are place by place", () => {
  const parts = byHand({ W: array([2, 1, 2], 3, 0, 1, 5) })
  assert.deepEqual([...parts.product(0)], [3, 0])
  assert.deepEqual([...parts.sum(2)], [7, 0])
})

test("one stop for each of the first channels, then larger and larger steps, then the rest", () => {
  assert.deepEqual(stops(3, 3), [0, 1, 2, 3])
  assert.deepEqual(stops(3, 9), [0, 1, 2, 3, 9])
  const many = stops(1280, 1280)
  assert.deepEqual(many.slice(0, 23), [...Array(21).keys(), 25, 30])
  assert.equal(many.at(-1), 1280)
  assert.ok(many.length < 60)
})

test("the largest absolute value, of nothing too", () => {
  assert.equal(largest([1, -3], [2]), 3)
  assert.equal(largest(undefined), 0)
})
