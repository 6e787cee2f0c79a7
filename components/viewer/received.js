// Reads the bytes written by components/packing.py.

import { opened } from "./payload.js"

// Returns the header and the arrays by name: {shape, values} or, of a file, its bytes. No number is
// copied.
export function received(data) {
  const { header, buffer, start } = opened(data)
  const arrays = {}
  for (const [name, { at, bytes, shape }] of Object.entries(header.arrays)) {
    if (bytes === undefined) {
      const count = shape.reduce((product, n) => product * n, 1)
      arrays[name] = { shape, values: new Float32Array(buffer, start + at, count) }
    } else {
      arrays[name] = new Uint8Array(buffer, start + at, bytes)
    }
  }
  return { header, arrays }
}
