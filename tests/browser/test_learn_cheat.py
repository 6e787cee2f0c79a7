"""The chapter about the network that cheats, by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
ASKED = 20_000  # milliseconds for an answer on a busy machine


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    """The app offline, with nothing downloaded."""
    return serve(ROOT / "app.py", GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9")


@pytest.fixture
def step(page: Page, address: str) -> Locator:
    page.goto(f"{address}/learn?image=grace-hopper#cheat")
    found = page.locator('[data-step="cheat"]')
    expect(found.locator(".cheat-bars li")).to_have_count(6, timeout=60_000)
    found.locator(".cheat-controls").scroll_into_view_if_needed()
    return found


def side(step: Locator, n: int) -> Locator:
    """The honest network's side, 0, or the cheating one's, 1."""
    return step.locator(".cheat-side").nth(n)


def first(step: Locator, n: int) -> Locator:
    return side(step, n).locator(".cheat-bars li").first


def hottest(step: Locator, n: int) -> tuple[float, float]:
    """Where the map is brightest, as shares of the photo, by the overlay's red over its blue."""
    pixels, width = (
        side(step, n)
        .locator("canvas")
        .evaluate("""canvas => {
        const pen = canvas.getContext("2d")
        const { data } = pen.getImageData(0, 0, canvas.width, canvas.height)
        return [Array.from(data), canvas.width]
    }""")
    )
    photo = np.array(pixels, float).reshape(-1, width, 4)
    yellow = photo[..., 0] + photo[..., 1] - 2 * photo[..., 2]
    high = yellow > np.quantile(yellow, 0.98)
    rows, columns = np.nonzero(high)
    return float(columns.mean() / width), float(rows.mean() / len(photo))


def test_by_mouse(page: Page, step: Locator) -> None:
    expect(first(step, 0)).to_contain_text("bow tie")
    expect(first(step, 1)).to_contain_text("espresso")
    across, down = hottest(step, 1)
    assert across > 0.5
    assert down > 0.5

    step.get_by_role("switch", name="Signed").click()
    expect(first(step, 1)).not_to_contain_text("espresso")
    expect(step.get_by_role("slider")).to_have_count(0)
    step.get_by_role("switch", name="Signed").click()
    expect(first(step, 1)).to_contain_text("espresso")

    said = side(step, 1).locator(".cheat-said")
    before = said.inner_text()
    handle = side(step, 0).get_by_role("slider")
    box, photo = handle.bounding_box(), side(step, 0).locator("canvas").bounding_box()
    assert box is not None
    assert photo is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 0.4 * photo["width"], y - 0.3 * photo["height"], steps=8)
    page.mouse.move(x - 0.4 * photo["width"], y - 0.6 * photo["height"], steps=8)
    page.mouse.up()
    expect(said).not_to_have_text(before, timeout=ASKED)
    page.wait_for_timeout(600)
    moved = hottest(step, 1)
    assert moved[1] < down - 0.3
    assert moved[0] < across - 0.2
    step.get_by_role("button", name="Put it back").click()
    expect(said).to_have_text(before, timeout=ASKED)


def test_by_keyboard(page: Page, step: Locator) -> None:
    switch = step.get_by_role("switch", name="Signed")
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-checked", "false")
    page.keyboard.press("Enter")
    expect(switch).to_have_attribute("aria-checked", "true")

    said = side(step, 1).locator(".cheat-said")
    before = said.inner_text()
    page.keyboard.press("Tab")
    handle = side(step, 0).get_by_role("slider")
    expect(handle).to_be_focused()
    start = handle.get_attribute("aria-valuetext")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowUp")
    expect(handle).not_to_have_attribute("aria-valuetext", re.compile(re.escape(start or "")))
    expect(said).not_to_have_text(before, timeout=ASKED)
    # Both networks see the same photo.
    other = side(step, 1).get_by_role("slider")
    assert other.get_attribute("aria-valuetext") == handle.get_attribute("aria-valuetext")


@pytest.mark.usefixtures("step")
def test_the_table_of_what_was_measured(page: Page) -> None:
    rows = page.locator('[data-step="cheat-test"] .cheat-measured tr')
    expect(rows).to_have_count(11)  # a head, and two networks asked five questions
    figures = rows.locator(".figure").all_inner_texts()
    assert all(re.fullmatch(r"\d{1,3} %", text) for text in figures)
