// The photo as the model sees it at a step of deletion or insertion: a choice between two pixels.

// `whole` is RGBA; `other` too, or one colour [r, g, b]. A pixel changes at the step that `steps` says:
// from `whole` to `other`, or with `back` from `other` to `whole`. Returns RGBA.
export function masked(whole, other, steps, now, back) {
  const out = new Uint8ClampedArray(whole.length)
  const single = other.length === 3
  for (let i = 0, p = 0; i < steps.length; i++, p += 4) {
    const original = (steps[i] <= now) === back
    const q = single ? 0 : p
    const from = original ? whole : other, at = original ? p : q
    out[p] = from[at]
    out[p + 1] = from[at + 1]
    out[p + 2] = from[at + 2]
    out[p + 3] = 255
  }
  return out
}
