import assert from "node:assert/strict"
import { test } from "node:test"

import { arranged, counts, verdict } from "../../../../components/sheet/order.js"

// In the order they arrived: id, name, the class its name says.
const PHOTOS = [
  ["a", "photo 10.jpg", null], ["b", "tabby.jpg", 281], ["c", "photo 9.jpg", 282],
  ["d", "to come.jpg", 281], ["e", "Mug.jpg", 504],
].map(([id, name, expected]) => ({ id, name, expected }))
const FOUND = new Map(Object.entries({
  a: { class: 504, title: "mug", share: 0.5, unsure: false },
  b: { class: 281, title: "tabby", share: 0.9, unsure: false },
  c: { class: 281, title: "tabby", share: 0.3, unsure: true },
  e: { class: 968, title: "cup", share: 0.7, unsure: false },
}))
const ids = (sort, ...only) => arranged(PHOTOS, FOUND, { sort, only }).map(({ id }) => id).join("")

test("each order, with what is still to come behind", () => {
  assert.equal(ids("new"), "abcde")
  assert.equal(ids("sure"), "beacd")
  assert.equal(ids("unsure"), "caebd")
  assert.equal(ids("class"), "eabcd")
})

test("names count like people: photo 9 before photo 10, whatever the capitals", () => {
  assert.equal(ids("name"), "ecabd")
})

test("the surest mistake comes first, the surest agreement last", () => {
  assert.equal(ids("differs"), "ecabd")
})

test("limits add up; what is still to come fits none", () => {
  assert.equal(ids("new", "unsure"), "c")
  assert.equal(ids("new", "differs"), "ce")
  assert.equal(ids("new", "281"), "bc")
  assert.equal(ids("new", "281", "504"), "abc")
  assert.equal(ids("new", "differs", "281"), "c")
  assert.equal(ids("new", "7"), "")
})

test("how many each limit leaves, the most common class first", () => {
  assert.deepEqual(counts(PHOTOS, FOUND), {
    unsure: 1, differs: 2, classes: [[281, "tabby", 2], [968, "cup", 1], [504, "mug", 1]],
  })
})

test("a photo without a label is neither right nor wrong", () => {
  assert.equal(verdict(PHOTOS[0], FOUND.get("a")), "")
  assert.equal(verdict(PHOTOS[1], FOUND.get("b")), "right")
  assert.equal(verdict(PHOTOS[2], FOUND.get("c")), "wrong")
  assert.equal(verdict(PHOTOS[3], undefined), "")
})
