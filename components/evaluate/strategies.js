// What a model goes by: the suspects of all classes, and one class as a map of its photos with its
// groups and the list of its files.

import { choice } from "../viewer/controls.js"
import { element } from "../viewer/elements.js"
import { startLook } from "../viewer/page.js"
import { Clusters } from "./clusters.js"
import { chosenOf, columnsOf } from "./columns.js"
import { Eigenvalues } from "./eigenvalues.js"
import { tableOf } from "./everything.js"
import { Files } from "./files.js"
import { Glances } from "./glances.js"
import { photosText } from "./groups.js"
import { Peek } from "./peek.js"
import { Scatter } from "./scatter.js"
import { selectionOf } from "./selection.js"
import { Suspects } from "./suspects.js"

const NEAR = { place: "Where the heat lies", texture: "What lies there" }
const NEAR_TIPS = {
  place: "Photos are near each other where their heat is at the same place",
  texture: "Photos are near each other where the heat lies on things that look alike to the model",
}
const GROUPINGS = { clusters: "By density", groups: "As many as the gap says" }
const GROUPING_TIPS = {
  clusters: "Crowds of points with room around them; photos between them are in no group (HDBSCAN)",
  groups: "Every photo is in one of as many groups as the eigenvalues suggest (k-means)",
}
const SHOWN = { photos: "Photos", dots: "Dots" }
const SHOWN_TIPS = {
  photos: "As many photos as there is room for, each near its point",
  dots: "Each photo as a point",
}
const FEW = 60 // photos of a class that are shown as photos unless the visitor says otherwise
const HINT = "Draw around points to select their photos, or click one. Shift adds to what is selected."

export class Strategies {
  // `send` reports a selection, another class, and a suspect that is marked.
  constructor(parent, send) {
    this.send = send
    this.root = element("section", "evaluate board", parent)
    this.headline = element("p", "headline", this.root)
    this.suspects = new Suspects(this.root, (what, suspect) => this.act(what, suspect))
    const head = element("div", "line-of-words class-line", this.root)
    const named = element("label", "control list", head)
    element("span", "name", named).textContent = "Class"
    this.classes = element("select", "", named, { "aria-label": "Class" })
    this.classes.onchange = () => this.send("class", { index: Number(this.classes.value), photos: null })
    this.facts = element("span", "quiet", head)
    this.shown = choice(head, "Shown as", SHOWN, SHOWN_TIPS, (shown) => this.showAs(shown), true)
    this.near = choice(head, "Near each other by", NEAR, NEAR_TIPS, (near) => this.arrange({ near }), true)
    this.shown.node.classList.add("end")
    this.place = element("div", "map", this.root)
    this.words = element("div", "line-of-words", this.root)
    this.count = element("span", "count", this.words, { role: "status" })
    this.closer = this.word("Look closer", () => this.zoom())
    this.whole = this.word("Show all points", () => this.scatter.zoom(null) ?? this.tell())
    this.none = this.word("Select none", () => this.selection.take([]))
    this.few = this.word("", () => this.listFew(!this.only))
    this.only = false // whether the list holds the selected photos only
  }

  word(text, act) {
    const button = element("button", "word", this.words, { type: "button" })
    button.textContent = text
    button.onclick = act
    return button
  }

  show({ header, arrays }) {
    startLook(header.colormaps)
    if (this.token !== header.token) this.begin(header)
    this.header = header
    this.table = tableOf(header, arrays)
    this.photos = [...arrays.photos.values]
    const { colormaps } = header, { glances } = this
    this.headline.textContent = header.headline
    this.suspects.show(header.suspects, { arrays, colormaps, glances })
    this.showClasses(header)
    this.showClass(header, arrays)
    if (header.select) this.selection.take(header.select)
  }

  begin({ token, address }) {
    this.token = token
    this.end()
    this.place.replaceChildren()
    this.selection = selectionOf(token, (photos) => this.send("select", { photos }))
    this.glances = new Glances(address)
    const field = element("div", "field", this.place)
    this.scatter = new Scatter(field, this.selection, this.glances, (at, x, y) => this.look(at, x, y))
    this.peek = new Peek(field)
    const side = element("div", "side", this.place)
    element("h4", "", side).textContent = "Groups"
    this.grouping = choice(side, "Groups", GROUPINGS, GROUPING_TIPS, (grouping) => this.arrange({ grouping }))
    this.clusters = new Clusters(side, this.selection, (group) => this.scatter.raise(group))
    element("h4", "", side).textContent = "How many groups?"
    this.eigenvalues = new Eigenvalues(side)
    this.files = new Files(this.root, this.selection, "Photos of this class")
    this.stop = this.selection.listen(() => this.tell())
  }

  // List the selected photos only, or all.
  listFew(only) {
    this.only = only
    const kept = this.photos.map((_, n) => n).filter((n) => !only || this.selection.has(this.photos[n]))
    this.files.show({
      photos: kept.map((n) => this.photos[n]),
      columns: this.columns.map((column) => chosenOf(column, kept)),
    })
    this.few.textContent = only ? "List all photos" : "List only these"
  }

  arrange(fields) {
    const { near, grouping } = this.header
    this.send("by", { near, grouping, ...fields })
  }

  showClasses({ classes, options, index }) {
    this.classes.replaceChildren(...options.map(({ index: one, place, count, suspects }) => {
      const suspected = suspects ? `, ${suspects} suspect${suspects === 1 ? "" : "s"}` : ""
      return new Option(`${classes[place]} (${photosText(count)}${suspected})`, one)
    }))
    this.classes.value = String(index)
  }

  showClass(header, arrays) {
    this.facts.textContent = header.facts
    this.near.show(header.near)
    this.grouping.show(header.grouping)
    const groups = arrays.groups.values
    const photosOf = (group) => this.photos.filter((_, n) => groups[n] === group)
    this.clusters.show(header.clusters, { arrays, colormaps: header.colormaps, photosOf })
    this.eigenvalues.show({ values: header.eigenvalues, gap: header.gap })
    this.columns = columnsOf(this.table, groups)
    this.listFew(false)
    // Photos without heat lie nowhere; they are in the list.
    const lying = this.photos.map((_, n) => n).filter((n) => !Number.isNaN(arrays.xy.values[2 * n]))
    this.lying = lying
    const label = `${photosText(lying.length)} of ${header.title}, near each other where the heat is alike`
    this.points = {
      label,
      colormaps: header.colormaps,
      xy: Float32Array.from(lying.flatMap((n) => [arrays.xy.values[2 * n], arrays.xy.values[2 * n + 1]])),
      groups: Int32Array.from(lying, (n) => groups[n]),
      photos: lying.map((n) => this.photos[n]),
      names: lying.map((n) => this.said(n)),
    }
    this.showAs(this.wanted)
  }

  // `wanted` is "photos" or "dots"; undefined where the visitor has not said.
  showAs(wanted) {
    this.wanted = wanted
    const shown = wanted ?? (this.lying.length > FEW ? "dots" : "photos")
    this.shown.show(shown)
    this.scatter.show({ ...this.points, shown })
    this.tell()
  }

  said(n) {
    const { names, classes, predicted } = this.table
    return predicted[n] < 0 ? names[n] : `${names[n]}, taken for ${classes[predicted[n]]}`
  }

  look(at, x, y) {
    if (at < 0) return this.peek.hide()
    const n = this.lying[at], { names } = this.table
    const said = this.said(n).slice(names[n].length + 2), name = names[n].split("/").at(-1)
    const { colormaps } = this.header
    return this.peek.show(this.glances.of(this.photos[n]), { name, said, colormaps }, x, y)
  }

  zoom() {
    const { photos } = this.scatter.data
    const chosen = photos.map((_, i) => i).filter((i) => this.selection.has(photos[i]))
    this.scatter.zoom(chosen)
    this.tell()
  }

  tell() {
    const here = this.photos.filter((photo) => this.selection.has(photo)).length
    this.count.textContent = here ? `${here} of ${photosText(this.photos.length)} selected` : HINT
    this.none.hidden = this.closer.hidden = !here
    this.few.hidden = !here && !this.only
    if (this.only) this.listFew(here > 0)
    this.whole.hidden = !this.scatter.zoomed
  }

  act(what, suspect) {
    if (what === "mark") return this.send("mark", { suspect: suspect.suspect })
    if (suspect.index === this.header.index) {
      this.scatter.zoom(null)
      this.place.scrollIntoView({ block: "nearest", behavior: "smooth" })
      return this.selection.take(suspect.photos)
    }
    return this.send("class", { index: suspect.index, photos: suspect.photos })
  }

  end() {
    this.stop?.()
    this.scatter?.remove()
    this.eigenvalues?.remove()
    this.files?.remove()
    this.files?.root.remove()
  }

  remove() {
    this.end()
    this.root.remove()
  }
}
