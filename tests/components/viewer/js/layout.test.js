import assert from "node:assert/strict"
import { test } from "node:test"

import { contains, covers, isZoomed, windowBox, wholePhoto, within, zoomAround } from
  "../../../../components/viewer/area.js"
import { arrangeAnswer, arrangeGrid, arrangeLine, arrangeOpen } from "../../../../components/viewer/arrange.js"

const SIZE = [600, 400]
const ANSWER = { aspect: 1, rivals: 4, minors: 0, bars: 10 }

// Visible pixels of the pictures: photo, map and one line of rivals.
const share = ({ photo, map, rival }, { room, rivals }) => {
  const top = photo + 40
  return photo * photo + map * map + rivals * rival * Math.max(0, Math.min(rival, room - top))
}

test("a square photo on a laptop: photo, map and bars side by side, rivals across the width", () => {
  const place = { ...ANSWER, width: 1152, room: 750 }
  const found = arrangeAnswer(place)
  // 1152 less a column of 170 and two gaps of 12, halved.
  assert.deepEqual([found.template, found.photo, found.map], ["beside", 479, 479])
  assert.equal(found.rival, (1152 - 3 * 12) / 4) // 279
  assert.ok(share(found, place) >= 0.54 * 1440 * 900)
})

test("a tablet has the bars below, a phone everything, the map first", () => {
  const tablet = arrangeAnswer({ ...ANSWER, width: 740, room: 618 })
  assert.deepEqual([tablet.template, tablet.photo], ["below", 364])
  const phone = arrangeAnswer({ ...ANSWER, width: 366, room: 640 })
  assert.deepEqual([phone.template, phone.photo, phone.rival], ["phone", 366, 177])
})

test("a panorama is stacked, and a tall photo has its rivals at its side", () => {
  assert.equal(arrangeAnswer({ ...ANSWER, aspect: 0.25, width: 1152, room: 750 }).template, "stacked")
  const tall = arrangeAnswer({ ...ANSWER, aspect: 3, width: 1152, room: 750 })
  assert.equal(tall.template, "upright")
  assert.ok(tall.photo * 3 <= 750)
})

test("rivals are always smaller than the answer, and hardly considered ones smaller still", () => {
  for (const rivals of [0, 1, 3, 9]) {
    for (const minors of [0, 1, 4]) {
      for (const aspect of [0.25, 0.7, 1, 1.4, 3]) {
        const found = arrangeAnswer({ ...ANSWER, aspect, rivals, minors, width: 1152, room: 750 })
        if (rivals) assert.ok(found.rival < found.map || found.map < 180, `${rivals} ${minors} ${aspect}`)
        if (minors) assert.ok(found.minor < found.rival)
      }
    }
  }
})

test("a line has the bars at its left and as many columns as stay useful", () => {
  assert.deepEqual(
    arrangeLine({ width: 1152, count: 6, aspect: 1, tallest: 380, bars: 5 }),
    { side: 170, columns: 6, cell: (1152 - 170 - 12 - 5 * 12) / 6 },
  )
  assert.deepEqual(
    arrangeLine({ width: 366, count: 6, aspect: 1, tallest: 380, bars: 5 }), { side: 0, columns: 2, cell: 177 },
  )
  assert.equal(arrangeLine({ width: 1152, count: 2, aspect: 1, tallest: 300, bars: 5 }).cell, 300)
  // Without bars no column is kept free for them: (600 - 12) / 2.
  assert.deepEqual(
    arrangeLine({ width: 600, count: 2, aspect: 1, tallest: 380, bars: 0 }), { side: 0, columns: 2, cell: 294 },
  )
})

test("along another axis, more lines where that makes the pictures clearly larger", () => {
  const six = { width: 1800, count: 6, aspect: 1, tallest: 900 }
  assert.equal(arrangeGrid({ ...six, room: 400 }).columns, 6)
  assert.equal(arrangeGrid({ ...six, room: 1000 }).columns, 3)
})

test("an enlarged map has its photo beside it where there is room", () => {
  assert.deepEqual(
    arrangeOpen({ width: 1152, aspect: 1, tallest: 700 }), { map: 700, photo: 440, stacked: false },
  )
  assert.deepEqual(
    arrangeOpen({ width: 366, aspect: 1, tallest: 700 }), { map: 366, photo: 366, stacked: true },
  )
})

test("zooming keeps the point under the pointer", () => {
  const twice = zoomAround(wholePhoto(SIZE), SIZE, 2, 300, 200)
  assert.deepEqual(twice, { x: 150, y: 100, width: 300, height: 200 })
  const corner = zoomAround(wholePhoto(SIZE), SIZE, 2, 600, 0)
  assert.deepEqual(corner, { x: 300, y: 0, width: 300, height: 200 })
  assert.deepEqual(zoomAround(twice, SIZE, 0.1, 0, 0), wholePhoto(SIZE))
  assert.equal(zoomAround(twice, SIZE, 1000, 300, 200).width, 50)
  assert.deepEqual([wholePhoto(SIZE), twice].map((area) => isZoomed(area, SIZE)), [false, true])
})

test("panning stays inside the photo", () => {
  const moved = within({ x: 500, y: -20, width: 300, height: 200 }, SIZE)
  assert.deepEqual(moved, { x: 300, y: 0, width: 300, height: 200 })
  assert.equal(contains(moved, { x: 600, y: 200 }), true)
  assert.equal(contains(moved, { x: 299, y: 100 }), false)
})

test("the box of a window in a picture of half the size", () => {
  const box = windowBox([100, 0, 500, 400], wholePhoto(SIZE), 300, 200)
  assert.deepEqual(box, { x: 50, y: 0, width: 200, height: 200 })
  assert.equal(covers(box, 300, 200), false)
  assert.equal(covers(windowBox([0, 0, ...SIZE], wholePhoto(SIZE), 300, 200), 300, 200), true)
})
