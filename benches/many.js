// Whether the contact sheet shows its maps: of all `count` photos, or of those in sight.
([count, which]) => {
  const tilesIn = (root) => [
    ...root.querySelectorAll(".sheet .tile"),
    ...[...root.querySelectorAll("*")].flatMap((host) => (host.shadowRoot ? tilesIn(host.shadowRoot) : [])),
  ]
  const tiles = tilesIn(document)
  if (tiles.length !== count) return false
  if (which === "all") return tiles.every((tile) => tile.querySelector(".share").textContent)
  const inSight = tiles.filter((tile) => tile.getBoundingClientRect().top < window.innerHeight)
  // A tile's canvas gets its width when it is drawn.
  return inSight.length > 0 && inSight.every((tile) => tile.querySelector("canvas").style.width)
}
