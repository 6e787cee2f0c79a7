// Entry point that Streamlit calls for the grid of panels and for the depth slider.

import { Depth } from "./depth.js"
import { unpack } from "./payload.js"
import { Viewer } from "./viewer.js"

const instances = new WeakMap() // by parentElement, kept between reruns

export default function ({ parentElement, data, setTriggerValue }) {
  let shown = instances.get(parentElement)
  if (!shown) {
    shown = unpack(data).kind === "depth"
      ? new Depth(parentElement, (key) => setTriggerValue("pick", key))
      : new Viewer(parentElement, setTriggerValue)
    instances.set(parentElement, shown)
  }
  shown.show(data)
  return () => {
    shown.remove()
    instances.delete(parentElement)
  }
}
