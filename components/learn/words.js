// Numbers as a sentence on this page needs them.

import { percent, wholePercent } from "../viewer/text.js"

// A share: tenths of a percent only where whole ones would say nothing.
export function share(value) {
  return value >= 0.05 || value === 0 ? wholePercent(value) : percent(value)
}
