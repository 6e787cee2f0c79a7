// The controls above the grid. They report every change through `actions` and keep no state.

import { ColorBar } from "./colorbar.js"
import { element, iconButton } from "./elements.js"
import { wholePercent } from "./text.js"

const VIEW_NAMES = { overlay: "Overlay", heatmap: "Heatmap", swipe: "Swipe", contour: "Contour" }
const SCALE_NAMES = { each: "Own scale", shared: "Shared scale" }
const SIGN_NAMES = { for: "For", against: "Against", both: "Both", abs: "Either" }

export class Toolbar {
  constructor(parent, actions) {
    this.actions = actions
    this.node = element("div", "toolbar", parent, {
      role: "toolbar", "aria-label": "Display options",
    })
    this.buildColormap()
    this.opacity = this.slider("Opacity", "op")
    this.threshold = this.slider("Threshold", "th")
    this.views = this.choice("View", "view", VIEW_NAMES)
    this.scales = this.choice("Scale", "scale", SCALE_NAMES)
    this.signs = this.choice("Evidence", "sign", SIGN_NAMES, true)
    this.colorbar = new ColorBar(this.node)
    const end = element("div", "end", this.node)
    this.message = element("span", "said", end, { role: "status" })
    this.fit = iconButton("fit", "Reset zoom", end, actions.fit)
    iconButton("save", "Save everything shown", end, () => actions.want("all"))
    iconButton("report", "Create a report", end, () => actions.want("report"))
    iconButton("link", "Copy a link to this view", end, actions.link)
    this.full = iconButton("full", "Full screen", end, actions.full)
    this.present = iconButton("present", "Present one map at a time", end, actions.present)
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
    // Like native radio buttons: one Tab stop, and arrow keys choose.
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

  // Show a message for a moment.
  say(text) {
    this.message.textContent = text
    clearTimeout(this.silence)
    this.silence = setTimeout(() => { this.message.textContent = "" }, 4000)
  }

  show(look, colormaps, lut, sharedPeak, zoomed) {
    this.colorbar.show(look, lut, sharedPeak)
    if (this.colormap.options.length !== colormaps.length) {
      this.colormap.replaceChildren(...colormaps.map(({ name }) => new Option(name, name)))
    }
    this.colormap.value = look.cm
    for (const [slider, value] of [[this.opacity, look.op], [this.threshold, look.th]]) {
      if (Number(slider.input.value) !== value) slider.input.value = String(value)
      slider.output.textContent = wholePercent(value)
    }
    // Opacity has no effect on heatmaps and contours.
    this.opacity.input.disabled = look.view === "heatmap" || look.view === "contour"
    const choices = [[this.views, look.view], [this.scales, look.scale], [this.signs, look.sign]]
    for (const [buttons, chosen] of choices) {
      for (const [value, button] of Object.entries(buttons)) {
        button.setAttribute("aria-checked", String(value === chosen))
        button.tabIndex = value === chosen ? 0 : -1
      }
    }
    this.fit.hidden = !zoomed
  }
}
