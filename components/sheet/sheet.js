// Entry point that Streamlit calls for chunks of photos, for the contact sheet, and for the line above
// a photo opened from it.

import { unpack } from "../viewer/payload.js"
import { Contact } from "./contact.js"
import { feed } from "./store.js"
import { Walk } from "./walk.js"

const KINDS = { sheet: Contact, walk: Walk }
const instances = new WeakMap() // by parentElement, kept between reruns

export default function ({ parentElement, data, setTriggerValue }) {
  if (!data.kind) {
    if (instances.get(parentElement) !== data) feed(unpack(data))
    instances.set(parentElement, data)
    return () => instances.delete(parentElement)
  }
  let shown = instances.get(parentElement)
  if (!shown) {
    shown = new KINDS[data.kind](parentElement, setTriggerValue)
    instances.set(parentElement, shown)
  }
  shown.show(data)
  return () => {
    shown.remove()
    instances.delete(parentElement)
  }
}
