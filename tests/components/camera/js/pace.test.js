import assert from "node:assert/strict"
import { test } from "node:test"

import { Pace } from "../../../../components/camera/pace.js"

test("one frame is on its way at most", () => {
  const pace = new Pace(() => 0)
  assert.equal(pace.free, true)
  pace.send()
  assert.equal(pace.free, false)
  pace.hear()
  assert.equal(pace.free, true)
  assert.deepEqual([pace.sent, pace.answered], [1, 1])
})

test("the rate is that of the last two seconds", () => {
  let now = 0
  const pace = new Pace(() => now)
  assert.equal(pace.rate, 0)
  for (let n = 0; n < 60; n++) {
    pace.send()
    now += n < 10 ? 1000 : 50
    pace.hear()
  }
  assert.equal(Math.round(pace.rate), 20)
})
