// Entry point that Streamlit calls for each part of the Evaluate page. A part's kind is in its header.

import { received } from "../viewer/received.js"
import { Everything } from "./everything.js"
import { Faithful } from "./faithful.js"
import { Road } from "./road.js"
import { Standings } from "./standings.js"
import { Strategies } from "./strategies.js"

const KINDS = {
  faithful: Faithful, photos: Everything, road: Road, standings: Standings, strategies: Strategies,
}
const instances = new WeakMap() // by parentElement, kept between reruns

export default function ({ parentElement, data, setTriggerValue }) {
  const message = received(data)
  let shown = instances.get(parentElement)
  if (!shown) {
    shown = new KINDS[message.header.kind](parentElement, setTriggerValue)
    instances.set(parentElement, shown)
  }
  shown.show(message)
  return () => {
    shown.remove()
    instances.delete(parentElement)
  }
}
