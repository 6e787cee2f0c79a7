// The columns of a list of photos: what each is labelled and taken for, and where its heat lies.

import { percent, wholePercent } from "../viewer/text.js"
import { letterOf } from "./groups.js"

const CORNERS = ["upper left", "upper right", "lower left", "lower right"]
export const LIES = ["border", ...CORNERS, "x", "y", "area", "entropy"] // of each photo, in this order

// `table` is {names, classes, labels, predicted, shares, lies}: the last four hold numbers for each
// photo, of which `labels` and `predicted` are places in `classes`, or -1. `groups` may be null.
export function columnsOf({ names, classes, labels, predicted, shares, lies }, groups = null) {
  const lying = (name) => pick(lies, LIES.length, LIES.indexOf(name))
  const word = (places) => [...places].map((place) => (place < 0 ? "–" : classes[place]))
  const corner = names.map((_, n) => largestCorner(lies, n))
  const columns = [{ title: "File", wide: "minmax(150px, 2.2fr)", texts: names }]
  if (groups) {
    columns.push({
      title: "Group", wide: "62px", texts: [...groups].map(letterOf),
      about: "Photos whose heat is alike; – is like no others",
    })
  }
  if ([...labels].some((place) => place >= 0)) {
    columns.push({ title: "Labelled", wide: "minmax(84px, 1fr)", texts: word(labels), about: "The name of its folder" })
  }
  const share = (title, name, about) => ({
    title, wide: "68px", values: lying(name), format: wholePercent, about,
  })
  columns.push(
    { title: "Predicted", wide: "minmax(84px, 1fr)", texts: word(predicted), about: "The most probable class" },
    { title: "Sure", wide: "76px", values: shares, format: percent, about: "The probability of that class" },
    share("Border", "border", "How much of the heat lies within an eighth of an edge"),
    {
      title: "Corner", wide: "128px", values: corner.map(({ share: most }) => most),
      format: (most, n) => `${CORNERS[corner[n].which]} ${wholePercent(most)}`,
      about: "The corner with the most heat, and how much of all the heat that is",
    },
    share("Across", "x", "The middle of the heat, from 0 % at the left to 100 % at the right"),
    share("Down", "y", "The middle of the heat, from 0 % at the top to 100 % at the bottom"),
    share("Area", "area", "How much of the picture is hotter than half the peak"),
    share("Spread", "entropy", "From 0 %, all heat in one place, to 100 %, the same everywhere (entropy)"),
  )
  return columns
}

// A column of some of its photos.
export function chosenOf(column, kept) {
  if (column.texts) return { ...column, texts: kept.map((n) => column.texts[n]) }
  const values = kept.map((n) => column.values[n])
  return { ...column, values, format: (value, k) => column.format(value, kept[k]) }
}

function pick(values, width, column) {
  return Array.from({ length: values.length / width }, (_, n) => values[n * width + column])
}

function largestCorner(lies, n) {
  const four = CORNERS.map((_, k) => lies[n * LIES.length + 1 + k])
  const most = Math.max(...four)
  return { share: most, which: Math.max(0, four.indexOf(most)) }
}
