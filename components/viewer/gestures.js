// Pointer, wheel and keys on the cells: crosshair, zoom, pan, swipe, enlarge.

import { isZoomed, wholePhoto, within, zoomAround } from "./area.js"

// The pointer's position in the photo.
function photoPoint(cell, event) {
  const box = cell.stage.getBoundingClientRect(), { area } = cell.row
  return {
    x: area.x + ((event.clientX - box.left) / box.width) * area.width,
    y: area.y + ((event.clientY - box.top) / box.height) * area.height,
    share: (event.clientX - box.left) / box.width,
  }
}

// Translates events into calls of `host`, which draws, tracks and opens.
export function listen(cell, host) {
  const { stage, node, row } = cell
  let drag = null
  const zoom = (factor, x, y) => { row.area = zoomAround(row.area, row.size, factor, x, y) }

  stage.onpointerdown = (event) => {
    drag = { ...photoPoint(cell, event), moved: false }
    stage.setPointerCapture(event.pointerId)
    if (host.look.view === "swipe" && cell.panel) host.swipe(drag.share)
  }
  stage.onpointermove = (event) => {
    const point = photoPoint(cell, event)
    host.track(row, point)
    if (!drag) return
    const dx = point.share - drag.share
    drag.moved ||= Math.abs(dx) > 0.01 || Math.abs(point.y - drag.y) > row.area.height * 0.01
    if (host.look.view === "swipe" && cell.panel) host.swipe(point.share)
    else if (isZoomed(row.area, row.size) && drag.moved) {
      const moved = { x: row.area.x + drag.x - point.x, y: row.area.y + drag.y - point.y }
      row.area = within({ ...row.area, ...moved }, row.size)
      host.redraw()
    }
  }
  stage.onpointerup = () => {
    const still = drag && !drag.moved
    drag = null
    if (still && host.look.view !== "swipe" && !isZoomed(row.area, row.size)) host.open(cell)
  }
  stage.onpointercancel = () => { drag = null }
  stage.onpointerleave = () => host.track(row, null)
  // The wheel zooms with Ctrl or ⌘, as does a pinch; alone, it scrolls the page.
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const { x, y } = photoPoint(cell, event)
    zoom(Math.exp(-event.deltaY * 0.01), x, y)
    host.redraw()
  }, { passive: false })

  node.addEventListener("focusin", () => host.stop(cell))
  node.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const middle = [row.area.x + row.area.width / 2, row.area.y + row.area.height / 2]
    const actions = {
      Enter: () => host.open(cell),
      "+": () => zoom(1.5, ...middle),
      "=": () => zoom(1.5, ...middle),
      "-": () => zoom(1 / 1.5, ...middle),
      0: () => { row.area = wholePhoto(row.size) },
      ArrowLeft: () => host.step(-1, -0.02),
      ArrowRight: () => host.step(1, 0.02),
      ArrowUp: () => host.step(-1, 0.1),
      ArrowDown: () => host.step(1, 0.1),
    }
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
    host.redraw()
  }
}
