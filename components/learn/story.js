// The one story of the page. Its parts are drawn by Streamlit one by one, each in an element of its
// own, and meet here.

class Story {
  constructor() {
    this.contents = [] // {id, title, steps: [[id, title]]} from top to bottom
    this.photos = null // {chosen, options: [[id, title, picture]]}
    this.choices = null // the same of class, layer, method and model
    this.classes = null // [[title, other names, definition]], by index
    this.chapters = new Map() // by id
    this.lecture = null // the one that is being held
    this.read = "" // the step that was read last
    this.send = null // sends what concerns the whole page
    this.listeners = new Set()
  }

  // Call `act` with the name of what changed: "choices", "chapters" or "waiting". Returns what ends
  // that.
  follow(act) {
    this.listeners.add(act)
    return () => this.listeners.delete(act)
  }

  changed(what) {
    for (const act of [...this.listeners]) act(what)
  }

  // All steps that are here, in the order of the page.
  get steps() {
    return this.contents.flatMap(({ id }) => this.chapters.get(id)?.steps ?? [])
  }

  step(id) {
    return this.steps.find((step) => step.id === id)
  }

  // Whether the contents have a step of that name, here already or still to come.
  knows(id) {
    return this.contents.some(({ steps }) => steps.some(([known]) => known === id))
  }

  // The story will be about something else: say so until the answers arrive.
  await() {
    for (const chapter of this.chapters.values()) chapter.wait()
  }

  // The page has been drawn to its end.
  settled() {
    for (const chapter of this.chapters.values()) chapter.arrived()
  }
}

// On the window, because Streamlit may load the script more than once.
export const story = (window.gradcamLearn ??= new Story())
