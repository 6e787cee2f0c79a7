// What the colours mean: the scale, its two ends, and the part hidden by the threshold.

import { element } from "./elements.js"
import { strengthOf } from "./pixels.js"
import { figures, MINUS } from "./text.js"

const LEGENDS = {
  for: "Evidence for the class",
  against: "Evidence against the class",
  both: "Against the class on the left, for it on the right",
  abs: "Evidence for or against the class",
}

export class ColorBar {
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
      const alpha = strengthOf(i, look.sign) < look.th ? 40 : 255
      strip.data.set([lut[i * 3], lut[i * 3 + 1], lut[i * 3 + 2], alpha], i * 4)
    }
    pen.putImageData(strip, 0, 0)
    const shared = look.scale === "shared"
    this.high.textContent = shared ? figures(sharedPeak) : "peak"
    this.low.textContent = look.sign === "both" ? `${MINUS}${this.high.textContent}` : "0"
    this.legend.textContent = `${LEGENDS[look.sign]}, ${
      shared ? "all maps on one scale" : "each map scaled to its own peak"}`
    const range = `from ${this.low.textContent} to ${this.high.textContent}`
    this.canvas.setAttribute("aria-label", `Colour scale ${range}`)
  }
}
