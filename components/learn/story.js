// The one story of the page. Its parts are drawn by Streamlit one by one, each in an element of its
// own, and meet here.

class Story {
  constructor() {
    this.contents = [] // {id, title, steps: [[id, title]]} from top to bottom
    this.choices = null // what may be chosen, and what is
    this.chapters = new Map() // by id
    this.opening = null
    this.lecture = null // the one that is being held
    this.listeners = new Set()
  }

  // Call `act` whenever choices or chapters change; returns what ends that.
  follow(act) {
    this.listeners.add(act)
    return () => this.listeners.delete(act)
  }

  changed() {
    for (const act of this.listeners) act()
  }

  // All steps that are here, in the order of the page.
  steps() {
    return this.contents.flatMap(({ id }) => this.chapters.get(id)?.steps ?? [])
  }

  step(id) {
    return this.steps().find((step) => step.id === id)
  }
}

// On the window, because Streamlit may load the script more than once.
export const story = (window.gradcamLearn ??= new Story())
