import assert from "node:assert/strict"
import { test } from "node:test"

import { changedLook, DEFAULT_LOOK, lookFragment, readLook } from "../../../../components/viewer/look.js"

const COLORMAPS = ["inferno", "viridis", "coolwarm"]
const read = (fragment) => readLook(fragment, COLORMAPS)

test("no fragment means the default, and the default has no fragment", () => {
  assert.deepEqual(read(""), DEFAULT_LOOK)
  assert.equal(lookFragment(DEFAULT_LOOK), "")
})

test("a fragment restores its look", () => {
  const look = { cm: "viridis", op: 0.35, th: 0.5, view: "swipe", scale: "shared", sign: "abs", cross: "on" }
  const fragment = lookFragment(look)
  assert.equal(fragment, "#cm=viridis&op=0.35&th=0.5&view=swipe&scale=shared&sign=abs&cross=on")
  assert.deepEqual(read(fragment), look)
})

test("each invalid field falls back on its own", () => {
  const look = read("#cm=rainbow&op=7&th=x&view=heatmap&scale=&sign=maybe")
  assert.deepEqual(look, { ...DEFAULT_LOOK, view: "heatmap" })
})

test("old links use a former name of the sign", () => {
  assert.equal(read("#ev=against").sign, "against")
  assert.equal(read("#ev=against&sign=both").sign, "both")
  assert.equal(lookFragment(read("#ev=against")), "#sign=against")
})

test("the diverging colormap comes and goes with both signs", () => {
  const both = changedLook(DEFAULT_LOOK, { sign: "both" })
  assert.equal(both.cm, "coolwarm")
  assert.equal(changedLook(both, { sign: "abs" }).cm, "inferno")
  const chosen = changedLook(both, { cm: "viridis" })
  assert.equal(changedLook(chosen, { sign: "for" }).cm, "viridis")
  assert.equal(changedLook(DEFAULT_LOOK, { sign: "abs" }).cm, "inferno")
})
