// Numbers as people read them. Python writes the same numbers by the same rules.

export const MINUS = "−"

// A probability: never 0 or 100 unless it is.
export function percent(share) {
  if (share > 0 && share < 0.0005) return "< 0.1 %"
  if (share >= 0.9995 && share < 1) return "> 99.9 %"
  return `${(share * 100).toFixed(1)} %`
}

// A setting or a level of heat, where a tenth of a percent means nothing.
export function wholePercent(share) {
  return `${withMinus(String(Math.round(share * 100)))} %`
}

// A number people can compare: three figures, whatever its size.
export function figures(value) {
  if (value === 0) return "0"
  const size = Math.abs(value)
  const plain = size < 1000 && size >= 0.001
  return withMinus(plain ? String(Number(value.toPrecision(3))) : value.toExponential(2))
}

function withMinus(text) {
  return text.replaceAll("-", MINUS)
}
