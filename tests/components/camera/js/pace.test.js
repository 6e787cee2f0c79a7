import assert from "node:assert/strict"
import { test } from "node:test"

import { Pace } from "../../../../components/camera/pace.js"

function paced() {
  const clock = { now: 0 }
  return { clock, pace: new Pace(() => clock.now) }
}

test("one frame is on its way at most", () => {
  const { pace } = paced()
  assert.equal(pace.free, true)
  assert.equal(pace.next(), 1)
  assert.equal(pace.free, false)
  assert.equal(pace.hear(1), true)
  assert.equal(pace.free, true)
  assert.equal(pace.next(), 2)
  assert.deepEqual([pace.sent, pace.answered], [2, 1])
})

test("an answer to another frame than the one on its way counts for nothing", () => {
  const { pace } = paced()
  pace.next()
  assert.equal(pace.hear(0), false)
  assert.equal(pace.hear(2), false)
  assert.equal(pace.free, false)
  assert.equal(pace.answered, 0)
})

test("a frame that was lost is given up after three seconds and four times the usual", () => {
  const { clock, pace } = paced()
  pace.next()
  clock.now = 100
  pace.hear(1) // usual: 100 ms
  pace.next()
  clock.now += 3399
  assert.equal(pace.free, false)
  clock.now += 2
  assert.equal(pace.free, true)
  assert.equal(pace.lost, 1)
  pace.next()
  assert.equal(pace.hear(2), false)
  assert.equal(pace.hear(3), true)
})

test("once the page was drawn without it, sooner", () => {
  const { clock, pace } = paced()
  pace.next()
  clock.now = 100
  pace.hear(1)
  pace.next()
  pace.interrupted()
  clock.now += 599
  assert.equal(pace.free, false)
  clock.now += 2
  assert.equal(pace.free, true)
})

test("the rate is that of the last two seconds", () => {
  const { clock, pace } = paced()
  assert.equal(pace.rate, 0)
  for (let n = 0; n < 60; n++) {
    pace.next()
    clock.now += n < 10 ? 1000 : 50
    pace.hear(n + 1)
  }
  assert.equal(Math.round(pace.rate), 20)
})
