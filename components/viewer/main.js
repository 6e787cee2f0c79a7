// What Streamlit calls, for the grid of panels and for the strip of layers.

import { unpack } from "./payload.js"
import { Strip } from "./strip.js"
import { Viewer } from "./viewer.js"

const made = new WeakMap() // parentElement -> what stays between runs

export default function ({ parentElement, data, setTriggerValue }) {
  let shown = made.get(parentElement)
  if (!shown) {
    shown = unpack(data).kind === "strip"
      ? new Strip(parentElement, (key) => setTriggerValue("pick", key))
      : new Viewer(parentElement, (wish) => setTriggerValue("want", wish))
    made.set(parentElement, shown)
  }
  shown.show(data)
  return () => {
    shown.remove()
    made.delete(parentElement)
  }
}
