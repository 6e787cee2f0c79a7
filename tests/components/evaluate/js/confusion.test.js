import assert from "node:assert/strict"
import test from "node:test"

import { columnsOf } from "../../../../components/evaluate/columns.js"
import { counted, mistakes } from "../../../../components/evaluate/confusion.js"

test("photos are counted by label and prediction; those without either are left out", () => {
  const found = counted([0, 0, 0, 2, -1, 2], [0, 2, 2, 2, 1, -1])
  assert.deepEqual(found.labels, [0, 2])
  assert.deepEqual(found.predicted, [0, 2])
  assert.deepEqual(Object.fromEntries(found.cells), { "0 0": 1, "0 2": 2, "2 2": 1 })
  assert.deepEqual(mistakes(found), [[0, 2, 2]])
})

const TABLE = {
  names: ["a.jpg", "b.jpg"], classes: ["cat", "dog"], labels: [0, -1], predicted: [1, 1], shares: [0.5, 0.9],
  lies: [0.25, 0.1, 0.2, 0.4, 0.3, 0.5, 0.6, 0.07, 0.8, 0.5, 0, 0, 0, 0.125, 0.5, 0.5, 0.5, 1],
}

test("the corner with the most heat is named, and where the heat's middle lies", () => {
  const columns = Object.fromEntries(columnsOf(TABLE).map((column) => [column.title, column]))
  const { Corner, Border, Across, Area, Labelled, Group } = columns
  assert.equal(Corner.format(Corner.values[0], 0), "lower left 40 %")
  assert.equal(Corner.format(Corner.values[1], 1), "lower right 13 %")
  assert.equal(Border.format(Border.values[0]), "25 %")
  assert.equal(Across.values[0], 0.5)
  assert.equal(Area.format(Area.values[0]), "7 %")
  assert.deepEqual(Labelled.texts, ["cat", "–"])
  assert.equal(Group, undefined)
})

test("groups have a letter; without any label there is no such column", () => {
  const titles = columnsOf({ ...TABLE, labels: [-1, -1] }, [0, -1]).map(({ title, texts }) => [title, texts?.[0]])
  assert.deepEqual(titles[1], ["Group", "A"])
  assert.equal(titles.some(([title]) => title === "Labelled"), false)
})
