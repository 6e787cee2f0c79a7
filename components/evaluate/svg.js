// Elements of a drawing.

const SVG = "http://www.w3.org/2000/svg"

export function make(tag, attributes, parent) {
  const made = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  parent.append(made)
  return made
}
