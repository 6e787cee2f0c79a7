"""The sanity check in the browser: by mouse and by keyboard, to its end and cancelled."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT
from tests.browser.learning import step

# The thread gives way to all else on a busy machine.
expect.set_options(timeout=20_000)
ENOUGH = 120_000


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


@pytest.fixture
def check(page: Page, address: str) -> Callable[[str], Locator]:
    """A function that opens the step for a photo, once its pictures are there."""

    def opened(photo: str) -> Locator:
        page.goto(f"{address}/learn?model=bundled/photos&image={photo}#sanity")
        figure = step(page, "sanity")
        figure.locator(".method canvas").first.wait_for(timeout=ENOUGH)
        page.locator(".learn.closing").wait_for(timeout=ENOUGH)
        return figure

    return opened


def pixels(figure: Locator, method: str, which: int) -> str:
    """The trained (0) or the random (1) network's map of a method, as drawn."""
    row = figure.locator(".method", has=figure.page.get_by_text(method, exact=True))
    data: str = row.locator("canvas").nth(which).evaluate("canvas => canvas.toDataURL()")
    return data


def test_a_check_by_mouse(page: Page, check: Callable[[str], Locator]) -> None:
    figure = check("coffee")
    expect(figure.locator(".curves")).to_have_attribute("aria-valuetext", "Not measured yet")
    expect(figure.locator("path.line")).to_have_count(0)  # it never begins by itself
    figure.get_by_role("button", name="Make a copy forget").click()
    figure.get_by_role("button", name="Again").wait_for(timeout=ENOUGH)
    expect(figure.locator("path.line")).to_have_count(6)
    expect(figure.locator(".conclusion strong")).to_contain_text("the edge detector does not notic")
    box = figure.locator("path.line.control").bounding_box()
    assert box is not None
    # On the line of the edges, at its end: everything is random.
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + 2)
    pressed = figure.locator('.method[aria-pressed="true"]')
    expect(pressed).to_have_accessible_name(re.compile("Edges: 1.00"))
    expect(figure.locator(".curves")).to_have_attribute(
        "aria-valuetext", re.compile(r"All 7 blocks random, down to stem\. .*Edges 1\.00")
    )
    assert pixels(figure, "Edges", 0) == pixels(figure, "Edges", 1)
    assert pixels(figure, "LayerCAM", 0) != pixels(figure, "LayerCAM", 1)
    figure.locator(".method", has_text="LayerCAM").hover()
    expect(figure.locator(".own")).to_contain_text("LayerCAM")
    figure.get_by_role("button", name="SSIM").click()
    expect(figure.locator(".curves")).to_have_attribute("aria-valuetext", re.compile("SSIM: "))


def test_cancelled_and_begun_again_by_keyboard(page: Page, check: Callable[[str], Locator]) -> None:
    figure = check("cat")
    button = figure.locator("button.strong")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_text("Cancel")
    expect(figure.locator(".progress-words")).to_contain_text("Random network")
    before = page.evaluate("performance.now()")
    page.keyboard.press("Enter")
    expect(figure.locator(".progress-words")).to_contain_text(
        re.compile("Cancelled after|Stopping")
    )
    assert page.evaluate("performance.now()") - before < 1000
    expect(button).to_have_text("Start again")
    expect(button).to_be_focused()
    reached = int(figure.locator(".curves").get_attribute("aria-valuemax") or 0)
    figure.locator(".curves").focus()
    page.keyboard.press("End")
    expect(figure.locator(".curves")).to_have_attribute("aria-valuenow", str(reached))
    page.keyboard.press("Home")
    expect(figure.locator(".curves")).to_have_attribute("aria-valuenow", "0")
    expect(figure.locator(".curves")).to_have_attribute("aria-valuetext", re.compile("^Nothing"))
