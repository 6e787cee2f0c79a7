// The choices offered with a step: photo, class, layer, method, model. One line says what is chosen;
// each opens a list.

import { element } from "../viewer/elements.js"
import { onlyStop, rove } from "../viewer/roving.js"
import { prepared, search } from "../chooser/rank.js"
import { story } from "./story.js"

const NAMES = { photo: "Photo", class: "Class", layer: "Layer", method: "Method", model: "Model" }
const MOST = 60 // results of a search
const GAP = 6 // CSS pixels between a button and its list

export class Choices {
  constructor(parent, choose) {
    this.choose = choose
    this.root = element("div", "choices", parent, { role: "group", "aria-label": "What this is about" })
    this.menu = element("div", "menu", parent, { popover: "auto", role: "dialog" })
    this.menu.onbeforetoggle = ({ newState }) => {
      this.opener?.setAttribute("aria-expanded", String(newState === "open"))
    }
    this.buttons = new Map()
    this.unfollow = story.follow((what) => { if (what === "choices") this.draw() })
  }

  offer(names) {
    if (String(names) === String([...this.buttons.keys()])) return this.draw()
    this.root.replaceChildren()
    this.buttons = new Map(names.map((name) => [name, this.button(name)]))
    return this.draw()
  }

  button(name) {
    const button = element("button", "choice", this.root, {
      type: "button", "aria-haspopup": "dialog", "aria-expanded": "false",
    })
    element("span", "what", button).textContent = NAMES[name]
    if (name === "photo") element("img", "", button, { alt: "" })
    element("span", "value", button)
    button.onclick = () => this.open(name, button)
    return button
  }

  draw() {
    if (!story.choices || !story.classes || !story.photos) return
    for (const [name, button] of this.buttons) {
      const found = chosen(name)
      button.querySelector(".value").textContent = found?.title ?? ""
      if (name === "photo" && found) button.querySelector("img").src = found.picture
    }
  }

  open(name, button) {
    const same = this.opener === button && this.menu.matches(":popover-open")
    this.menu.hidePopover()
    if (same) return
    this.opener = button
    this.menu.setAttribute("aria-label", NAMES[name])
    this.menu.replaceChildren()
    const pick = (what, value) => {
      this.menu.hidePopover()
      button.focus()
      if (value === now(what)) return
      const { title } = options(what, true).find(({ id }) => id === value)
      button.querySelector(".value").textContent = title // at once; the answer will agree
      this.choose(what, value)
    }
    if (name === "photo") choosePhoto(element("div", "photos", this.menu, { role: "radiogroup" }), pick)
    else chooseLine(this.menu, name, pick)
    this.menu.showPopover()
    this.put(button)
    this.menu.querySelector("input, [aria-checked=true], button")?.focus()
  }

  // Below its button, or above it where there is more room.
  put(button) {
    const { left, top, bottom } = button.getBoundingClientRect()
    const below = window.innerHeight - bottom - 2 * GAP, above = top - 2 * GAP
    const up = below < 280 && above > below
    const { style } = this.menu
    style.left = `${Math.max(12, Math.min(left, window.innerWidth - this.menu.offsetWidth - 12))}px`
    style.maxHeight = `${Math.min(460, up ? above : below)}px`
    style.top = up ? "auto" : `${bottom + GAP}px`
    style.bottom = up ? `${window.innerHeight - top + GAP}px` : "auto"
  }

  remove() {
    this.unfollow()
    this.menu.remove()
  }
}

// Fill `strip` with the photos; `pick` is called with "photo" and the id of the one clicked.
export function choosePhoto(strip, pick) {
    const key = JSON.stringify(story.photos.options.map(([id]) => id))
  if (strip.dataset.photos !== key) {
    strip.dataset.photos = key
    strip.replaceChildren(...story.photos.options.map(([id, title, picture]) => {
      const button = element("button", "option", null, { type: "button", role: "radio", title })
      button.dataset.id = id
      element("img", "", button, { src: picture, alt: title })
      return button
    }))
    rove(strip, () => [...strip.children])
  }
  for (const button of strip.children) {
    button.setAttribute("aria-checked", String(button.dataset.id === story.photos.chosen))
    button.onclick = () => pick("photo", button.dataset.id)
  }
  onlyStop([...strip.children], strip.querySelector("[aria-checked=true]"))
}

// Fill a list with the lines to choose from, and a field to search where they are many.
function chooseLine(menu, name, pick) {
  const list = element("div", "", null, { role: "radiogroup", "aria-label": NAMES[name] })
  const all = options(name, true), usual = options(name, false)
  const fill = (lines) => {
    let group = ""
    list.replaceChildren()
    for (const line of lines) {
      if (line.group && line.group !== group) element("p", "group", list).textContent = line.group
      group = line.group
      list.append(row(line, name, pick))
    }
    const rows = [...list.querySelectorAll("button")]
    onlyStop(rows, list.querySelector("[aria-checked=true]"))
    if (!lines.length) element("p", "group", list).textContent = "Nothing by that name."
  }
  if (all.length > usual.length || all.length > 12) field(menu, name, all, usual, fill, list)
  menu.append(list)
  rove(list, () => [...list.querySelectorAll("button")])
  fill(usual)
}

function field(menu, name, all, usual, fill, list) {
  const label = `Search ${all.length.toLocaleString("en")} ${name === "class" ? "classes" : `${name}s`}`
  const box = element("input", "", menu, { type: "search", placeholder: label, "aria-label": label })
  const known = all.map((line) =>
    prepared({ words: [], definition: "", ...line, id: String(line.id), line }))
  const found = (text) => search(known, text).slice(0, MOST).map(({ line }) => line)
  box.oninput = () => fill(box.value.trim() ? found(box.value) : usual)
  box.onkeydown = (event) => {
    const first = list.querySelector("button")
    if (event.key === "Enter") first?.click()
    else if (event.key === "ArrowDown") first?.focus()
    else return
    event.preventDefault()
  }
}

function row(line, name, pick) {
  const button = element("button", "option", null, {
    type: "button", role: "radio", "aria-checked": String(line.id === now(name)),
  })
  element("span", "", button).textContent = line.title
  if (line.fact) element("span", "fact", button).textContent = line.fact
  if (line.more) element("span", "more", button).textContent = line.more
  button.onclick = () => pick(name, line.id)
  return button
}

function chosen(name) {
  return options(name, true).find(({ id }) => id === now(name))
}

function now(name) {
  return name === "photo" ? story.photos.chosen : story.choices[name].chosen
}

// The lines of a list: all there are, or the usual ones.
function options(name, all) {
  if (name === "photo") {
    return story.photos.options.map(([id, title, picture]) => ({ id, title, picture }))
  }
  if (name === "class") return classes(all)
  return story.choices[name].options.map(([id, title, fact = "", group = "", more = ""]) =>
    ({ id, title, fact, group, more }))
}

function classes(all) {
  const likely = new Map(story.choices.class.options)
  const line = (index) => {
    const [title, words, definition] = story.classes[index]
    return { id: index, title, words, definition, fact: likely.get(index) ?? "" }
  }
  return (all ? [...story.classes.keys()] : [...likely.keys()]).map(line)
}
