// The keyboard shortcuts, and the list of them that "?" shows.

import { element, iconButton } from "./elements.js"

const KEYS = [
  ["←  →", "the map before, the next one"],
  ["Enter", "enlarge a map, or go back"],
  ["+  −  0", "zoom in, zoom out, the whole photo"],
  ["Ctrl or ⌘ and wheel", "zoom at the pointer"],
  ["c", "crosshair: read all maps at one place"],
  ["p", "present one map at a time"],
  ["Space  z", "with the brush: cover this place, take the last one back"],
  ["Esc", "back to all maps"],
  ["?", "this list"],
]

// Whether a key is meant for the page, and not typed into a field or a list.
export function isShortcut(event, root) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false
  const [target] = event.composedPath()
  if (target.closest?.("select, textarea, [contenteditable], dialog")) return false
  if (target.closest?.("input") && target.type !== "range") return false
  return target === document.body || event.composedPath().includes(root)
}

export function showShortcuts(parent) {
  const dialog = element("dialog", "shortcuts", parent, { "aria-label": "Keyboard shortcuts" })
  const head = element("div", "top", dialog)
  element("h2", "", head).textContent = "Keyboard shortcuts"
  iconButton("close", "Close", head, () => dialog.close())
  const table = element("dl", "", dialog)
  for (const [key, what] of KEYS) {
    element("dt", "", table).textContent = key
    element("dd", "", table).textContent = what
  }
  dialog.onclick = (event) => { if (event.target === dialog) dialog.close() }
  dialog.onclose = () => dialog.remove()
  dialog.showModal()
  return dialog
}
