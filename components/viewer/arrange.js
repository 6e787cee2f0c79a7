// Where a photo, its maps and its bars go, in CSS pixels. Of several templates, the one is taken that
// shows the most of the pictures without scrolling.

export const GAP = 12
export const TEXT = 40 // the bar below a picture, the line above the next one and the gap
export const MINOR = 0.7 // the width of a hardly considered class's map beside another rival's
const NARROW = 560 // a phone
const TABLET = 900
const SMALLEST = 132 // a useful map
export const BAR = 29 // one bar with its label above
const WIDE = 0.86 // height / width of a photo that leaves the place below its map empty
const SIDE = { least: 170, share: 0.14, most: 240 } // the column of bars

// The answer view. width: of the place; room: from the first picture's top to the window's bottom;
// aspect: height / width of the photo; rivals, minors: how many other maps; bars: how many.
// Returns the template's name and the widths of photo, map, rival and minor pictures.
export function arrangeAnswer(place) {
  const found = place.width < NARROW ? [phone(place)] : [
    ...beside(place), ...aside(place), stacked(place), below(place), ...upright(place),
  ]
  return found.reduce((best, one) => (one.worth > best.worth ? one : best))
}

export function sideWidth(width) {
  return Math.round(Math.min(Math.max(width * SIDE.share, SIDE.least), SIDE.most))
}

// A: photo, map and bars side by side, the rivals below across the full width.
function beside(place) {
  const { width, room, aspect } = place
  const widest = (width - sideWidth(width) - 2 * GAP) / 2
  return heights(room).map((tall) => {
    const photo = Math.min(widest, tall / aspect)
    const top = Math.max(photo * aspect + TEXT, Math.min(place.bars * BAR, room * 0.6))
    return worth(place, "beside", photo, photo, [photo, photo], rest(place, width, top, photo))
  })
}

// B: a larger map, and a smaller photo above the bars.
function aside(place) {
  const { width, room, aspect } = place
  if (aspect > WIDE) return []
  return [0.6, 0.66, 0.72].map((share) => {
    const map = Math.min(width * share, room / aspect)
    const photo = width - map - GAP
    // The list of bars is cut to what fits beside the map, but not to less than five.
    const bars = Math.max(5, Math.floor((map - photo) * aspect / BAR))
    const side = photo * aspect + TEXT + Math.min(place.bars, bars) * BAR
    const top = Math.max(map * aspect + TEXT, side)
    const found = worth(place, "aside", photo, map, [map, photo], rest(place, width, top, map))
    return { ...found, bars }
  })
}

// C: photo and map across the full width, below them the bars beside the rivals.
function below(place) {
  const { width, room, aspect } = place
  const photo = Math.min((width - GAP) / 2, room / aspect)
  const top = photo * aspect + TEXT
  const side = sideWidth(width)
  const others = rest(place, width - side - GAP, top, photo)
  return lessened(worth(place, "below", photo, photo, [photo, photo], others), top, place)
}

// For panoramas: the map above the photo, both across the full width, then as in C.
function stacked(place) {
  const { width, room, aspect } = place
  const map = Math.min(width, (room * 0.6) / aspect)
  const line = map * aspect + TEXT
  const others = rest(place, width - sideWidth(width) - GAP, 2 * line, map)
  const found = worth(place, "stacked", map, map, [map], others)
  const second = map * Math.min(map * aspect, Math.max(0, room - line))
  return lessened({ ...found, worth: found.worth + second }, 2 * line, place)
}

// For tall photos: as in A, with the rivals at the side of the bars.
function upright(place) {
  const { width, room, aspect } = place
  const photo = (room - TEXT) / aspect
  const left = width - 2 * photo - sideWidth(width) - 3 * GAP
  if (left < SMALLEST || !(place.rivals + place.minors)) return []
  return [worth(place, "upright", photo, photo, [photo, photo], rest(place, left, 0, photo))]
}

// D, a phone: the map, the photo and the bars below each other, rivals two across.
function phone({ width, room, aspect }) {
  const map = Math.min(width, (room * 0.9) / aspect)
  const rival = (width - GAP) / 2
  return { template: "phone", photo: map, map, rival, minor: (width - 2 * GAP) / 3, worth: 0 }
}

// Heights worth trying for the large pictures: lower ones leave room for the rivals.
function heights(room) {
  return [1, 0.85, 0.7, 0.6].map((share) => share * room - TEXT / 2)
}

function worth({ room, aspect }, template, photo, map, firsts, others) {
  const seen = firsts.reduce((sum, wide) => sum + wide * Math.min(wide * aspect, room), 0)
  return { template, photo, map, rival: others.rival, minor: others.minor, worth: seen + others.seen }
}

// Bars below the pictures are further to look for, most of all below the window.
function lessened(found, top, { width, room }) {
  const inSight = top + 4 * BAR < room
  return { ...found, worth: found.worth * (inSight ? (width < TABLET ? 0.96 : 0.88) : 0.75) }
}

// The rivals' width in a place `width` wide and `top` below the first picture, and how much of them
// shows. No rival is wider than three quarters of the answer's map.
function rest({ room, aspect, rivals, minors }, width, top, map) {
  const count = rivals + minors
  if (!count) return { rival: 0, minor: 0, seen: 0 }
  const cap = Math.max(map * 0.75, SMALLEST)
  let best = { rival: cap, minor: cap * MINOR, seen: -1 }
  const consider = (exact, lines) => {
    const rival = Math.floor(exact) // or rounding would push the last one to another line
    if (rival < SMALLEST && best.seen >= 0) return
    const shorter = lines.length > 1 ? 1.08 : 1 // one line reads better
    let seen = 0, y = top
    for (const [number, wide] of lines) {
      seen += number * wide * Math.max(0, Math.min(wide * aspect, room - y))
      y += wide * aspect + TEXT
    }
    if (seen > best.seen * shorter) best = { rival, minor: rival * MINOR, seen }
  }
  const units = rivals + MINOR * minors
  const one = Math.min(cap, (width - GAP * (count - 1)) / units)
  consider(one, [[units, one]])
  for (let columns = 1; columns <= Math.max(rivals, 1); columns++) {
    const wide = Math.min(cap, (width - GAP * (columns - 1)) / columns)
    const lines = Array.from({ length: Math.ceil(rivals / columns) }, (_, line) => [
      Math.min(columns, rivals - line * columns), wide,
    ])
    if (minors) lines.push([Math.min(minors, width / (wide * MINOR + GAP)), wide * MINOR])
    if (lines.length > 1) consider(wide, lines)
  }
  return best
}

// One line of `count` equal pictures beside a column of bars, for a few photos below each other.
// tallest: of a picture; bars: how many. Returns the width of the column, 0 if the bars go above or
// there are none, and of a picture.
export function arrangeLine({ width, count, aspect, tallest, bars }) {
  const side = bars && width >= NARROW ? sideWidth(width) : 0
  const place = side ? width - side - GAP : width
  let columns = Math.max(1, count)
  while (columns > 2 && (place - GAP * (columns - 1)) / columns < SMALLEST) {
    columns = Math.ceil(columns / 2)
  }
  const cell = Math.min((place - GAP * (columns - 1)) / columns, tallest / aspect)
  return { side, columns, cell }
}

// One photo along another axis: as few lines as keep the pictures at a useful size, or more where
// that makes them clearly larger and they still fit into the height `room`.
export function arrangeGrid({ width, count, aspect, tallest, room }) {
  const side = width >= NARROW ? sideWidth(width) : 0
  const place = side ? width - side - GAP : width
  const widest = (columns) => Math.min((place - GAP * (columns - 1)) / columns, tallest / aspect)
  const smallest = width < NARROW ? 140 : 220
  const most = Math.max(1, Math.floor((place + GAP) / (smallest + GAP)))
  let lines = Math.ceil(count / most)
  let columns = Math.ceil(count / lines)
  let cell = widest(columns)
  while (lines < count) {
    lines++
    const fitting = (room / lines - TEXT) / aspect
    const larger = Math.min(widest(Math.ceil(count / lines)), fitting)
    if (larger <= cell * 1.2) continue
    columns = Math.ceil(count / lines)
    cell = larger
  }
  return { side, columns, cell }
}

// A map enlarged, with its photo beside it, or below it where the window is narrow.
export function arrangeOpen({ width, aspect, tallest, alone }) {
  const tall = tallest / aspect
  if (alone) return { map: Math.min(width, tall), photo: 0, stacked: false }
  if (width < NARROW || aspect < 0.4) {
    const map = Math.min(width, tall)
    return { map, photo: map, stacked: true }
  }
  const map = Math.min(width * 0.8, tall)
  return { map, photo: Math.min(width - map - GAP, map), stacked: false }
}
