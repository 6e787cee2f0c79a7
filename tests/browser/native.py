"""Read the pixels of a map on the page at the size of its photo."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

# The size of the photos in these tests, and the window height at which an enlarged cell has it.
PHOTO = (400, 600)
WINDOW = 513
# The frame around the region the model saw is drawn over the picture but is not part of the map.
HIDE_FRAMES = "CanvasRenderingContext2D.prototype.strokeRect = () => {}"
_READ = """canvas => {
  const pen = canvas.getContext('2d')
  const { width, height, data } = pen.getImageData(0, 0, canvas.width, canvas.height)
  let text = ''
  for (let i = 0; i < data.length; i += 8192)
    text += String.fromCharCode(...data.slice(i, i + 8192))
  return [width, height, btoa(text)]
}"""


def pixels(page: Page, n: int = 0) -> NDArray[np.uint8]:
    """Return a panel's canvas as it is, RGBA (H, W, 4)."""
    canvas = page.locator(".viewer .cell:not(.photo) canvas").nth(n)
    width, height, text = canvas.evaluate(_READ)
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)


def native(page: Page, n: int) -> NDArray[np.uint8]:
    """Return the same with the panel briefly enlarged to the size of its photo."""
    before = page.viewport_size
    assert before
    page.set_viewport_size({**before, "height": WINDOW})
    cell = page.locator(".viewer .cell:not(.photo)").nth(n)
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".viewer.opened .opened-cell canvas")).to_be_visible()
    drawn = pixels(page, n)
    page.keyboard.press("Escape")
    page.set_viewport_size(before)
    assert drawn.shape[:2] == PHOTO
    return drawn
