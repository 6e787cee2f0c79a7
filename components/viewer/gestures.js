// Pointer, wheel and keys on the cells: crosshair, zoom, pan, swipe, opening large.

const MOST_ZOOM = 12

function wholePhoto(row) {
  return { x: 0, y: 0, width: row.size[0], height: row.size[1] }
}

function zoomed(row) {
  return row.area.width < row.size[0] - 0.01
}

// Zoom a row's view by `factor` around a place in the photo, never beyond its edges.
function zoomAround(row, factor, x, y) {
  const [w, h] = row.size, now = row.area
  const width = Math.min(w, Math.max(w / MOST_ZOOM, now.width / factor))
  const height = (width * h) / w
  const share = width / now.width
  row.area = within(row, { x: x - (x - now.x) * share, y: y - (y - now.y) * share, width, height })
}

function within(row, area) {
  const [w, h] = row.size
  return {
    ...area,
    x: Math.min(Math.max(area.x, 0), w - area.width),
    y: Math.min(Math.max(area.y, 0), h - area.height),
  }
}

// Where in the photo a pointer is.
function photoPoint(cell, event) {
  const box = cell.stage.getBoundingClientRect(), { area } = cell.row
  return {
    x: area.x + ((event.clientX - box.left) / box.width) * area.width,
    y: area.y + ((event.clientY - box.top) / box.height) * area.height,
    share: (event.clientX - box.left) / box.width,
  }
}

// `host` draws, tracks and opens; this only says what was asked.
function listen(cell, host) {
  const { stage, node, row } = cell
  let drag = null

  stage.onpointerdown = (event) => {
    drag = { ...photoPoint(cell, event), moved: false, area: row.area }
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
    else if (zoomed(row) && drag.moved) {
      row.area = within(row, {
        ...row.area, x: row.area.x + drag.x - point.x, y: row.area.y + drag.y - point.y,
      })
      host.redraw()
    }
  }
  stage.onpointerup = () => {
    const still = drag && !drag.moved
    drag = null
    if (still && host.look.view !== "swipe" && !zoomed(row)) host.open(cell)
  }
  stage.onpointercancel = () => { drag = null }
  stage.onpointerleave = () => host.track(row, null)
  // The plain wheel scrolls the page; with Ctrl or ⌘, and as pinch, it zooms.
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const { x, y } = photoPoint(cell, event)
    zoomAround(row, Math.exp(-event.deltaY * 0.01), x, y)
    host.redraw()
  }, { passive: false })

  node.onkeydown = (event) => {
    const middle = [row.area.x + row.area.width / 2, row.area.y + row.area.height / 2]
    const actions = {
      Enter: () => host.open(cell),
      "+": () => zoomAround(row, 1.5, ...middle),
      "=": () => zoomAround(row, 1.5, ...middle),
      "-": () => zoomAround(row, 1 / 1.5, ...middle),
      0: () => { row.area = wholePhoto(row) },
      ArrowLeft: () => host.step(-1, -0.02),
      ArrowRight: () => host.step(1, 0.02),
    }
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
    host.redraw()
  }
}
