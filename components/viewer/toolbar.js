// The line of controls above the maps. They report every change through `actions` and keep no state.

import { ColorBar } from "./colorbar.js"
import { choice, list, slider, toggle } from "./controls.js"
import { element, iconButton } from "./elements.js"
import { Menu } from "./menu.js"
import { onlyStop, rove } from "./roving.js"

const ACROSS = { classes: "Classes", layers: "Layers", methods: "Methods", models: "Models" }
const ACROSS_TIPS = {
  classes: "One map for each class",
  layers: "One class at several depths of the network",
  methods: "One class by several methods",
  models: "One class by several models",
}
const VIEWS = { overlay: "Overlay", heatmap: "Heatmap", swipe: "Swipe", contour: "Contour" }
const VIEW_TIP = "Heat over the photo, alone, behind a divider you drag, or as lines"
const SIGNS = { for: "For", against: "Against", both: "Both", abs: "Either" }
const SIGN_TIPS = {
  for: "What speaks for the class",
  against: "What speaks against the class",
  both: "For and against, in two colours",
  abs: "How strongly a place speaks, for or against",
}
// Below these widths of the toolbar, in CSS pixels, a control moves into a menu.
const NEEDS = { colorbar: 1090, shared: 930, opacity: 800, end: 590 }
const INSIDE = "button:not([hidden]), select, input"

export class Toolbar {
  constructor(parent, actions) {
    this.actions = actions
    this.node = element("div", "toolbar", parent, { role: "toolbar", "aria-label": "Maps" })
    const { across, change } = actions
    this.axis = choice(this.node, "Compare across", ACROSS, ACROSS_TIPS, across)
    this.axisList = list(this.node, "Compare across", "What the maps compare", ACROSS, across)
    this.axis.node.classList.add("wide")
    this.axisList.node.classList.add("narrow")
    this.view = list(this.node, "View", VIEW_TIP, VIEWS, (view) => change({ view }))
    this.opacity = slider(this.node, "Opacity", "How strongly the heat covers the photo",
      (op) => change({ op }))
    this.shared = toggle(this.node, "Shared scale",
      "Draw all maps on one scale, so that a weak map looks weak",
      (on) => change({ scale: on ? "shared" : "each" }))
    this.buildLook(change)
    this.colorbar = new ColorBar(this.node)
    this.buildEnd()
    rove(this.node, () => this.stops())
  }

  buildLook(change) {
    const button = element("button", "word", null, { type: "button", title: "More about how maps look" })
    button.textContent = "Look ▾"
    this.look = new Menu(this.node, button, "Look")
    const { panel } = this.look
    this.moved = element("div", "moved", panel)
    this.colormap = list(panel, "Colormap", "The colours from weak to strong evidence", {},
      (cm) => change({ cm }), true)
    this.threshold = slider(panel, "Threshold", "Hide everything weaker than this", (th) => change({ th }))
    this.signs = choice(panel, "Evidence", SIGNS, SIGN_TIPS, (sign) => change({ sign }), true)
    this.cross = toggle(panel, "Crosshair", "Read the maps under the pointer (c)",
      (on) => change({ cross: on ? "on" : "off" }))
    this.cross.node.setAttribute("aria-keyshortcuts", "c")
    this.legend = element("p", "legend", panel)
  }

  buildEnd() {
    const { actions } = this
    this.end = element("div", "end", this.node)
    this.message = element("span", "said", this.end, { role: "status" })
    this.fit = iconButton("fit", "Reset zoom", this.end, actions.fit)
    iconButton("save", "Save everything shown", this.end, () => actions.want("all"))
    iconButton("report", "Create a report", this.end, () => actions.want("report"))
    iconButton("link", "Copy a link to this view", this.end, actions.link)
    iconButton("full", "Full screen", this.end, actions.full)
    this.present = iconButton("present", "Present one map at a time", this.end, actions.present)
    this.present.setAttribute("aria-keyshortcuts", "p")
    const help = iconButton("help", "Keyboard shortcuts", this.end, actions.help)
    help.setAttribute("aria-keyshortcuts", "?")
    this.more = new Menu(this.node, iconButton("more", "Save, share and present", null, null), "More")
    this.end.addEventListener("click", () => this.more.toggle(false))
  }

  // The controls that are in the line now, in order.
  stops() {
    return [...this.node.querySelectorAll(INSIDE)].filter(
      (one) => !one.closest(".panel") && one.getClientRects().length,
    )
  }

  // Keep the toolbar on one line: what does not fit goes into the menus.
  arrange(width) {
    const fits = Object.entries(NEEDS).filter(([, need]) => width >= need).map(([name]) => name)
    const key = fits.join(" ")
    if (key === this.arranged) return
    this.arranged = key
    const into = (name, node, menu, before) => {
      if (fits.includes(name)) this.node.insertBefore(node, before)
      else menu.append(node)
    }
    into("opacity", this.opacity.node, this.moved, this.look.node)
    into("shared", this.shared.node, this.moved, this.look.node)
    into("colorbar", this.colorbar.node, this.moved, this.look.node.nextSibling)
    into("end", this.end, this.more.panel, this.more.node)
    this.more.node.hidden = fits.includes("end")
    this.node.classList.toggle("tight", !fits.includes("end"))
    onlyStop(this.stops())
    for (const inside of this.node.querySelectorAll(".panel :is(button, select, input)")) {
      inside.tabIndex = 0
    }
  }

  // Show a message for a moment.
  say(text) {
    this.message.textContent = text
    clearTimeout(this.silence)
    this.silence = setTimeout(() => { this.message.textContent = "" }, 4000)
  }

  show(look, header, lut, sharedPeak, zoomed) {
    this.colorbar.show(look, lut, sharedPeak)
    this.legend.textContent = this.colorbar.legend.textContent
    const { colormaps, across } = header
    if (this.colormap.select.options.length !== colormaps.length) {
      this.colormap.fill(colormaps.map(({ name }) => [name, name]))
    }
    this.colormap.show(look.cm)
    this.opacity.show(look.op)
    this.threshold.show(look.th)
    // Opacity has no effect on heatmaps and contours.
    this.opacity.input.disabled = look.view === "heatmap" || look.view === "contour"
    this.view.show(look.view)
    this.signs.show(look.sign)
    this.axis.node.hidden = this.axisList.node.hidden = !across
    this.axis.show(across)
    this.axisList.show(across)
    this.shared.show(look.scale === "shared")
    this.cross.show(look.cross === "on")
    this.fit.hidden = !zoomed
  }
}
