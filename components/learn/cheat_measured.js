// What was measured of the honest network and the one that cheats, as pairs of bars.

import { element } from "../viewer/elements.js"
import { roughPercent } from "../viewer/text.js"

const NAMES = [["honest", "honest"], ["cheat", "cheats"]]

export class Measured {
  constructor(parent) {
    this.root = element("table", "cheat-measured", parent)
  }

  show(rows) {
    this.root.replaceChildren()
    element("caption", "spoken", this.root).textContent = "Both networks, measured"
    const head = element("tr", "", element("thead", "spoken", this.root))
    for (const text of ["Shown", "Network", "Share", "Count"]) {
      element("th", "", head, { scope: "col" }).textContent = text
    }
    for (const row of rows) this.group(row)
  }

  group(row) {
    const group = element("tbody", "", this.root)
    NAMES.forEach(([name, word], n) => {
      const line = element("tr", `of-${name}`, group)
      if (!n) {
        const title = element("th", "title", line, { scope: "rowgroup", rowspan: "2" })
        element("span", "", title).textContent = row.title
        element("small", "", title).textContent = row.what
      }
      const { share, said } = row[name]
      element("th", "name", line, { scope: "row" }).textContent = word
      const bar = element("i", "", element("span", "track", element("td", "bar", line)))
      bar.style.width = `${share * 100}%`
      element("td", "figure", line).textContent = roughPercent(share)
      element("td", "count", line).textContent = said
    })
  }
}
