// The bytes of components/viewer/payload.py, read back without copying the maps.

export function unpack(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data)
  // Aligned floats need an offset that is a multiple of four; the message's own need not be.
  const own = bytes.byteOffset % 4 ? bytes.slice() : bytes
  const length = new DataView(own.buffer, own.byteOffset, 4).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(own.subarray(4, 4 + length)))
  const start = own.byteOffset + 4 + length
  for (const colormap of header.colormaps) {
    colormap.lut = new Uint8Array(own.buffer, start + colormap.lut, 768)
  }
  for (const row of header.rows) {
    row.jpeg = new Uint8Array(own.buffer, start + row.jpeg[0], row.jpeg[1])
    for (const panel of row.panels) {
      if (panel.values === null) continue
      const [h, w] = panel.shape
      panel.values = new Float32Array(own.buffer, start + panel.values, h * w)
    }
  }
  return header
}
