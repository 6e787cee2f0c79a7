// Bars that are toggles. Labels are untrusted: they are set as text and attributes, never as HTML.

const made = new WeakMap() // parentElement -> what this instance keeps between runs

export default function ({ data, parentElement, setTriggerValue }) {
  let own = made.get(parentElement)
  if (!own) made.set(parentElement, (own = build(parentElement)))
  own.photos = data.photos
  own.chosen = Math.min(own.chosen, Math.max(own.photos.length - 1, 0))
  own.toggle = (index) => setTriggerValue("toggled", { photo: own.chosen, index })
  draw(own)
  return () => {
    own.observer.disconnect()
    made.delete(parentElement)
  }
}

function build(parentElement) {
  const all = element("div", "all")
  const tabs = element("div", "photos")
  tabs.setAttribute("role", "tablist")
  tabs.setAttribute("aria-label", "Predictions for")
  const rows = element("div", "rows")
  rows.setAttribute("role", "group")
  rows.setAttribute("aria-label", "Predictions: choose which have a panel")
  all.append(tabs, rows)
  parentElement.appendChild(all)
  const observer = new ResizeObserver(([entry]) =>
    all.classList.toggle("narrow", entry.contentRect.width < 560),
  )
  observer.observe(all)
  return { all, tabs, rows, observer, chosen: 0, photos: [], toggle() {} }
}

function draw(own) {
  own.tabs.hidden = own.photos.length < 2
  match(own.tabs, own.photos.length, () => button(""))
  own.photos.forEach((photo, place) => {
    const tab = own.tabs.children[place]
    tab.setAttribute("role", "tab")
    tab.setAttribute("aria-selected", String(place === own.chosen))
    tab.tabIndex = place === own.chosen ? 0 : -1
    tab.textContent = tab.title = photo.name
    tab.onclick = () => choose(own, place)
    tab.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
      if (step) choose(own, (place + step + own.photos.length) % own.photos.length, true)
    }
  })
  const rows = own.photos[own.chosen]?.rows ?? []
  match(own.rows, rows.length, makeRow)
  rows.forEach((row, place) => fill(own, own.rows.children[place], row))
}

function choose(own, place, focus = false) {
  own.chosen = place
  draw(own)
  if (focus) own.tabs.children[place].focus()
}

function fill(own, node, row) {
  const [, label, track, percent] = node.children
  node.setAttribute("aria-pressed", String(row.shown))
  node.setAttribute("aria-label", `${row.label}, ${row.percent}`)
  node.title = `${row.label} · ${row.detail}`
  label.textContent = row.label
  track.firstChild.style.width = `${row.share * 100}%`
  percent.textContent = row.percent
  node.onclick = () => {
    row.shown = !row.shown // at once; the server's answer says the same
    node.setAttribute("aria-pressed", String(row.shown))
    own.toggle(row.index)
  }
}

function makeRow() {
  const node = button("row")
  const track = element("span", "track")
  track.appendChild(element("div", "bar"))
  node.append(element("span", "box"), element("span", "label"), track, element("span", "percent"))
  return node
}

// As many children as there are things to show; those that stay keep the focus.
function match(parent, count, make) {
  while (parent.children.length > count) parent.lastChild.remove()
  while (parent.children.length < count) parent.appendChild(make())
}

function button(className) {
  const node = element("button", className)
  node.type = "button"
  return node
}

function element(name, className) {
  const node = document.createElement(name)
  node.className = className
  return node
}
