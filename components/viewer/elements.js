// Helpers that create elements. Titles and labels are untrusted: set them as text or attributes,
// never as HTML.

const SVG = "http://www.w3.org/2000/svg"
const ICONS = {
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  fit: "M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5",
  close: "M6 6l12 12M18 6L6 18",
  present: "M4 4h16v11H4zM12 15v5M8 20h8",
  before: "M14.5 5l-7 7 7 7",
  after: "M9.5 5l7 7-7 7",
  save: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  report: "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
  help: "M9 9a3 3 0 1 1 4.4 2.7c-1 .5-1.4 1.1-1.4 2.3M12 17.5v.5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  shared: "M5 20V10M12 20V4M19 20v-6",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.3 15.3L20 20",
  notes: "M5 4h14v16H5zM8.5 9h7M8.5 13h7M8.5 17h4",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
}

export function element(tag, className = "", parent = null, attributes = {}) {
  const made = document.createElement(tag)
  if (className) made.className = className
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  parent?.append(made)
  return made
}

// A heading or label that only screen readers get.
export function spoken(tag, text, parent) {
  const made = element(tag, "spoken", parent)
  made.textContent = text
  return made
}

export function nameButton(button, label) {
  button.setAttribute("aria-label", label)
  button.title = label
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg")
  svg.setAttribute("viewBox", "0 0 24 24")
  svg.setAttribute("aria-hidden", "true")
  const path = document.createElementNS(SVG, "path")
  path.setAttribute("d", ICONS[name])
  svg.append(path)
  return svg
}

export function iconButton(name, label, parent, onClick) {
  const button = element("button", "icon", parent, { type: "button" })
  nameButton(button, label)
  button.append(icon(name))
  button.onclick = onClick
  return button
}

// A button over the picture; its events stay hidden from the picture's own gestures.
export function cornerButton(icon, parent) {
  const button = iconButton(icon, "", parent, null)
  button.classList.add("corner")
  for (const kind of ["pointerdown", "pointermove", "pointerup", "click", "dblclick", "keydown"]) {
    button.addEventListener(kind, (event) => event.stopPropagation())
  }
  return button
}
