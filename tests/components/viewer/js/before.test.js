import assert from "node:assert/strict"
import { test } from "node:test"

import { exchange } from "../../../../components/viewer/before.js"

test("a covered photo and its maps change places with those from before, and back", () => {
  const old = { values: [1], shape: [1, 1], window: [0, 0, 4, 4], subtitle: "63.0 %" }
  const now = { values: [2], shape: [1, 1], window: [0, 0, 4, 4], subtitle: "12.0 %" }
  const without = { values: [3], before: null }
  const row = {
    now: "covered", original: "whole", bitmap: "covered",
    panels: [{ ...now, before: old, heatKey: "known", peaks: { for: 2 } }, without],
  }
  const [panel] = row.panels
  exchange(row, true)
  assert.equal(row.bitmap, "whole")
  assert.deepEqual([panel.values, panel.subtitle], [[1], "63.0 %"])
  assert.deepEqual([panel.heatKey, panel.peaks], ["", null]) // drawn anew
  exchange(row, false)
  assert.equal(row.bitmap, "covered")
  assert.deepEqual([panel.values, panel.subtitle], [[2], "12.0 %"])
  assert.deepEqual(without.values, [3])
})
