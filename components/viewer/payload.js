// Reads the bytes written by components/viewer/payload.py without copying the maps.

export function unpack(data) {
  const { header, buffer, start } = opened(data)
  const jpeg = ([offset, size]) => new Uint8Array(buffer, start + offset, size)
  const floats = (map) => {
    const [h, w] = map.shape
    map.values = new Float32Array(buffer, start + map.values, h * w)
  }
  for (const row of header.rows) {
    row.jpeg = jpeg(row.jpeg)
    if (row.before) row.before.jpeg = jpeg(row.before.jpeg)
    // A contact sheet has none to spare.
    for (const panel of [...row.panels, ...(row.spare ?? [])]) {
      if (panel.values !== null) floats(panel)
      if (panel.before) floats(panel.before)
    }
  }
  return header
}

// Reads the header and its colormaps; everything else lies in `buffer`, counted from `start`.
export function opened(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data)
  // A Float32Array needs an offset that is a multiple of four, and the message may start anywhere.
  const aligned = bytes.byteOffset % 4 ? bytes.slice() : bytes
  const length = new DataView(aligned.buffer, aligned.byteOffset, 4).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(aligned.subarray(4, 4 + length)))
  const start = aligned.byteOffset + 4 + length
  for (const colormap of header.colormaps) {
    colormap.lut = new Uint8Array(aligned.buffer, start + colormap.lut, 768)
  }
  return { header, buffer: aligned.buffer, start }
}
