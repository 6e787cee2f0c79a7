// "Why not that one?": click two bars, or a rival's own button, and the server draws what speaks for
// the one rather than for the other.

import { cornerButton, element, nameButton } from "./elements.js"

const FIRST = "Click a class, then the one to compare it with."
const SECOND = "rather than …? Click the other class."

export class WhyNot {
  // Puts its button below the line's bars. `ask` gets [a, b] for "a rather than b", or nothing.
  constructor(line, ask) {
    this.ask = ask
    this.bars = line.bars
    this.first = null
    if (this.bars.count < 2) return
    this.button = element("button", "asks", this.bars.actions, {
      type: "button", title: "Click two bars: what speaks for the one rather than for the other?",
    })
    this.button.onclick = () => this.listen(!this.bars.asked)
    this.line = element("p", "asking", this.bars.actions, { role: "status" })
    this.bars.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.bars.asked) return
      event.stopPropagation()
      this.listen(false)
      this.button.focus()
    })
    this.listen(false)
    this.besideRivals(line)
    this.close(line)
  }

  // Take the clicks on the bars until two classes are chosen.
  listen(on) {
    this.first = null
    this.bars.asked = on ? (bar, node) => this.pick(bar, node) : null
    this.bars.node.classList.toggle("asked", on)
    this.button.textContent = on ? "Cancel" : "Why not…?"
    this.line.textContent = on ? FIRST : ""
    for (const one of this.bars.buttons) one.classList.remove("picked")
    if (on) this.bars.buttons[0].focus({ preventScroll: true })
  }

  pick(bar, node) {
    if (this.first === bar.index) return this.listen(true) // taken back
    node.classList.add("picked")
    if (this.first === null) {
      this.first = bar.index
      this.line.textContent = `${bar.label} ${SECOND}`
      return undefined
    }
    const pair = [this.first, bar.index]
    this.listen(false)
    this.line.textContent = "Comparing…"
    return this.ask(pair)
  }

  // A rival is compared with the answer.
  besideRivals({ answered, maps }) {
    if (!answered) return
    for (const { panel, stage } of maps) {
      if (!panel.values || panel.index === null || panel.index === answered.panel.index) continue
      const button = element("button", "asks over", stage, {
        type: "button", tabindex: "-1", title: `What speaks for ${answered.panel.title} rather than for ${panel.title}?`,
      })
      button.textContent = "why not?"
      button.onclick = () => this.ask([answered.panel.index, panel.index])
      for (const kind of ["keydown", "pointerdown", "pointerup", "click"]) {
        button.addEventListener(kind, (event) => event.stopPropagation())
      }
    }
  }

  close({ maps }) {
    const cell = maps.find(({ panel }) => panel.key === "why")
    if (!cell) return
    cell.node.classList.add("comparison")
    const button = cornerButton("close", cell.stage)
    button.classList.add("shut")
    nameButton(button, "Close the comparison")
    button.onclick = () => this.ask()
  }
}
