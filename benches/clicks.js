// Clicks `node`; resolves to the milliseconds until the frame in which the viewer's pictures are
// others, one of them called `label`.
(node, label) => {
  const found = (root) => root.querySelector(".viewer")
    ?? [...root.querySelectorAll("*")].map((host) => host.shadowRoot && found(host.shadowRoot)).find(Boolean)
  // Searching the whole page in every frame would take a good part of what is measured.
  let viewer = found(document)
  const pictures = () => {
    if (!viewer?.isConnected) viewer = found(document)
    return [...(viewer?.querySelectorAll(".cell:not([hidden])") ?? [])].map((cell) =>
      `${cell.querySelector("canvas").getAttribute("aria-label")} ${cell.querySelector(".peak")?.textContent}`)
      .join("\n")
  }
  const before = pictures()
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const drawn = () => {
      const channel = new MessageChannel()
      channel.port1.onmessage = () => resolve(performance.now() - start)
      channel.port2.postMessage(null)
    }
    const look = () => {
      const now = pictures()
      // What a frame's callback finds is drawn in that frame; a message comes after it.
      if (now && now !== before && now.includes(label)) return drawn()
      if (performance.now() - start > 60000) return reject(new Error("No other pictures came."))
      return requestAnimationFrame(look)
    }
    node.click()
    requestAnimationFrame(look)
  })
}
