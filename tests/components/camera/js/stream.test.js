import assert from "node:assert/strict"
import { test } from "node:test"

import { inWords, looksAway, obstacle, stop } from "../../../../components/camera/stream.js"

const CAMERA = { mediaDevices: { getUserMedia() {} } }

test("a page that is neither local nor HTTPS says so before the browser is asked", () => {
  const text = obstacle({ isSecureContext: false, navigator: {}, location: { port: "8501" } })
  assert.match(text, /HTTPS/)
  assert.match(text, /http:\/\/localhost:8501 /)
  const usual = obstacle({ isSecureContext: false, navigator: {}, location: { port: "" } })
  assert.match(usual, /http:\/\/localhost on/)
})

test("a browser without getUserMedia", () => {
  assert.match(obstacle({ isSecureContext: true, navigator: {}, location: {} }), /This browser/)
  assert.equal(obstacle({ isSecureContext: true, navigator: CAMERA, location: {} }), "")
})

test("each error is a sentence, and one what to do", () => {
  const words = {
    NotAllowedError: /may not use the camera.*address bar/,
    SecurityError: /may not use the camera/,
    NotFoundError: /No camera was found/,
    OverconstrainedError: /No camera was found/,
    NotReadableError: /in use by another program/,
    AbortError: /in use by another program/,
    TypeError: /could not be started/,
  }
  for (const [name, text] of Object.entries(words)) assert.match(inWords({ name }), text)
  assert.match(inWords(undefined), /could not be started/)
})

test("ending a stream ends every track, and does not report it as unplugged", () => {
  const tracks = [{ onended() {}, stopped: 0, stop() { this.stopped += 1 } }]
  stop({ getTracks: () => tracks })
  assert.deepEqual([tracks[0].stopped, tracks[0].onended], [1, null])
  stop(null)
})

test("only a camera that looks away shows no mirror image", () => {
  const facing = (facingMode) => ({ getVideoTracks: () => [{ getSettings: () => ({ facingMode }) }] })
  assert.equal(looksAway(facing("environment")), true)
  assert.equal(looksAway(facing("user")), false)
  assert.equal(looksAway(facing(undefined)), false)
  assert.equal(looksAway({ getVideoTracks: () => [] }), false)
})
