// A strip of photos. Titles are set as text and attributes only, never as HTML.

export default function ({ data, parentElement, setTriggerValue }) {
  let strip = parentElement.querySelector(".strip")
  if (!strip) {
    const label = document.createElement("div")
    label.className = "label"
    label.textContent = data.label
    parentElement.appendChild(label)
    strip = document.createElement("div")
    strip.className = "strip"
    strip.setAttribute("role", "group")
    strip.setAttribute("aria-label", data.label)
    parentElement.appendChild(strip)
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
    pick.onclick = () => setTriggerValue("picked", id)
    // The corner of the only one would do nothing.
    add.hidden = chosen && !several
    add.setAttribute("aria-pressed", String(chosen))
    add.textContent = chosen ? "✓" : "+"
    add.title = chosen ? `Remove ${title}` : `Add ${title} as another row`
    add.setAttribute("aria-label", add.title)
    add.onclick = () => setTriggerValue("added", id)
  }
}

function makeCell(item) {
  const cell = document.createElement("div")
  cell.className = "cell"
  cell.dataset.id = item.id
  cell.dataset.title = item.title

  const pick = document.createElement("button")
  pick.type = "button"
  pick.className = "pick"
  pick.title = item.credit ? `${item.title} (${item.credit})` : item.title
  const image = document.createElement("img")
  image.src = item.source
  image.alt = item.title
  pick.appendChild(image)

  const add = document.createElement("button")
  add.type = "button"
  add.className = "add"

  cell.append(pick, add)
  return cell
}
