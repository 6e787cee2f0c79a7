// The way to the server: a frame out, an answer back. It reruns nothing of the page.

import { opened } from "../viewer/payload.js"

const GONE = "The server no longer knows this page. Reload it."
const SILENT = "The server does not answer. The camera keeps trying."

// The answer to a frame, a JPEG: the map and what the model says, or a `problem` in words.
export async function ask(address, jpeg, held) {
  try {
    const response = await fetch(`${address}?held=${held ?? ""}`, { method: "POST", body: jpeg })
    if (!response.ok) return { problem: response.status === 404 ? GONE : SILENT }
    return read(await response.arrayBuffer())
  } catch {
    return { problem: SILENT }
  }
}

export function read(data) {
  const { header, buffer, start } = opened(data)
  if (header.problem) return header
  const [h, w] = header.shape
  return { ...header, note: "", values: new Float32Array(buffer, start + header.values, h * w) }
}
