// The part of the address after "#": which step it leads to. The rest of it is Streamlit's.

import { story } from "./story.js"

const HANDS = ["wheel", "touchstart", "keydown", "pointerdown"]

let held = null // the step a link led to, kept in place while the page is still growing
let at = "" // the step in the address

// Begin to follow the address; returns what ends that.
export function follow() {
  at = asked() || story.read // back from another page: where it was left
  held = at || null
  let told = false
  const pin = () => {
    if (!story.knows(at)) return
    if (held && !told) {
      told = true
      story.send?.("first", held) // its chapter is then filled before the others
    }
    keep()
    if (held) place(held)
  }
  const unfollow = story.follow(pin)
  const grown = new ResizeObserver(() => { if (held) place(held) })
  // Not the body, which is as high as the window: the page scrolls inside it.
  grown.observe(document.querySelector(".st-key-learn") ?? document.body)
  const free = () => { held = null }
  const moved = () => {
    at = asked()
    if (at && story.step(at)) place(at)
  }
  for (const hand of HANDS) window.addEventListener(hand, free, { passive: true, capture: true })
  window.addEventListener("hashchange", moved)
  return () => {
    unfollow()
    grown.disconnect()
    for (const hand of HANDS) window.removeEventListener(hand, free, { capture: true })
    window.removeEventListener("hashchange", moved)
  }
}

// Go to a step and write it into the address.
export function goTo(id) {
  const { pathname, search } = window.location
  at = id
  window.history.pushState(window.history.state, "", `${pathname}${search}#${id}`)
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches
  place(id, calm ? "instant" : "smooth")
}

// Write a step into the address without a new entry in the history.
export function note(id) {
  at = id
  keep()
}

// The link that leads to a step about what is chosen now.
export function linkTo(id) {
  const { origin, pathname, search } = window.location
  return `${origin}${pathname}${search}#${id}`
}

function asked() {
  return decodeURIComponent(window.location.hash.slice(1))
}

// Streamlit drops the fragment whenever it writes the query.
function keep() {
  if (!at || asked() === at) return
  const { pathname, search } = window.location
  window.history.replaceState(window.history.state, "", `${pathname}${search}#${at}`)
}

function place(id, behavior = "instant") {
  story.step(id)?.root.scrollIntoView({ block: "start", behavior })
}
