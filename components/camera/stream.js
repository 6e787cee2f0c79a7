// The device: asking for it, choosing among several, and what to say when there is none.

const WANTED = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } }

const IN_WORDS = {
  NotAllowedError:
    "This page may not use the camera. Allow it at the camera sign in the browser's address bar (or in the system's privacy settings), then try again.",
  NotFoundError: "No camera was found. Plug one in, or switch it on, then try again.",
  NotReadableError:
    "The camera is in use by another program, or does not answer. Close the other program, then try again.",
}
const SAME = {
  SecurityError: "NotAllowedError", PermissionDeniedError: "NotAllowedError",
  OverconstrainedError: "NotFoundError", DevicesNotFoundError: "NotFoundError",
  AbortError: "NotReadableError", TrackStartError: "NotReadableError",
}
export const UNPLUGGED = "The camera was disconnected. Plug it in again, then try again."

// Why no camera can be asked for, or "".
export function obstacle({ isSecureContext, navigator, location }) {
  if (!isSecureContext) {
    const port = location.port ? `:${location.port}` : ""
    return `Browsers give a camera only to pages of this machine, or with HTTPS. Open http://localhost${port} on the machine that runs the server, or let whoever runs it add a certificate.`
  }
  if (!navigator.mediaDevices?.getUserMedia) {
    return "This browser gives no camera to pages. Open the page in a current Chrome, Edge, Firefox or Safari."
  }
  return ""
}

export function inWords(error) {
  const name = SAME[error?.name] ?? error?.name
  return IN_WORDS[name] ?? "The camera could not be started. Unplug it or switch it off and on, then try again."
}

// The stream of one camera, or of whichever the browser prefers for "".
export function start(device) {
  const which = device ? { deviceId: { exact: device } } : {}
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { ...WANTED, ...which } })
}

// Ends a stream, which switches the camera's light off.
export function stop(stream) {
  for (const track of stream?.getTracks() ?? []) {
    track.onended = null
    track.stop()
  }
}

// All cameras, with the names that browsers tell once one of them is allowed.
export async function cameras() {
  const devices = await navigator.mediaDevices.enumerateDevices()
  return devices
    .filter(({ kind }) => kind === "videoinput")
    .map(({ deviceId, label }, n) => ({ id: deviceId, name: label || `Camera ${n + 1}` }))
}

// A camera that looks away from whoever holds the device shows them what is there, not a mirror.
export function looksAway(stream) {
  return stream.getVideoTracks()[0]?.getSettings().facingMode === "environment"
}
