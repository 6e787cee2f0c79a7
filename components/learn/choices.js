// The choices offered with a step: photo, class, layer, method, model.

import { element } from "../viewer/elements.js"
import { story } from "./story.js"

export class Choices {
  constructor(parent, choose) {
    this.choose = choose
    this.root = element("div", "choices", parent)
    this.offered = []
    this.leave = story.follow(() => this.draw())
  }

  offer(names) {
    this.offered = names
    this.draw()
  }

  draw() {
    const { choices } = story
    if (!choices) return
    this.root.replaceChildren()
    for (const name of this.offered) {
      const label = element("label", "", this.root)
      label.textContent = `${name} `
      const select = element("select", "", label)
      const { chosen, options, labels } = choices[name]
      for (const [id, title] of options) {
        const option = element("option", "", select, { value: id })
        option.textContent = labels ? `${labels[id]} ${title}` : title || id
      }
      select.value = chosen
      select.onchange = () => this.choose(name, labels ? Number(select.value) : select.value)
    }
  }

  remove() {
    this.leave()
  }
}
