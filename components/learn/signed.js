// Numbers whose sign matters.

import { figures } from "../viewer/text.js"

export function signed(value) {
  return value > 0 ? `+${figures(value)}` : figures(value)
}
