// A field that opens a searchable list, for one choice or several: the combobox pattern of WAI-ARIA.

import { element } from "../viewer/elements.js"
import { arranged, keep, list, listen, option } from "./lists.js"
import { prepared, search } from "./rank.js"
import { Rows } from "./rows.js"
import { Tip } from "./tip.js"

const GAP = 4 // pixels between the field and its list, and between the list and the window
const WIDEST = 460
const TALLEST = 440
const instances = new WeakMap() // by parentElement, kept between reruns
let count = 0

export default function ({ data, parentElement, setTriggerValue }) {
  if (data.options !== undefined) {
    keep(data.name, data.options)
    return undefined
  }
  if (!instances.has(parentElement)) {
    const choose = (ids) => setTriggerValue("chosen", ids)
    instances.set(parentElement, new Chooser(parentElement, choose))
  }
  const chooser = instances.get(parentElement)
  chooser.show(data)
  return () => {
    chooser.remove()
    instances.delete(parentElement)
  }
}

class Chooser {
  constructor(parent, choose) {
    this.choose = choose
    this.base = `chooser-${++count}`
    this.root = element("div", "chooser", parent)
    const line = element("div", "line", this.root)
    this.label = element("label", "label", line, { for: this.base })
    this.tip = new Tip(line)
    this.tags = element("div", "tags", this.root, { role: "list" })
    const field = element("div", "field", this.root)
    this.field = field
    this.input = element("input", "", field, {
      id: this.base,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${this.base}-list`,
    })
    this.clear = element("button", "clear", field, { type: "button" })
    this.clear.textContent = "×"
    element("span", "arrow", field, { "aria-hidden": "true" })
    this.popup = element("div", "popup", this.root, { popover: "manual" })
    this.filters = element("div", "filters", this.popup, { role: "group", "aria-label": "Show" })
    this.columns = element("div", "columns", this.popup, { "aria-hidden": "true" })
    this.box = element("div", "box", this.popup, { id: `${this.base}-list`, role: "listbox" })
    this.empty = element("div", "empty", this.popup, { role: "status" })
    this.rows = new Rows(this.box, this.base, (picked) => this.pick(picked))
    this.wire()
  }

  wire() {
    const { input, root } = this
    input.onclick = () => this.open()
    input.oninput = () => {
      if (!this.isOpen) this.open(input.value)
      this.fill()
    }
    input.onkeydown = (event) => this.key(event)
    this.field.onpointerdown = (event) => {
      if (event.target === input || event.target === this.clear) return
      event.preventDefault() // the arrow is no target of its own
      if (this.isOpen) this.close()
      else {
        input.focus()
        this.open()
      }
    }
    this.clear.onclick = () => {
      this.settle([])
      input.focus()
    }
    root.addEventListener("focusout", (event) => {
      if (!root.contains(event.relatedTarget)) this.close()
    })
    this.place = () => this.position()
    this.outside = (event) => {
      if (!event.composedPath().includes(root)) this.close()
    }
  }

  show(data) {
    this.data = data
    this.chosen = data.chosen
    this.root.classList.remove("busy")
    this.label.textContent = data.label
    this.tip.show(data.help, data.label)
    this.input.disabled = data.disabled
    this.box.setAttribute("aria-label", data.label)
    this.box.setAttribute("aria-multiselectable", String(data.most > 1))
    if (this.listening !== data.name) {
      this.stop?.()
      this.listening = data.name
      this.stop = listen(data.name, () => this.renew())
    }
    this.renew()
  }

  renew() {
    this.all = null
    this.searchable = null
    this.drawChosen()
    if (this.isOpen) this.fill()
  }

  remove() {
    this.close()
    this.stop?.()
    this.root.remove()
  }

  get options() {
    const { name, extra, groups, ready } = this.data
    this.all ??= arranged(list(name), extra.map((row) => option(row, groups)), ready)
    return this.all
  }

  // The options that fit the text. Only the first letter pays for taking 1,500 names apart.
  find(text, options = this.options) {
    if (!text.trim()) return options
    this.searchable ??= new Map(this.options.map((one) => [one, prepared(one)]))
    return search(options.map((one) => this.searchable.get(one)), text)
  }

  get several() {
    return this.data.most > 1
  }

  get isOpen() {
    return this.input.getAttribute("aria-expanded") === "true"
  }

  titleOf(id) {
    const at = this.data.chosen.indexOf(id)
    return at >= 0 ? this.data.titles[at] : this.options.find((one) => one.id === id)?.title ?? id
  }

  drawChosen() {
    const { chosen, data, input } = this
    const titles = chosen.map((id) => this.titleOf(id))
    this.tags.hidden = !this.several || !chosen.length
    if (this.several) this.tags.replaceChildren(...chosen.map((id, at) => this.tag(id, titles[at])))
    const one = this.several ? "" : (titles[0] ?? "")
    if (!this.isOpen) input.value = one
    input.placeholder = one || data.placeholder
    input.title = one
    this.clear.hidden = this.several || !data.optional || !chosen.length
    this.clear.setAttribute("aria-label", `Clear ${data.label}`)
    this.clear.title = "Clear"
  }

  tag(id, title) {
    const tag = element("div", "tag", null, { role: "listitem" })
    const text = element("span", "", tag)
    text.textContent = title
    text.title = title
    const button = element("button", "", tag, { type: "button", "aria-label": `Remove ${title}` })
    button.textContent = "×"
    button.title = `Remove ${title}`
    button.onclick = () => this.settle(this.chosen.filter((other) => other !== id))
    return tag
  }

  open(text = "") {
    if (this.isOpen || this.data.disabled) return
    this.input.setAttribute("aria-expanded", "true")
    this.input.value = text
    this.filter = ""
    this.popup.showPopover()
    this.fill()
    this.position()
    window.addEventListener("resize", this.place)
    window.addEventListener("scroll", this.place, { capture: true, passive: true })
    document.addEventListener("pointerdown", this.outside, true)
  }

  close() {
    if (!this.isOpen) return
    this.input.setAttribute("aria-expanded", "false")
    this.input.removeAttribute("aria-activedescendant")
    this.popup.hidePopover()
    window.removeEventListener("resize", this.place)
    window.removeEventListener("scroll", this.place, { capture: true })
    document.removeEventListener("pointerdown", this.outside, true)
    this.drawChosen()
  }

  fill() {
    const text = this.input.value
    const { columns } = list(this.data.name)
    this.drawFilters()
    const found = this.find(text, this.options.filter((one) => this.inFilter(one)))
    const typed = this.data.typed && text.trim() && !this.find(text).length
    this.columns.replaceChildren(...columns.map((name) => this.column(name)))
    this.columns.hidden = !columns.length || !found.length
    this.rows.show(found, { headings: !text.trim(), chosen: this.chosen })
    this.empty.hidden = found.length > 0
    const where = this.filter && ` under “${this.filter}”`
    this.empty.textContent = typed ? this.data.typed : `Nothing fits “${text.trim()}”${where}.`
    const at = text.trim() ? 0 : found.findIndex(({ id }) => id === this.chosen[0])
    this.activate(found.length ? Math.max(at, 0) : -1)
    this.box.hidden = !found.length
  }

  column(name) {
    const made = element("span", "fact")
    made.textContent = name
    return made
  }

  inFilter(option) {
    if (!this.filter) return true
    return this.filter === this.data.ready.filter ? option.ready : option.filter === this.filter
  }

  drawFilters() {
    const names = new Set(this.options.map(({ filter }) => filter).filter(Boolean))
    this.filters.hidden = names.size < 2
    if (names.size < 2) return
    const ready = this.data.ready.filter
    const some = this.options.some(({ ready }) => ready)
    const all = ["", ...(ready && some ? [ready] : []), ...names]
    this.filters.replaceChildren(...all.map((name) => this.filterButton(name)))
  }

  filterButton(name) {
    const pressed = String(this.filter === name)
    const button = element("button", "", null, { type: "button", "aria-pressed": pressed })
    button.textContent = name || "All"
    button.onpointerdown = (event) => event.preventDefault() // keeps the focus in the text field
    button.onclick = () => {
      this.filter = name
      this.fill()
      this.input.focus()
    }
    return button
  }

  activate(number) {
    this.rows.activate(number)
    if (number < 0) this.input.removeAttribute("aria-activedescendant")
    else this.input.setAttribute("aria-activedescendant", this.rows.activeId)
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 9, PageUp: -9 }[event.key]
    if (step) {
      event.preventDefault()
      if (this.isOpen) this.step(step)
      else this.open()
    } else if (event.key === "Enter") {
      event.preventDefault()
      if (!this.isOpen) this.open()
      else if (this.rows.activeOption) this.pick(this.rows.activeOption)
      else if (this.data.typed && this.input.value.trim()) this.send([this.input.value.trim()])
    } else if (event.key === "Escape" && this.isOpen) {
      event.stopPropagation()
      this.close()
      this.input.select()
    } else if (event.key === "Tab") {
      if (!event.shiftKey && this.isOpen && !this.filters.hidden) return // on to the filters
      this.close()
    } else if (event.key === "Backspace" && this.several && !this.input.value) {
      if (this.chosen.length) this.settle(this.chosen.slice(0, -1))
    }
  }

  step(by) {
    const last = this.rows.options.length - 1
    if (last < 0) return
    const to = this.rows.active + by
    const over = Math.abs(by) === 1 ? (to + last + 1) % (last + 1) : Math.min(Math.max(to, 0), last)
    this.activate(over)
  }

  pick({ id }) {
    if (!this.several) {
      const same = this.chosen[0] === id
      if (!same) this.settle([id])
      this.close()
      this.input.focus()
      return
    }
    const without = this.chosen.filter((other) => other !== id)
    const added = without.length === this.chosen.length
    this.settle(added ? [...without, id].slice(-this.data.most) : without)
    this.input.value = ""
    this.close()
    this.input.focus()
  }

  // Shows the choice at once, and tells the server.
  settle(ids) {
    this.chosen = ids
    this.drawChosen()
    this.send(ids)
  }

  send(ids) {
    this.root.classList.add("busy")
    this.close()
    this.choose(ids)
  }

  position() {
    const field = this.field.getBoundingClientRect()
    const { innerWidth, innerHeight } = window
    const width = Math.min(Math.max(field.width, WIDEST), innerWidth - 2 * GAP)
    const below = innerHeight - field.bottom - 2 * GAP
    const above = field.top - 2 * GAP
    const up = below < 220 && above > below
    const { style } = this.popup
    style.width = `${width}px`
    style.left = `${Math.max(GAP, Math.min(field.left, innerWidth - width - GAP))}px`
    style.maxHeight = `${Math.min(TALLEST, up ? above : below)}px`
    style.top = up ? "auto" : `${field.bottom + GAP}px`
    style.bottom = up ? `${innerHeight - field.top + GAP}px` : "auto"
    this.rows.draw()
  }
}
