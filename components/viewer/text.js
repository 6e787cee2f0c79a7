// Number formatting. gradcam/text.py follows the same rules.

export const MINUS = "−"

// A probability, shown as 0 or 100 only if it is exactly that.
export function percent(share) {
  if (share > 0 && share < 0.0005) return "< 0.1 %"
  if (share >= 0.9995 && share < 1) return "> 99.9 %"
  return `${(share * 100).toFixed(1)} %`
}

// A setting or a level of heat, where tenths of a percent do not matter.
export function wholePercent(share) {
  return `${withMinus(String(Math.round(share * 100)))} %`
}

// Three significant figures at any magnitude.
export function figures(value) {
  if (value === 0) return "0"
  const size = Math.abs(value)
  const plain = size < 1000 && size >= 0.001
  return withMinus(plain ? String(Number(value.toPrecision(3))) : value.toExponential(2))
}

function withMinus(text) {
  return text.replaceAll("-", MINUS)
}
