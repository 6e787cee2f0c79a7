"""Actions in the presentation, and what it shows."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

DIALOG = ".present"


def present(page: Page) -> None:
    button = page.get_by_role("button", name="Present one map")
    if not button.is_visible():  # on a phone, it is in a menu
        page.get_by_role("button", name="Save, share and present").click()
    button.click()
    expect(page.get_by_role("dialog", name="Presentation")).to_be_visible()
    page.wait_for_timeout(150)  # until full screen has settled


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(50)


def slide(page: Page) -> tuple[str, str, str]:
    """Return the headline, the photo's caption and the position."""
    texts = (".headlines .now h2", ".whose p:first-child", ".whose p:last-child")
    first, second, third = (page.locator(f"{DIALOG} {text}").inner_text() for text in texts)
    return " ".join(first.split()), second, third


def canvas(page: Page, side: int) -> Locator:
    """Return the canvas of the photo (0) or the map (1)."""
    return page.locator(f"{DIALOG} .shot").nth(side).locator("canvas")


def pixels(page: Page, side: int = 1) -> NDArray[np.int64]:
    """Return one side as drawn, (H, W, 4)."""
    png = canvas(page, side).evaluate("c => c.toDataURL()").split(",")[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA"), np.int64)


def boxes(page: Page, selector: str) -> list[list[float]]:
    found: list[list[float]] = page.locator(selector).evaluate_all(
        "nodes => nodes.map(n => { const b = n.getBoundingClientRect();"
        " return [b.x, b.y, b.width, b.height] })"
    )
    return found
