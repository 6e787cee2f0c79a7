// Scores in words, and maps in the order of their scores.

import { percent } from "../viewer/text.js"
import { sorted } from "./sorting.js"

export function scoreText(score, as) {
  if (score === null || score === undefined) return "–"
  if (as === "percent") return percent(score)
  if (as === "yes") return score ? "yes" : "no"
  return score.toFixed(3).replace("-0.000", "0.000").replace("-", "−")
}

// The rows, best first by one metric, or turned round.
export function ranked(rows, metric, turned) {
  if (!metric) return rows
  const values = rows.map(({ scores }) => scores[metric.id] ?? NaN)
  const order = sorted(rows.length, { values }, (metric.better === "higher") !== turned)
  return [...order].map((n) => rows[n])
}
