// A strip of photos: a click shows one alone, its corner adds it as another row.

import { CHOSEN } from "../viewer/cache.js"
import { element } from "../viewer/elements.js"
import { onlyStop, rove } from "../viewer/roving.js"

export default function ({ data, parentElement, setTriggerValue }) {
  let strip = parentElement.querySelector(".strip")
  if (!strip) {
    element("div", "label", parentElement).textContent = data.label
    strip = element("div", "strip", parentElement, { role: "group", "aria-label": data.label })
    rove(strip, () => buttons(strip))
  }
  const wanted = data.items.map((item) => item.id).join("\n")
  if (strip.dataset.items !== wanted) {
    strip.dataset.items = wanted
    strip.replaceChildren(...data.items.map(makeCell))
  }
  const several = data.chosen.length > 1
  for (const cell of strip.children) {
    const { id, title } = cell.dataset
    const chosen = data.chosen.includes(id)
    const [pick, add] = cell.children
    pick.setAttribute("aria-pressed", String(chosen))
    pick.onclick = () => {
      mark(strip, cell) // at once; the server's answer will agree
      window.dispatchEvent(new CustomEvent(CHOSEN, { detail: cell.dataset.photo }))
      setTriggerValue("picked", id)
    }
    // Removing the only photo would do nothing.
    add.hidden = chosen && !several
    add.setAttribute("aria-pressed", String(chosen))
    add.textContent = chosen ? "✓" : "+"
    add.title = chosen ? `Remove ${title}` : `Add ${title} as another row`
    add.setAttribute("aria-label", add.title)
    add.onclick = () => setTriggerValue("added", id)
  }
  const all = buttons(strip), focused = strip.getRootNode().activeElement
  onlyStop(all, all.includes(focused) ? focused : strip.querySelector("[aria-pressed=true]"))
}

function buttons(strip) {
  return [...strip.querySelectorAll("button:not([hidden])")]
}

function mark(strip, chosen) {
  for (const cell of strip.children) {
    cell.firstChild.setAttribute("aria-pressed", String(cell === chosen))
  }
}

function makeCell(item) {
  const cell = element("div", "cell")
  cell.dataset.id = item.id
  cell.dataset.title = item.title
  cell.dataset.photo = item.photo
  const pick = element("button", "pick", cell, { type: "button" })
  pick.title = item.credit ? `${item.title} (${item.credit})` : item.title
  element("img", "", pick, { src: item.source, alt: item.title })
  element("button", "add", cell, { type: "button" })
  return cell
}
