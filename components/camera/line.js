// The line to the server: frames go out, answers come in. It draws nothing, and is a component of its
// own because Streamlit sends a component's whole script again with each answer.

import { line } from "./shared.js"

export default function ({ data, setTriggerValue }) {
  line.send = (frame) => setTriggerValue("frame", frame)
  line.hear?.(data?.length ? data : null)
  return () => {
    line.send = null
  }
}
