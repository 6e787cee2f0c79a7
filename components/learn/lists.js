// The long lists to choose from. They come by themselves, because another choice leaves them as they
// are.

import { story } from "./story.js"

export class Lists {
  show({ header }) {
    story.lists = header.lists
    story.changed("choices")
  }

  remove() {
    story.lists = null
  }
}
