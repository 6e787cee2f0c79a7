// The bytes of components/viewer/payload.py, read back without copying the maps.

function unpack(data) {
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

// Decoded photos, so that a rerun with the same photo draws at once.
const PHOTOS = new Map()
const PHOTOS_KEPT = 24

async function decodePhoto(row) {
  if (!PHOTOS.has(row.id)) {
    const blob = new Blob([row.jpeg], { type: "image/jpeg" })
    PHOTOS.set(row.id, await createImageBitmap(blob))
    if (PHOTOS.size > PHOTOS_KEPT) PHOTOS.delete(PHOTOS.keys().next().value)
  }
  return PHOTOS.get(row.id)
}

// What to make of these bytes: the grid of panels, or the strip of layers.
function kindOf(data) {
  return unpack(data).kind
}
