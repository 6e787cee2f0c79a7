// Entry point that Streamlit calls for the grid of panels and for the strip of layers.

import { unpack } from "./payload.js"
import { Strip } from "./strip.js"
import { Viewer } from "./viewer.js"

const instances = new WeakMap() // by parentElement, kept between reruns

export default function ({ parentElement, data, setTriggerValue }) {
  let shown = instances.get(parentElement)
  if (!shown) {
    shown = unpack(data).kind === "strip"
      ? new Strip(parentElement, (key) => setTriggerValue("pick", key))
      : new Viewer(parentElement, setTriggerValue)
    instances.set(parentElement, shown)
  }
  shown.show(data)
  return () => {
    shown.remove()
    instances.delete(parentElement)
  }
}
