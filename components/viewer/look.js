// How the maps look: one state for the whole page, kept in the URL's fragment. The server never
// hears of it, so nothing here costs a round trip.

const VIEWS = ["overlay", "heatmap", "swipe", "contour"]
const SCALES = ["each", "shared"]
const EVIDENCES = ["for", "against", "both"]
const DEFAULT_LOOK = { cm: "turbo", op: 0.6, th: 0, view: "overlay", scale: "each", ev: "for" }
const TWO_SIDED = "coolwarm"

// A link may hold anything: each field that makes no sense falls back on its own.
function readLook(fragment, colormaps) {
  const asked = new URLSearchParams(fragment.replace(/^#/, ""))
  const share = (name) => {
    const number = Number(asked.get(name))
    const fits = asked.get(name) && number >= 0 && number <= 1
    return fits ? number : DEFAULT_LOOK[name]
  }
  const oneOf = (name, choices) =>
    choices.includes(asked.get(name)) ? asked.get(name) : DEFAULT_LOOK[name]
  return {
    cm: oneOf("cm", colormaps), op: share("op"), th: share("th"),
    view: oneOf("view", VIEWS), scale: oneOf("scale", SCALES), ev: oneOf("ev", EVIDENCES),
  }
}

// Both signs want a colormap with a middle: it comes and goes with them.
function changedLook(look, fields) {
  const next = { ...look, ...fields }
  if (next.ev === "both" && look.ev !== "both") next.cm = TWO_SIDED
  if (next.ev !== "both" && look.ev === "both" && look.cm === TWO_SIDED) next.cm = DEFAULT_LOOK.cm
  return next
}

function lookFragment(look) {
  const changed = new URLSearchParams()
  for (const name of Object.keys(DEFAULT_LOOK)) {
    if (look[name] !== DEFAULT_LOOK[name]) changed.set(name, String(look[name]))
  }
  const text = changed.toString()
  return text ? `#${text}` : ""
}

// Streamlit drops the fragment whenever it writes its own query, so this runs at every render too.
function publishLook(look) {
  const { pathname, search, hash } = window.location
  const fragment = lookFragment(look)
  if (hash !== fragment) window.history.replaceState(window.history.state, "", pathname + search + fragment)
}
