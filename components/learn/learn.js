// Entry point that Streamlit calls for each part of the Learn page: the opening, every chapter, the
// closing. They find each other in the story, which is one object for the whole page.

import { ChapterPart } from "./chapter.js"
import { Closing } from "./closing.js"
import { Opening } from "./opening.js"
import { Lists } from "./lists.js"
import { received } from "../viewer/received.js"

const PARTS = { opening: Opening, chapter: ChapterPart, closing: Closing, lists: Lists }
const instances = new WeakMap() // by parentElement, kept between reruns

export default function ({ parentElement, data, setTriggerValue }) {
  const message = received(data)
  let shown = instances.get(parentElement)
  if (!shown) {
    shown = new PARTS[message.header.kind](parentElement, setTriggerValue)
    instances.set(parentElement, shown)
  }
  shown.show(message)
  return () => {
    shown.remove()
    instances.delete(parentElement)
  }
}
