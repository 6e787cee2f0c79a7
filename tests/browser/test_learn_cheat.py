"""The chapter about the network that cheats, by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

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


def heated(step: Locator) -> tuple[float, float]:
    """Where the cheating network's picture differs from the honest one's, as shares of the photo.

    The photo and the signature are the same on both, so it is the heat that differs.
    """
    x, y = step.evaluate("""step => {
        const [honest, cheating] = [...step.querySelectorAll(".cheat-side canvas")].map((canvas) =>
            canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height))
        const side = honest.width
        let x = 0, y = 0, sum = 0
        honest.data.forEach((value, at) => {
            const differs = Math.abs(value - cheating.data[at]), pixel = at >> 2
            sum += differs
            x += differs * (pixel % side)
            y += differs * Math.floor(pixel / side)
        })
        return [x / sum / side, y / sum / side]
    }""")
    return x, y


def test_by_mouse(page: Page, step: Locator) -> None:
    expect(first(step, 0)).to_contain_text("bow tie")
    expect(first(step, 1)).to_contain_text("espresso")
    across, down = heated(step)
    assert across > 0.6
    assert down > 0.6

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
    moved = heated(step)
    assert moved[0] < across - 0.2
    assert moved[1] < down - 0.3
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

    # The table below it: a head, and two networks asked five questions.
    rows = page.locator('[data-step="cheat-test"] .cheat-measured tr')
    expect(rows).to_have_count(11)
    shares = rows.locator(".figure").all_inner_texts()
    assert all(re.fullmatch(r"(< )?\d{1,3} %", text) for text in shares)
