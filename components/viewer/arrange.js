// How many columns a row of the grid gets and how wide its cells are, in CSS pixels.

const CELL_TEXT = 64 // a cell's two lines of text and the gap below

// Use as few lines as keep cells at a useful size, or more where that makes them clearly larger and
// the row still (nearly) fits into the height `room`.
// count: cells in the row; aspect: height / width of a cell; tallest: the maximum height of a cell;
// many: whether there are other rows, which should stay visible.
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
