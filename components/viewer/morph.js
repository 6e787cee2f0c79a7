// From stage to stage of a network: which two maps a position lies between, and their blend.
// A position runs from 0, the first stop, to the last stop's number.

const ON_A_STOP = 0.3 // how close to a stop a release must be to mean it

// The stops around a position, and how far it is from the lower to the upper, from 0 to 1.
export function between(position, count) {
  const held = Math.min(Math.max(position, 0), count - 1)
  const low = Math.min(Math.floor(held), Math.max(count - 2, 0))
  return { low, high: Math.min(low + 1, count - 1), share: held - low }
}

// The stop that a release at `position` means, or null in the middle between two.
export function stopAt(position) {
  const nearest = Math.round(position)
  return Math.abs(position - nearest) <= ON_A_STOP ? nearest : null
}

// Two heats of the same picture, each already scaled to its own peak, mixed.
export function blend(low, high, share) {
  if (share <= 0) return low
  if (share >= 1) return high
  const mixed = new Float32Array(low.length)
  for (let i = 0; i < mixed.length; i++) mixed[i] = low[i] + (high[i] - low[i]) * share
  return mixed
}

// "early", "middle" or "late": the thirds of the way through the stops.
export function phase(position, count) {
  const way = count > 1 ? position / (count - 1) : 1
  if (way < 1 / 3) return "early"
  return way > 2 / 3 ? "late" : "middle"
}

// What a phase means in plain words. Transformers keep one grid all the way, so what is said of
// grids is said only where they shrink. `cells` holds the cells of each stop's grid.
export function meaning(position, cells) {
  const shrinks = cells[0] > cells.at(-1)
  return {
    early: shrinks ? "fine grid, little meaning yet" : "far from the answer",
    middle: shrinks ? "coarser grid, more meaning" : "on the way to the answer",
    late: shrinks ? "coarse grid, whole objects" : "next to the answer",
  }[phase(position, cells.length)]
}
