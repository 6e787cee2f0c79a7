// Measures the page as it stands in the browser, through open shadow roots: how much of the screen the
// pictures cover, how small text and targets are, and the WCAG contrast of every visible text. The
// value of this file is a function; benches/room.py calls it on the page.

() => {
  const SMALLEST_PICTURE = 48 // CSS px; a smaller canvas is a bar or an icon
  const GRID = 4 // CSS px between the points that are counted as covered or not
  const TARGETS = [
    "a[href]", "button", "input:not([type=hidden])", "select", "textarea", "summary",
    "[role=button]", "[role=radio]", "[role=checkbox]", "[role=slider]", "[role=switch]",
    "[role=tab]", "[role=option]", "[role=menuitem]", "[role=combobox]",
  ].join(",")

  const elements = []
  const collect = (root) => {
    for (const node of root.querySelectorAll("*")) {
      elements.push(node)
      if (node.shadowRoot) collect(node.shadowRoot)
    }
  }
  collect(document)

  const parentOf = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null
  const chain = (node) => {
    const found = []
    for (let at = node; at; at = parentOf(at)) found.push(at)
    return found
  }

  // What is left of a box inside everything that clips it; null if nothing is.
  const clipped = (node, box, toWindow) => {
    let { left, top, right, bottom } = box
    for (const above of chain(node)) {
      const { overflowX, overflowY } = getComputedStyle(above)
      if (above === document.documentElement || above === document.body) continue
      const frame = above.getBoundingClientRect()
      if (overflowX !== "visible") [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)]
      if (overflowY !== "visible" && (toWindow || overflowY !== "auto")) {
        [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)]
      }
    }
    if (toWindow) {
      [left, right] = [Math.max(left, 0), Math.min(right, innerWidth)]
      ;[top, bottom] = [Math.max(top, 0), Math.min(bottom, innerHeight)]
    }
    return right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : null
  }

  const shown = (node) => {
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false
    if (chain(node).some((above) => above.inert || getComputedStyle(above).clipPath === "inset(50%)")) return false
    const box = node.getBoundingClientRect()
    return box.width > 1 && box.height > 1
  }
  const nameOf = (node) => {
    const text = node.getAttribute("aria-label") || node.innerText || node.title || node.value || ""
    const kind = node.dataset?.testid ?? (node.className?.baseVal ?? node.className) ?? ""
    return `${node.localName}.${String(kind).slice(0, 30)} "${String(text).trim().slice(0, 40)}"`
  }

  // Colours as the browser itself resolves them, whatever their notation.
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })
  const known = new Map()
  const rgba = (text) => {
    if (!known.has(text)) {
      pen.clearRect(0, 0, 1, 1)
      pen.fillStyle = text
      pen.fillRect(0, 0, 1, 1)
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data
      known.set(text, [r, g, b, a / 255])
    }
    return known.get(text)
  }
  const lay = (top, below) => {
    const [r, g, b, a] = top
    return [r, g, b].map((c, i) => c * a + below[i] * (1 - a))
  }
  const luminance = (color) => {
    const [r, g, b] = color.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const opacityOf = (node) =>
    chain(node).reduce((share, above) => share * Number(getComputedStyle(above).opacity), 1)
  // The text's colour and what is behind it, with every translucent layer and opacity between. An
  // ancestor that the text stands beside, as a slider's number beside its thumb, is not behind it.
  const contrast = (node, color, { left, top, right, bottom }) => {
    const layers = []
    const [x, y] = [(left + right) / 2, (top + bottom) / 2]
    for (const above of chain(node)) {
      const box = above.getBoundingClientRect()
      const isBehind = above === document.documentElement || above === document.body
        || (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom)
      if (!isBehind) continue
      const [r, g, b, a] = rgba(getComputedStyle(above).backgroundColor)
      if (a > 0) layers.push([r, g, b, a * opacityOf(above)])
      if (a === 1) break
    }
    const behind = layers.reduceRight((below, layer) => lay(layer, below), [255, 255, 255])
    const [r, g, b, a] = rgba(color ?? getComputedStyle(node).color)
    const written = lay([r, g, b, a * opacityOf(node)], behind)
    const [light, dark] = [luminance(written), luminance(behind)].sort((x, y) => y - x)
    return (light + 0.05) / (dark + 0.05)
  }

  const disabled = (node) => chain(node).some(
    (above) => above.disabled || above.getAttribute("aria-disabled") === "true",
  )
  const texts = []
  const written = (node, text, color, box) => {
    const style = getComputedStyle(node)
    const icon = style.fontFamily.includes("Material Symbols")
    texts.push({
      what: `${nameOf(node)} · ${text.slice(0, 40)}`, icon,
      size: parseFloat(style.fontSize), contrast: contrast(node, color, box),
    })
  }
  for (const node of elements) {
    if (["SCRIPT", "STYLE", "TITLE", "NOSCRIPT", "OPTION"].includes(node.tagName)) continue
    const isField = node.matches("input, textarea, select")
    const own = [...node.childNodes].filter((child) => child.nodeType === 3 && child.data.trim())
    if ((!isField && !own.length) || !shown(node) || disabled(node)) continue
    if (isField) {
      const typed = /^(text|search|number|url|)$/.test(node.getAttribute("type") ?? "")
      if (node.tagName !== "SELECT" && !typed) continue
      const color = node.value || !node.placeholder ? null : getComputedStyle(node, "::placeholder").color
      const box = node.getBoundingClientRect()
      if (node.value || node.placeholder) written(node, node.value || node.placeholder, color, box)
      continue
    }
    const range = document.createRange()
    for (const child of own) {
      range.selectNodeContents(child)
      const box = range.getBoundingClientRect()
      if (clipped(node, box, false)) written(node, child.data.trim(), null, box)
    }
  }

  const targets = []
  for (const node of elements) {
    if (!node.matches(TARGETS) || disabled(node)) continue
    if (node.matches("a") && getComputedStyle(node).display === "inline") continue // in a sentence
    // A hidden radio or tick box, a search field without a frame: what carries it is what one hits.
    let hit = node
    if (node.matches("input, [role=combobox]")) {
      hit = node.closest("label, [data-baseweb=select], [data-baseweb=input]") ?? node
    }
    if (!shown(hit) || !clipped(hit, hit.getBoundingClientRect(), false)) continue
    const box = hit.getBoundingClientRect()
    let { width, height } = box
    for (const part of ["::before", "::after"]) {
      const style = getComputedStyle(hit, part)
      if (style.content === "none" || style.position !== "absolute") continue
      width = Math.max(width, parseFloat(style.width) || 0)
      height = Math.max(height, parseFloat(style.height) || 0)
    }
    targets.push({ what: nameOf(node), width, height, top: box.top, bottom: box.bottom, left: box.left })
  }

  const main = document.querySelector("[data-testid=stMain]") ?? document.body
  const pictures = elements
    .filter((node) => node.localName === "canvas" && chain(node).includes(main) && shown(node))
    .map((node) => [node, node.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) >= SMALLEST_PICTURE)
  const visible = pictures.map(([node, box]) => clipped(node, box, true)).filter(Boolean)
  let covered = 0, points = 0
  for (let y = GRID / 2; y < innerHeight; y += GRID) {
    for (let x = GRID / 2; x < innerWidth; x += GRID, points++) {
      covered += visible.some((box) => x >= box.left && x < box.right && y >= box.top && y < box.bottom)
    }
  }

  const tooWide = [document.documentElement, main, ...elements.filter((node) => chain(node).includes(main))]
    .filter((node) => ["auto", "scroll"].includes(getComputedStyle(node).overflowX)
      || node === document.documentElement)
    .filter((node) => node.scrollWidth > node.clientWidth + 1)
  return {
    first: Math.min(...pictures.map(([, box]) => box.top)),
    pictures: covered / points,
    texts, targets,
    wide: tooWide.map((node) => `${nameOf(node)} ${node.scrollWidth} > ${node.clientWidth}`),
  }
}
