import assert from "node:assert/strict"
import test from "node:test"

import { boxAround, fitted, radiusFor, spread, toward } from "../../../../components/evaluate/fitting.js"

test("the box goes around all points, or around some", () => {
  const xy = [0, 0, 4, 2, -1, 8]
  assert.deepEqual(boxAround(xy), [-1, 0, 4, 8])
  assert.deepEqual(boxAround(xy, [0, 1]), [0, 0, 4, 2])
})

test("points fill the picture at one scale, the rest stays even on both sides", () => {
  // A box 10 by 5 in a picture of 120 by 120 with 10 around: 100 pixels for 10, so 50 for 5.
  const { xs, ys } = fitted([0, 0, 10, 5], [0, 0, 10, 5], 120, 120, 10)
  assert.deepEqual([...xs], [10, 110])
  assert.deepEqual([...ys], [35, 85])
})

test("one point lies in the middle", () => {
  const { xs, ys } = fitted([3, 7], [3, 7, 3, 7], 200, 100, 10)
  assert.deepEqual([xs[0], ys[0]], [100, 50])
})

test("many points are small, few are not huge", () => {
  assert.equal(radiusFor(1), 6)
  assert.equal(radiusFor(100_000), 2)
  assert.ok(radiusFor(1000) > 3 && radiusFor(1000) < 4)
})

test("a crowded picture shows one photo of each square, the one nearest its middle", () => {
  const drawn = spread([5, 45, 55, 149], [5, 50, 52, 50], 50, 150, 100)
  // Squares of 50: (0, 0) holds the first; (0, 1) the second; (1, 1) the third; (2, 1) the last.
  assert.deepEqual(drawn.map(({ point }) => point), [0, 1, 2, 3])
  assert.deepEqual(drawn[0], { point: 0, x: 25, y: 25 })
  const crowded = spread([24, 10, 26], [24, 10, 20], 50, 50, 50)
  assert.deepEqual(crowded.map(({ point }) => point), [0])
})

test("few photos all find room, each as near as another leaves it", () => {
  // Six squares of 50. Both lie in the first; the second goes to the one beside it.
  const drawn = spread([25, 40], [25, 27], 50, 150, 100)
  assert.deepEqual(drawn, [{ point: 0, x: 25, y: 25 }, { point: 1, x: 75, y: 25 }])
  // One that lies outside all squares of a picture of 160 by 100 gets the nearest.
  assert.deepEqual(spread([1], [50], 50, 160, 100), [{ point: 0, x: 30, y: 25 }])
})

test("an arrow key goes to the next point in its direction", () => {
  const xs = [0, 10, 6, -5], ys = [0, 1, 30, 0]
  assert.equal(toward(xs, ys, 0, 1, 0), 1)
  assert.equal(toward(xs, ys, 0, -1, 0), 3)
  assert.equal(toward(xs, ys, 0, 0, 1), 1)
  assert.equal(toward(xs, ys, 2, 0, 1), -1)
})
