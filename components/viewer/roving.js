// One Tab stop for a group of controls; the arrow keys walk among them.

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

// Let Tab reach only `chosen`, or the first of the items.
export function onlyStop(items, chosen) {
  const stop = items.includes(chosen) ? chosen : items[0]
  for (const item of items) item.tabIndex = item === stop ? 0 : -1
}

// `items` returns the controls in order. Up and down keep their meaning in sliders and selects.
export function rove(node, items) {
  node.addEventListener("focusin", (event) => {
    const found = items().find((item) => item === event.target)
    if (found) onlyStop(items(), found)
  })
  node.addEventListener("keydown", (event) => {
    const all = items(), now = all.indexOf(event.target)
    const ends = { Home: 0, End: all.length - 1 }
    const vertical = event.key === "ArrowUp" || event.key === "ArrowDown"
    if (now < 0 || (vertical && event.target.matches("select, input"))) return
    const next = ends[event.key] ?? (now + (STEPS[event.key] ?? NaN) + all.length) % all.length
    if (Number.isNaN(next)) return
    event.preventDefault()
    event.stopPropagation()
    all[next].focus()
  })
}
