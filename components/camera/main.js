// Entry point that Streamlit calls for the camera.

import { opened } from "../viewer/payload.js"
import { Camera } from "./camera.js"

const instances = new WeakMap() // by parentElement, kept between reruns

export default function ({ data, parentElement, setTriggerValue }) {
  let camera = instances.get(parentElement)
  if (!camera) {
    camera = new Camera(parentElement)
    instances.set(parentElement, camera)
  }
  camera.tell = setTriggerValue
  camera.show(opened(data).header)
  return () => {
    camera.remove()
    instances.delete(parentElement)
  }
}
