"""Actions on the page, and what it shows."""

from __future__ import annotations

import base64
import hashlib
import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import READY

# Takes a long time: every channel of Score-CAM, six views, six photos.
SLOW = (
    "image=rocket,coffee,cat,astronaut,motorcycle,grace-hopper&method=scorecam&channels=0&augment=1"
)


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    expect(page.locator(".viewer .cell canvas").first).to_be_visible()
    _come_to_rest(page)


def settle(page: Page) -> None:
    """Wait until the page has reacted to the last action."""
    page.wait_for_timeout(200)
    page.wait_for_selector(READY)
    page.wait_for_timeout(150)  # a frame or two for the viewer


def _come_to_rest(page: Page) -> None:
    """Wait until the cells have not moved for a quarter of a second."""
    places = "cells => JSON.stringify(cells.map(c => c.getBoundingClientRect()))"
    before = ""
    for _ in range(40):
        now = page.locator(".viewer .cell").evaluate_all(places)
        if now == before:
            return
        before = now
        page.wait_for_timeout(250)
    raise AssertionError("The viewer's cells never come to rest.")


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def fragment(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).fragment).items()}


def panels(page: Page) -> list[str]:
    """Return the titles of the maps in order."""
    return page.locator(".viewer .cell:not(.photo) .title").all_inner_texts()


def photos(page: Page) -> list[str]:
    return page.locator(".viewer .cell.photo .title").all_inner_texts()


def picture(page: Page, index: int = 0) -> str:
    """Return a fingerprint of one map as drawn."""
    canvas = page.locator(".viewer .cell:not(.photo) canvas").nth(index)
    return hashlib.sha256(canvas.evaluate("c => c.toDataURL()").encode()).hexdigest()


def redrawn(page: Page, before: str) -> str:
    """Wait until the first map is another one than `before`; return its fingerprint."""
    for _ in range(600):
        now = picture(page)
        if now != before:
            return now
        page.wait_for_timeout(100)
    raise AssertionError("The map stayed as it was for a minute.")


def drawn(page: Page, index: int = 0) -> NDArray[np.int64]:
    """Return one map as drawn, (H, W, 4)."""
    return pixels(page.locator(".viewer .cell:not(.photo) canvas").nth(index))


def pixels(canvas: Locator) -> NDArray[np.int64]:
    """Return what is drawn on a canvas, (H, W, 4)."""
    png = canvas.evaluate("c => c.toDataURL()").split(",")[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA"), np.int64)


def choose(page: Page, label: str, text: str) -> None:
    """Search a dropdown and choose the first hit."""
    field = box(page, label)
    field.click()
    field.fill(text)
    page.locator('[role="listbox"]:visible [role="option"]').first.click()
    settle(page)


def box(page: Page, label: str) -> Locator:
    return page.get_by_role("combobox", name=label, exact=True)


def bar(page: Page, label: str, photo: int = 0) -> Locator:
    """Return the bar of a class, beside one of the photos."""
    return page.locator(".bars").nth(photo).get_by_label(label)


def view(page: Page, name: str) -> None:
    """Choose overlay, heatmap, swipe or contour."""
    page.get_by_role("combobox", name="View").select_option(label=name)


def more(page: Page, name: str) -> Locator:
    """Return a control behind "Look", opened if need be."""
    look = page.get_by_role("button", name="Look")
    if look.get_attribute("aria-expanded") != "true":
        look.click()
    return page.get_by_role("dialog", name="Look").get_by_label(name, exact=True)


def upload(page: Page, *paths: Path) -> None:
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(paths)
    # The page reruns only once the files have arrived, which a busy machine may delay.
    page.get_by_test_id("stFileChipName").first.wait_for()
    settle(page)
