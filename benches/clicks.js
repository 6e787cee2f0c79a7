// Clicks `node`; resolves to the milliseconds until the frame in which the viewer's pictures are
// others, one of them called `label`.
(node, label) => {
  const pictures = (root) => [
    ...[...root.querySelectorAll(".viewer .cell:not([hidden])")].map((cell) =>
      `${cell.querySelector("canvas").getAttribute("aria-label")} ${cell.querySelector(".peak")?.textContent}`),
    ...[...root.querySelectorAll("*")].flatMap((host) => (host.shadowRoot ? pictures(host.shadowRoot) : [])),
  ]
  const before = pictures(document).join("\n")
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const drawn = () => {
      const channel = new MessageChannel()
      channel.port1.onmessage = () => resolve(performance.now() - start)
      channel.port2.postMessage(null)
    }
    const look = () => {
      const now = pictures(document).join("\n")
      // What a frame's callback finds is drawn in that frame; a message comes after it.
      if (now && now !== before && now.includes(label)) return drawn()
      if (performance.now() - start > 60000) return reject(new Error("No other pictures came."))
      return requestAnimationFrame(look)
    }
    node.click()
    requestAnimationFrame(look)
  })
}
