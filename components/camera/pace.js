// When to send a frame, so that there is never a queue: one is on its way at most, and the next is
// taken only when its answer is here.

const LOST = 3000 // milliseconds after which a frame's answer is no longer expected
const REDRAWN = 400 // the same once the page has been drawn without it

export class Pace {
  constructor(now = () => performance.now()) {
    this.now = now
    this.sent = 0
    this.answered = 0
    this.lost = 0
    this.asked = null // the frame on its way: its number, and until when it may be
    this.times = [] // of the last answers
  }

  get free() {
    if (this.asked && this.now() > this.asked.until) {
      this.lost += 1
      this.asked = null
    }
    return this.asked === null
  }

  // Returns the number of a frame that is sent now.
  next() {
    this.sent += 1
    this.asked = { n: this.sent, at: this.now(), until: this.now() + this.patience }
    return this.sent
  }

  // A model may need long for each frame; what got lost should not take as long to be noticed.
  get patience() {
    return LOST + 4 * (this.usual ?? 15000)
  }

  // Returns whether this is the answer to the frame on its way.
  hear(n) {
    if (this.asked?.n !== n) return false
    const now = this.now(), took = now - this.asked.at
    this.usual = this.usual === undefined ? took : 0.8 * this.usual + 0.2 * took
    this.asked = null
    this.answered += 1
    this.times.push(now)
    while (this.times.length && now - this.times[0] > 2000) this.times.shift()
    return true
  }

  // The page was drawn, but not because of the frame: it may have been lost with what was before.
  interrupted() {
    if (this.asked) this.asked.until = Math.min(this.asked.until, this.now() + REDRAWN + 2 * (this.usual ?? 3000))
  }

  // Answers a second over the last two.
  get rate() {
    const { times } = this
    return times.length < 2 ? 0 : (1000 * (times.length - 1)) / (times.at(-1) - times[0])
  }
}
