// How many columns a row of the grid has, and how wide its cells are, in CSS pixels.

const CELL_TEXT = 64 // the two lines of text of a cell, and the gap below

// As few lines as keep the cells from being small, or more lines where that makes them clearly
// larger and `room`, the height there is, still shows (nearly) all.
// count : cells of the row; aspect : height / width of one; tallest : as high as one may be;
// many : there are other rows, which want to be seen too.
export function arrange({ width, count, aspect, tallest, room, gap, many }) {
  const smallest = width < 520 ? 140 : many ? 170 : 240
  const most = Math.max(1, Math.floor((width + gap) / (smallest + gap)))
  const widest = (columns) => Math.min((width - gap * (columns - 1)) / columns, tallest / aspect)
  let lines = Math.ceil(count / most)
  let columns = Math.ceil(count / lines)
  let cellWidth = widest(columns)
  while (lines < count) {
    lines++
    const fitting = ((room * 1.05) / lines - CELL_TEXT) / aspect
    const larger = Math.min(widest(Math.ceil(count / lines)), fitting)
    if (larger <= cellWidth * 1.25) continue
    columns = Math.ceil(count / lines)
    cellWidth = larger
  }
  return { columns, cellWidth }
}
