// What there is to choose from: a long list that seldom changes, and what is chosen. They come apart,
// so that a choice does not send a thousand classes again.

import { story } from "./story.js"

export class Lists {
  show({ header }) {
    story.classes = header.classes ?? story.classes
    story.choices = header.choices ?? story.choices
    story.changed("choices")
  }

  remove() {}
}
