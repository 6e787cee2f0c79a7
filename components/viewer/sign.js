// Which evidence is shown: for the class, against it, both with their signs, or both without.

export const SIGNS = ["for", "against", "both", "abs"]

// What each sign keeps of a raw value.
export const KEEP = {
  for: (value) => (value > 0 ? value : 0),
  against: (value) => (value < 0 ? -value : 0),
  both: (value) => value,
  abs: Math.abs,
}

// The largest value kept, which a map's own scale draws as 1.
export function peakOf(values, sign) {
  const keep = KEEP[sign]
  let peak = 0
  for (const value of values) peak = Math.max(peak, Math.abs(keep(value)))
  return peak
}

// The same for a panel, cached per sign because every frame needs it.
export function panelPeak(panel, sign) {
  panel.peaks ??= {}
  return (panel.peaks[sign] ??= peakOf(panel.values, sign))
}

// Why a panel's map is empty, or "" if it is not.
export function emptyReason(panel, sign) {
  if (panelPeak(panel, "abs") === 0) {
    return panel.tookGradient
      ? "The gradient of this class is zero at this layer."
      : "The map is zero everywhere at this layer."
  }
  if (panelPeak(panel, sign) > 0) return ""
  return sign === "against"
    ? "No evidence against this class at this layer."
    : "No positive evidence for this class at this layer."
}

// The note over a panel: the server's, and why the map is empty.
export function noteOf(panel, sign) {
  const reason = panel.values ? emptyReason(panel, sign) : ""
  return [panel.note, reason].filter(Boolean).join(" ")
}
