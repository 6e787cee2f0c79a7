// Number formatting. gradcam/text.py follows the same rules.

export const MINUS = "−"

// A probability, shown as 0 or 100 only if it is exactly that.
export function percent(share) {
  if (share > 0 && share < 0.0005) return "< 0.1 %"
  if (share >= 0.9995 && share < 1) return "> 99.9 %"
  return `${(share * 100).toFixed(1)} %`
}

// A probability where tenths do not matter; only exactly 0 and 1 become 0 and 100 %.
export function roughPercent(share) {
  if (share > 0 && share < 0.01) return "< 1 %"
  if (share > 0.99 && share < 1) return "> 99 %"
  return wholePercent(share)
}

// A setting or a level of heat, where tenths of a percent do not matter.
export function wholePercent(share) {
  return `${withMinus(String(Math.round(share * 100)))} %`
}

const THREE_FIGURES = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 })
const RAISED = new Map([..."-0123456789"].map((digit, n) => [digit, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[n]]))

// Three significant figures, as people write them; very large and very small numbers with a power
// of ten.
export function figures(value) {
  if (value === 0 || !Number.isFinite(value)) return withMinus(String(value + 0))
  const [digits, power] = value.toExponential(2).split("e").map(Number)
  if (power >= -4 && power < 7) return withMinus(THREE_FIGURES.format(value))
  const raised = [...String(power)].map((digit) => RAISED.get(digit)).join("")
  return `${withMinus(String(digits))} × 10${raised}`
}

function withMinus(text) {
  return text.replaceAll("-", MINUS)
}
