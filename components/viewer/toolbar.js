// The controls above the grid. Each change goes to `change`, and nowhere else.

const VIEW_NAMES = { overlay: "Overlay", heatmap: "Heatmap", swipe: "Swipe", contour: "Contour" }
const SCALE_NAMES = { each: "Each", shared: "Shared" }
const EVIDENCE_NAMES = { for: "For", against: "Against", both: "Both" }
const ICONS = {
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  fit: "M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5",
  close: "M6 6l12 12M18 6L6 18",
  present: "M4 4h16v11H4zM12 15v5M8 20h8",
  before: "M14.5 5l-7 7 7 7",
  after: "M9.5 5l7 7-7 7",
  save: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  report: "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
}

function nameButton(button, label) {
  button.setAttribute("aria-label", label)
  button.title = label
}

function iconButton(icon, label, parent, onClick) {
  const button = element("button", "icon", parent, { type: "button" })
  nameButton(button, label)
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  svg.setAttribute("viewBox", "0 0 24 24")
  svg.setAttribute("aria-hidden", "true")
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
  path.setAttribute("d", ICONS[icon])
  svg.append(path)
  button.append(svg)
  button.onclick = onClick
  return button
}

class Toolbar {
  constructor(parent, actions) {
    this.actions = actions
    this.node = element("div", "toolbar", parent, { role: "toolbar", "aria-label": "How maps look" })
    this.buildColormap()
    this.opacity = this.slider("Opacity", "op")
    this.threshold = this.slider("Threshold", "th")
    this.views = this.choice("View", "view", VIEW_NAMES)
    this.scales = this.choice("Scale", "scale", SCALE_NAMES)
    this.evidence = this.choice("Evidence", "ev", EVIDENCE_NAMES, true)
    this.colorbar = new ColorBar(this.node)
    const end = element("div", "end", this.node)
    this.said = element("span", "said", end, { role: "status" })
    this.fit = iconButton("fit", "Show the whole photo again", end, actions.fit)
    iconButton("save", "Save everything shown", end, () => actions.want("all"))
    iconButton("report", "Make a report", end, () => actions.want("report"))
    iconButton("link", "Copy a link to this view", end, actions.link)
    this.full = iconButton("full", "Full screen", end, actions.full)
    this.present = iconButton("present", "Present, one map at a time", end, actions.present)
    this.present.setAttribute("aria-keyshortcuts", "p")
  }

  buildColormap() {
    const label = element("label", "control colormap", this.node)
    element("span", "name", label).textContent = "Colormap"
    this.colormap = element("select", "", label, { "aria-label": "Colormap" })
    this.colormap.onchange = () => this.actions.change({ cm: this.colormap.value })
  }

  slider(name, field) {
    const label = element("label", "control slider", this.node)
    element("span", "name", label).textContent = name
    const input = element("input", "", label, {
      type: "range", min: "0", max: "1", step: "0.01", "aria-label": name,
    })
    const output = element("output", "", label)
    input.oninput = () => this.actions.change({ [field]: Number(input.value) })
    return { input, output }
  }

  choice(name, field, names, named = false) {
    const control = element("div", "control", this.node)
    if (named) element("span", "name", control).textContent = name
    const group = element("div", "choice", control, { role: "radiogroup", "aria-label": name })
    const buttons = {}
    for (const [value, text] of Object.entries(names)) {
      const button = element("button", "", group, { type: "button", role: "radio" })
      button.textContent = text
      button.onclick = () => this.actions.change({ [field]: value })
      buttons[value] = button
    }
    // As radio buttons do: one stop for Tab, arrows choose.
    group.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
      if (!step) return
      event.preventDefault()
      const values = Object.keys(buttons)
      const now = values.findIndex((value) => buttons[value].getAttribute("aria-checked") === "true")
      const next = values[(now + step + values.length) % values.length]
      this.actions.change({ [field]: next })
      buttons[next].focus()
    }
    return buttons
  }

  // A word on what was just done, for a moment.
  say(text) {
    this.said.textContent = text
    clearTimeout(this.silence)
    this.silence = setTimeout(() => { this.said.textContent = "" }, 4000)
  }

  show(look, colormaps, lut, sharedPeak, zoomed) {
    this.colorbar.show(look, lut, sharedPeak)
    if (this.colormap.options.length !== colormaps.length) {
      this.colormap.replaceChildren(...colormaps.map(({ name }) => new Option(name, name)))
    }
    this.colormap.value = look.cm
    for (const [slider, value] of [[this.opacity, look.op], [this.threshold, look.th]]) {
      if (Number(slider.input.value) !== value) slider.input.value = String(value)
      slider.output.textContent = `${Math.round(value * 100)} %`
    }
    // Opacity says nothing of a map alone or of lines.
    this.opacity.input.disabled = look.view === "heatmap" || look.view === "contour"
    const choices = [[this.views, look.view], [this.scales, look.scale], [this.evidence, look.ev]]
    for (const [buttons, chosen] of choices) {
      for (const [value, button] of Object.entries(buttons)) {
        button.setAttribute("aria-checked", String(value === chosen))
        button.tabIndex = value === chosen ? 0 : -1
      }
    }
    this.fit.hidden = !zoomed
  }
}

const EVIDENCE_LEGENDS = {
  for: "Evidence for the class",
  against: "Evidence against the class",
  both: "Against the class on the left, for it on the right",
}

// What the colours mean: the strip, its two ends, and the part the threshold hides.
class ColorBar {
  constructor(parent) {
    this.node = element("div", "colorbar", parent)
    this.low = element("span", "tick", this.node)
    this.canvas = element("canvas", "", this.node, { role: "img", width: "256", height: "1" })
    this.high = element("span", "tick", this.node)
    this.legend = element("span", "legend", this.node)
  }

  show(look, lut, sharedPeak) {
    const pen = this.canvas.getContext("2d")
    const strip = new ImageData(256, 1)
    for (let i = 0; i < 256; i++) {
      const strength = look.ev === "both" ? Math.abs((2 * i) / 255 - 1) : i / 255
      const alpha = strength < look.th ? 40 : 255
      strip.data.set([lut[i * 3], lut[i * 3 + 1], lut[i * 3 + 2], alpha], i * 4)
    }
    pen.putImageData(strip, 0, 0)
    const shared = look.scale === "shared"
    this.high.textContent = shared ? figures(sharedPeak) : "peak"
    this.low.textContent = look.ev === "both" ? `−${this.high.textContent}` : "0"
    this.legend.textContent = `${EVIDENCE_LEGENDS[look.ev]}, ${
      shared ? "one scale for all maps" : "each map to its own peak"}`
    const range = `from ${this.low.textContent} to ${this.high.textContent}`
    this.canvas.setAttribute("aria-label", `Colour scale ${range}`)
  }
}
