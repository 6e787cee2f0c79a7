// Photos, decoded once and scaled once for all cells in a row.

const KEPT = 24
const decoded = new Map() // lets a rerun with the same photo draw immediately

export async function decodePhoto(row) {
  if (!decoded.has(row.id)) {
    const blob = new Blob([row.jpeg], { type: "image/jpeg" })
    decoded.set(row.id, await createImageBitmap(blob))
    if (decoded.size > KEPT) decoded.delete(decoded.keys().next().value)
  }
  return decoded.get(row.id)
}

// The visible `area` of a row's photo as ImageData.
export function photoPixels(row, area, width, height) {
  const key = `${width}×${height}@${area.x},${area.y},${area.width},${area.height}`
  if (row.pixelsKey !== key || row.pixelsOf !== row.bitmap) {
    const canvas = new OffscreenCanvas(width, height)
    const pen = canvas.getContext("2d", { willReadFrequently: true })
    pen.imageSmoothingQuality = "high"
    const { bitmap } = row
    const sx = bitmap.width / row.size[0], sy = bitmap.height / row.size[1]
    pen.drawImage(
      bitmap, area.x * sx, area.y * sy, area.width * sx, area.height * sy, 0, 0, width, height,
    )
    row.pixels = pen.getImageData(0, 0, width, height)
    row.pixelsKey = key
    row.pixelsOf = bitmap
  }
  return row.pixels
}
