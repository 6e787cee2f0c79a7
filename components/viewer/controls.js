// The kinds of control in the toolbar: each named, with a tooltip, and without a state of its own.

import { element } from "./elements.js"
import { wholePercent } from "./text.js"

export function slider(parent, name, tip, onInput) {
  const node = element("label", "control slider", parent, { title: tip })
  element("span", "name", node).textContent = name
  const input = element("input", "", node, {
    type: "range", min: "0", max: "1", step: "0.01", "aria-label": name,
  })
  const output = element("output", "", node)
  input.oninput = () => onInput(Number(input.value))
  const show = (value) => {
    if (Number(input.value) !== value) input.value = String(value)
    output.textContent = wholePercent(value)
  }
  return { node, input, show }
}

// `named` shows the name beside the list too.
export function list(parent, name, tip, options, onChange, named = false) {
  const node = element("label", "control list", parent, { title: tip })
  if (named) element("span", "name", node).textContent = name
  const select = element("select", "", node, { "aria-label": name })
  select.onchange = () => onChange(select.value)
  const fill = (entries) => {
    select.replaceChildren(...entries.map(([value, text]) => new Option(text, value)))
  }
  fill(Object.entries(options))
  return { node, select, fill, show: (value) => { select.value = value } }
}

// One of a few; `tips` says what each means.
export function choice(parent, name, options, tips, onChange, named = false) {
  const node = element("div", "control", parent)
  if (named) element("span", "name", node).textContent = name
  const group = element("div", "choice", node, { role: "radiogroup", "aria-label": name })
  const buttons = Object.entries(options).map(([value, text]) => {
    const button = element("button", "", group, {
      type: "button", role: "radio", title: tips[value], value,
    })
    button.textContent = text
    button.onclick = () => onChange(value)
    return button
  })
  const show = (chosen) => {
    for (const button of buttons) {
      button.setAttribute("aria-checked", String(button.value === chosen))
    }
  }
  return { node, buttons, show }
}

export function toggle(parent, text, tip, onChange) {
  const node = element("button", "toggle", parent, { type: "button", title: tip })
  node.textContent = text
  const on = () => node.getAttribute("aria-pressed") === "true"
  node.onclick = () => onChange(!on())
  return { node, show: (pressed) => node.setAttribute("aria-pressed", String(pressed)) }
}
