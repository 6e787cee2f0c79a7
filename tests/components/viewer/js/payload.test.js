import assert from "node:assert/strict"
import { test } from "node:test"

import { unpack } from "../../../../components/viewer/payload.js"

// A photo of three bytes, a map of 1 × 2 and one colormap, in the layout of payload.py.
function packed(before = 0) {
  const header = {
    kind: "grid",
    colormaps: [{ name: "gray", lut: 12 }],
    rows: [{
      caption: "猫", jpeg: [0, 3],
      panels: [{ title: "cup", values: 4, shape: [1, 2] }, { title: "none", values: null }],
      spare: [{ title: "mug", values: 8, shape: [1, 1] }],
    }],
  }
  let text = new TextEncoder().encode(JSON.stringify(header))
  text = new Uint8Array([...text, ...Array(-text.length & 3).fill(32)])
  const blobs = new Uint8Array(12 + 768)
  blobs.set([7, 8, 9])
  blobs.set(new Uint8Array(new Float32Array([1.5, -2]).buffer), 4)
  blobs.fill(200, 12)
  const all = new Uint8Array(before + 4 + text.length + blobs.length)
  new DataView(all.buffer).setUint32(before, text.length, true)
  all.set(text, before + 4)
  all.set(blobs, before + 4 + text.length)
  return all.subarray(before)
}

function check(header) {
  const [row] = header.rows
  assert.equal(header.kind, "grid")
  assert.equal(row.caption, "猫")
  assert.deepEqual([...row.jpeg], [7, 8, 9])
  assert.deepEqual(row.panels[0].values, new Float32Array([1.5, -2]))
  assert.equal(row.panels[1].values, null)
  assert.deepEqual(row.spare[0].values, new Float32Array([-2]))
  assert.deepEqual(header.colormaps[0].lut, new Uint8Array(768).fill(200))
}

test("photos, maps and colours are unpacked unchanged", () => check(unpack(packed())))

test("maps are views of the message, not copies", () => {
  const bytes = packed()
  assert.equal(unpack(bytes).rows[0].panels[0].values.buffer, bytes.buffer)
})

test("a message may start anywhere in its buffer", () => {
  for (const before of [1, 2, 4]) check(unpack(packed(before)))
})
