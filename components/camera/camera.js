// The live camera: its picture with the map over it, and beside it what the model says.

import { element } from "../viewer/elements.js"
import { currentLook, join, part, startLook } from "../viewer/page.js"
import { noteOf } from "../viewer/sign.js"
import { ask } from "./ask.js"
import { Pace } from "./pace.js"
import { encoded, frozen, paint, pixelsOf, smallSize } from "./picture.js"
import { Said } from "./said.js"
import { cameras, inWords, looksAway, obstacle, start, stop, UNPLUGGED } from "./stream.js"

const BEAT = 100 // milliseconds between two looks at whether something is due
const LATE = 250 // after which the picture goes on without waiting for its map
const AGAIN = 1500 // after which a frame is sent again that could not be explained

export class Camera {
  constructor(parent) {
    this.pace = new Pace()
    this.rest = 0 // until when no frame is sent
    this.drawn = 0
    this.node = element("section", "camera", parent, { "aria-label": "Live camera" })
    this.room = element("div", "room", this.node)
    this.stage = element("div", "stage", this.room)
    this.canvas = element("canvas", "", this.stage, { role: "img", "aria-label": "The camera's picture" })
    this.note = element("p", "note", this.stage)
    this.note.hidden = true
    this.problem = element("div", "problem", this.stage, { role: "alert" })
    this.why = element("p", "", this.problem)
    this.retry = button("Try again", this.problem, () => this.open())
    this.controls()
    this.said = new Said(this.room, (index) => this.tell("follow", index))
    this.video = document.createElement("video")
    this.video.muted = true
    this.video.playsInline = true
    this.own = document.createElement("canvas") // a frame at its own size
    this.small = document.createElement("canvas") // the same for the model
    this.resume = () => this.step()
    document.addEventListener("visibilitychange", this.resume)
    navigator.mediaDevices?.addEventListener("devicechange", (this.plugged = () => this.list()))
    join(this)
    this.beat = setInterval(() => this.step(), BEAT)
    this.open()
  }

  controls() {
    const bar = element("div", "controls", this.room)
    this.freeze = button("Freeze", bar, () => this.keep())
    this.freeze.title = "Keep this picture as one of your photos, with everything the page can say about it"
    const label = element("label", "mirror", bar)
    this.mirror = element("input", "", label, { type: "checkbox" })
    label.append("Mirror")
    this.mirror.onchange = () => {
      this.told = true // by hand, so that another camera does not change it back
      this.reflect()
    }
    this.device = element("select", "", bar, { "aria-label": "Camera" })
    this.device.hidden = true // until there are several
    this.device.onchange = () => this.open(this.device.value)
    this.speed = element("span", "speed", bar)
    this.about = element("p", "about", this.room)
    this.made = element("span", "", this.about)
    this.mirrored = element("span", "", this.about)
    this.status = element("span", "spoken", bar, { role: "status" })
  }

  // What the page says: the class to follow, the size of frames, the model in words.
  show(header) {
    startLook(header.colormaps)
    this.colormaps = header.colormaps
    if (this.asked && this.asked.about !== header.about) this.forget()
    this.asked = header
    this.made.textContent = `${header.about}. `
    this.said.ask(header)
    this.step()
  }

  // Another model: what the one before said is no longer true.
  forget() {
    this.shown = null
    this.held = null
    this.redraw()
  }

  async open(device = "") {
    const turn = (this.turn = (this.turn ?? 0) + 1)
    this.close()
    this.trouble(obstacle(window))
    if (this.why.textContent) return
    this.node.dataset.state = "starting"
    let stream
    try {
      stream = await start(device)
    } catch (error) {
      if (turn === this.turn) this.trouble(inWords(error))
      return
    }
    if (turn !== this.turn || this.gone) return stop(stream)
    this.stream = stream
    stream.getVideoTracks()[0].onended = () => {
      this.close()
      this.trouble(UNPLUGGED)
    }
    this.video.srcObject = stream
    await this.video.play().catch(() => {}) // interrupted only by another camera
    if (turn !== this.turn || this.gone) return
    if (!this.told) this.mirror.checked = !looksAway(stream)
    this.reflect()
    this.node.dataset.state = "on"
    this.stage.style.aspectRatio = `${this.video.videoWidth} / ${this.video.videoHeight}`
    this.list()
    this.step()
  }

  close() {
    stop(this.stream)
    this.stream = null
    this.video.srcObject = null
  }

  trouble(text) {
    this.why.textContent = text
    this.problem.hidden = !text
    this.freeze.disabled = Boolean(text)
    if (text) this.node.dataset.state = "off"
  }

  // Offer the cameras if there are several.
  async list() {
    if (!this.stream) return
    const found = await cameras()
    const now = this.stream?.getVideoTracks()[0]?.getSettings().deviceId
    this.device.replaceChildren(...found.map(({ id, name }) => {
      const option = element("option", "", null, { value: id })
      option.textContent = name
      option.selected = id === now
      return option
    }))
    this.device.hidden = found.length < 2
  }

  reflect() {
    this.canvas.classList.toggle("mirrored", this.mirror.checked)
    this.mirrored.textContent = this.mirror.checked
      ? "Mirrored for your eye alone: the model sees the true picture."
      : "Drawn as the model sees it."
  }

  get ready() {
    return Boolean(this.stream && this.asked && this.video.videoWidth) && !document.hidden
  }

  // Send the newest frame if none is on its way; if the answer takes long, show the picture moving.
  step() {
    if (!this.ready) return
    const late = performance.now() - this.drawn > LATE
    if (this.pace.free && performance.now() >= this.rest) this.send()
    else if (late) this.live()
    this.count()
  }

  async send() {
    const { video, asked } = this
    this.pace.send()
    this.node.dataset.sent = this.pace.sent
    const pixels = pixelsOf(video, this.own)
    const [width, height] = smallSize(video.videoWidth, video.videoHeight, asked.side)
    const jpeg = encoded(this.own, width, height, this.small)
    const answer = await ask(asked.address, jpeg, this.held)
    this.pace.hear()
    this.node.dataset.answered = this.pace.answered
    if (this.gone) return
    this.rest = answer.problem ? performance.now() + AGAIN : 0
    // The server works on the next frame while this one is drawn.
    if (this.ready && !answer.problem) this.send()
    if (asked.about !== this.asked.about) return // another model by now
    this.shown = answer
    this.held = answer.index ?? null
    this.said.say(answer)
    this.draw(pixels)
  }

  live() {
    this.draw(pixelsOf(this.video, this.own))
  }

  draw(pixels) {
    this.pixels = pixels
    this.drawn = performance.now()
    this.redraw()
  }

  // Also called when the page's look changes.
  redraw() {
    const look = currentLook()
    if (!this.pixels || !look) return
    const map = this.shown?.values ? this.shown : null
    paint(this.canvas, this.pixels, map, look, this.colormaps)
    const note = map ? noteOf(map, look.sign) : this.shown?.problem ?? ""
    if (this.note.textContent !== note) this.note.textContent = note
    this.note.hidden = !note
  }

  count() {
    const rate = Math.round(this.pace.rate)
    const text = rate ? `${rate} a second` : ""
    if (performance.now() - (this.counted ?? 0) < 1000) return
    this.counted = performance.now()
    this.speed.textContent = text
    this.speed.title = "Pictures explained each second: each one is sent, explained and drawn before the next"
  }

  keep() {
    if (!this.pixels) return
    this.tell("freeze", frozen(this.pixels))
    this.status.textContent = "Kept as one of your photos."
    this.canvas.classList.remove("flash")
    void this.canvas.offsetWidth // lets the animation begin again
    this.canvas.classList.add("flash")
  }

  remove() {
    this.gone = true
    clearInterval(this.beat)
    document.removeEventListener("visibilitychange", this.resume)
    navigator.mediaDevices?.removeEventListener("devicechange", this.plugged)
    part(this)
    this.close()
    this.node.remove()
  }
}

function button(text, parent, act) {
  const made = element("button", "act", parent, { type: "button" })
  made.textContent = text
  made.onclick = act
  return made
}
