// The top of the page: what it is about, the photos, and the way into the lecture.

import { element, icon } from "../viewer/elements.js"
import { follow } from "./address.js"
import { choosePhoto } from "./choices.js"
import { Contents } from "./contents.js"
import { Lecture } from "./lecture.js"
import { paragraph } from "./prose.js"
import { story } from "./story.js"

const TITLE = "Where does a network look?"
const LEAD = [
  "A photo goes into a network, and a word comes out. What in the photo spoke for that word? "
  + "*Grad-CAM* answers with a heatmap, and here you can watch one being made, number by number.",
  "Then the harder questions: what the same map looks like earlier in the network, what it gives "
  + "away about a network that cheats, and what it does not prove. Choose a photo; everything on "
  + "this page follows it.",
]

export class Opening {
  constructor(parentElement, send) {
    story.send = send
    this.root = element("header", "learn opening", parentElement)
    element("h1", "", this.root).textContent = TITLE
    for (const text of LEAD) paragraph(text, this.root, "lead")
    this.strip = element("div", "photos strip", this.root, { role: "radiogroup", "aria-label": "Photo" })
    const start = element("div", "start", this.root)
    this.go = lectureButton(start)
    this.about = element("span", "about", start)
    this.contents = new Contents(this.root)
    this.unfollow = story.follow(() => this.draw())
    this.leave = follow()
  }

  show({ header }) {
    story.contents = header.contents
    story.photos = header.photos
    story.changed("choices")
  }

  draw() {
    const count = story.contents.reduce((sum, { steps }) => sum + steps.length, 0)
    this.about.textContent = `${count} steps, about 20 minutes. No network needed.`
    this.go.disabled = !story.steps.length
    if (story.photos) choosePhoto(this.strip, (what, value) => {
      story.await()
      story.send("choose", { what, value })
    })
  }

  remove() {
    this.unfollow()
    this.leave()
    this.contents.remove()
    story.lecture?.leave()
    story.send = null
    this.root.remove()
  }
}

export function lectureButton(parent) {
  const button = element("button", "go", parent, { type: "button" })
  button.append(icon("present"), "Start the lecture")
  button.onclick = () => new Lecture(story.steps[0].id)
  return button
}
