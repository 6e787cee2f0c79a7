// How a group of photos is called and coloured, everywhere on the page: a letter, and a quiet colour
// that people with any kind of colour vision tell from the others. -1 is photos in no group.

export const NONE = -1
const COLOURS = {
  light: ["#355f97", "#b3701f", "#2f8577", "#93507b", "#737c22", "#4d94ba", "#a9544c", "#5d6675"],
  dark: ["#8db1e6", "#e2ad66", "#75c3b3", "#d79cc1", "#bcc56b", "#a5d8f0", "#e39c92", "#b4bcc9"],
}
const ALONE = { light: "#9aa3a7", dark: "#6b767b" }

export function letterOf(group) {
  if (group === NONE) return "–"
  const letter = String.fromCharCode(65 + (group % 26))
  return group < 26 ? letter : `${letter}${Math.floor(group / 26) + 1}`
}

export function colourOf(group, theme) {
  return group === NONE ? ALONE[theme] : COLOURS[theme][group % COLOURS[theme].length]
}

// The theme that a node is drawn in, told by its text: light text is on a dark page.
export function themeOf(node) {
  const [r, g, b] = getComputedStyle(node).color.match(/[\d.]+/g).map(Number)
  return 0.3 * r + 0.59 * g + 0.11 * b > 128 ? "dark" : "light"
}

export function photosText(count) {
  return count === 1 ? "1 photo" : `${count.toLocaleString("en")} photos`
}
