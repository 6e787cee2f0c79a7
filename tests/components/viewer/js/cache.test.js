import assert from "node:assert/strict"
import { test } from "node:test"

import { keep, recall, same, toggled } from "../../../../components/viewer/cache.js"

const page = (key, ...ids) => ({ key, rows: ids.map((id) => ({ id })) })

const row = {
  id: "cat",
  panels: [{ index: 7, title: "tabby" }, { index: 9, title: "lynx" }, { index: null, title: "why" }],
  spare: [{ index: 8, title: "tiger" }, { index: 5, title: "basket" }],
  bars: [7, 8, 9, 5].map((index) => ({ index, shown: index === 7 || index === 9 })),
}
const header = { across: "classes", rows: [row] }
const classes = (made) => made.rows[0].panels.map(({ index }) => index)

test("a page about a photo is recalled if all else is the same", () => {
  keep(page("k", "cat"), "the cat's bytes")
  keep(page("k", "dog"), "the dog's bytes")
  assert.equal(recall(page("k", "dog"), "cat"), "the cat's bytes")
  assert.equal(recall(page("another method", "dog"), "cat"), undefined)
  assert.equal(recall(page("k", "dog"), "bird"), undefined)
})

test("nothing is kept or recalled without a key, nor for several photos", () => {
  keep(page("", "cow"), "bytes")
  keep(page("k", "cow", "hen"), "bytes")
  assert.equal(recall(page("", "cat"), "cow"), undefined)
  assert.equal(recall(page("k", "cat"), "cow"), undefined)
  assert.equal(recall(page("k", "cat", "dog"), "cat"), undefined)
})

test("the latest answer replaces an older one, and the oldest goes first", () => {
  keep(page("x", "cat"), "old")
  keep(page("x", "cat"), "new")
  assert.equal(recall(page("x", "dog"), "cat"), "new")
  for (let n = 0; n < 15; n++) keep(page("x", `photo ${n}`), n)
  assert.equal(recall(page("x", "dog"), "cat"), "new")
  keep(page("x", "one more"), "bytes")
  assert.equal(recall(page("x", "dog"), "cat"), undefined)
})

test("equal bytes are the same", () => {
  assert.ok(same(new Uint8Array([1, 2]), new Uint8Array([1, 2])))
  assert.ok(!same(new Uint8Array([1, 2]), new Uint8Array([1, 3])))
  assert.ok(!same(new Uint8Array([1, 2]), new Uint8Array([1])))
  assert.ok(!same(undefined, new Uint8Array([1])))
})

test("a class whose map is there is shown at its place, and its bar is marked", () => {
  const shown = toggled(header, 8)
  assert.deepEqual(classes(shown), [7, 8, 9, null])
  assert.deepEqual(classes(toggled(shown, 5)), [7, 8, 9, 5, null])
  assert.deepEqual(shown.rows[0].bars.map((bar) => bar.shown), [true, true, true, false])
  assert.deepEqual(shown.rows[0].spare.map(({ index }) => index), [5])
  assert.deepEqual(classes(header), [7, 9, null]) // the header given is left as it was
})

test("a class is hidden, and comes back to the same place", () => {
  const hidden = toggled(header, 7)
  assert.deepEqual(classes(hidden), [9, null])
  assert.equal(hidden.rows[0].bars[0].shown, false)
  assert.deepEqual(classes(toggled(hidden, 7)), [7, 9, null])
})

test("what only the server knows is left to it", () => {
  assert.equal(toggled(header, 4), null)
  assert.equal(toggled({ ...header, across: "layers" }, 8), null)
  assert.equal(toggled({ ...header, rows: [row, row] }, 8), null)
})
