// How many frames went out and were answered, and how fast. A frame goes out only when the answer to
// the one before is here, so there is never a queue.

const SPAN = 2000 // milliseconds over which the rate is measured

export class Pace {
  constructor(now = () => performance.now()) {
    this.now = now
    this.sent = 0
    this.answered = 0
    this.times = [] // of the last answers
  }

  get free() {
    return this.sent === this.answered
  }

  send() {
    this.sent += 1
  }

  // Also for a frame that was refused or got lost: it is no longer on its way.
  hear() {
    this.answered += 1
    this.times.push(this.now())
    while (this.times[0] < this.now() - SPAN) this.times.shift()
  }

  // Answers a second.
  get rate() {
    const { times } = this
    return times.length < 2 ? 0 : (1000 * (times.length - 1)) / (times.at(-1) - times[0])
  }
}
