// How the maps look, read from and written to the fragment of the address.

import { SIGNS } from "./sign.js"

const VIEWS = ["overlay", "heatmap", "swipe", "contour"]
const SCALES = ["each", "shared"]
const CROSSHAIRS = ["off", "on"]
export const DEFAULT_LOOK = {
  cm: "inferno", op: 0.6, th: 0, view: "overlay", scale: "each", sign: "for", cross: "off",
}
const DIVERGING = "coolwarm"
const OLD_NAMES = { sign: "ev" } // still accepted in old links

// A link may contain anything: each invalid field falls back to its default on its own.
export function readLook(fragment, colormaps) {
  const asked = new URLSearchParams(fragment.replace(/^#/, ""))
  const share = (name) => {
    const number = Number(asked.get(name))
    const fits = asked.get(name) && number >= 0 && number <= 1
    return fits ? number : DEFAULT_LOOK[name]
  }
  const oneOf = (name, choices) => {
    const value = asked.get(name) ?? asked.get(OLD_NAMES[name])
    return choices.includes(value) ? value : DEFAULT_LOOK[name]
  }
  return {
    cm: oneOf("cm", colormaps), op: share("op"), th: share("th"),
    view: oneOf("view", VIEWS), scale: oneOf("scale", SCALES), sign: oneOf("sign", SIGNS),
    cross: oneOf("cross", CROSSHAIRS),
  }
}

// The fields that differ from the default, or "".
export function lookFragment(look) {
  const changed = new URLSearchParams()
  for (const name of Object.keys(DEFAULT_LOOK)) {
    if (look[name] !== DEFAULT_LOOK[name]) changed.set(name, String(look[name]))
  }
  const text = changed.toString()
  return text ? `#${text}` : ""
}

// Showing both signs needs a diverging colormap, so it is switched on and off with them.
export function changedLook(look, fields) {
  const next = { ...look, ...fields }
  const [before, after] = [look.sign === "both", next.sign === "both"]
  if (after && !before) next.cm = DIVERGING
  if (before && !after && look.cm === DIVERGING) next.cm = DEFAULT_LOOK.cm
  return next
}
