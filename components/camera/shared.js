// What the camera and its line to the server know of each other. It is on the window, because each of
// the two scripts has a copy of this module.

export const line = (window.gradcamCameraLine ??= { send: null, hear: null })
