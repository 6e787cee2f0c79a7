"""The watermark on the Learn page: moved by hand and by keys, and answered as it moves."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from components.samples import load
from gradcam import load_model
from gradcam.marks import Box, box, laid, mask
from gradcam.shortcuts import PUBLISHED, window_of
from tests.browser.conftest import ROOT
from tests.browser.learning import open_story, step
from tests.browser.pages import pixels, query, settle

expect.set_options(timeout=20_000)
MODEL = "bundled/efficientnet-lite0"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


def text_of(page: Page) -> Locator:
    """The text on the photo."""
    return step(page, "watermark").get_by_role("slider", name="The text on the photo")


def figures(page: Page) -> Locator:
    return step(page, "watermark").locator(".figures")


def photo(page: Page) -> Locator:
    canvas = step(page, "watermark").locator(".stage canvas")
    canvas.scroll_into_view_if_needed()
    page.wait_for_timeout(100)
    return canvas


def carton(page: Page) -> Locator:
    return step(page, "watermark").get_by_role("img", name="Grad-CAM of carton")


def test_the_picture_follows_the_hand_and_the_numbers_follow_the_picture(
    page: Page, address: str
) -> None:
    frames: list[bytes | str] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)),
    )
    open_story(page, address, "?image=coffee#watermark")
    expect(figures(page)).to_contain_text("1 in 121,000 without")
    expect(figures(page)).to_contain_text("20th")
    whole, then = pixels(photo(page)), pixels(carton(page))
    frames.clear()
    place = text_of(page).bounding_box()
    assert place
    page.mouse.move(place["x"] + 40, place["y"] + 10)
    page.mouse.down()
    page.mouse.move(place["x"] + 40, place["y"] - 90, steps=12)
    page.mouse.up()
    moved = pixels(photo(page))
    assert (moved != whole).any()
    expect(figures(page)).not_to_contain_text("20th")
    expect(step(page, "watermark").locator(".said")).to_contain_text("times as probable")
    settle(page)
    assert (pixels(carton(page)) != then).any()
    # Each answer is maps and numbers; the photo was sent once.
    assert not any(b"JFIF" in frame for frame in frames if isinstance(frame, bytes))
    # The lower right corner resizes it.
    place = text_of(page).bounding_box()
    assert place
    right, bottom = place["x"] + place["width"], place["y"] + place["height"]
    page.mouse.move(right - 4, bottom - 4)
    page.mouse.down()
    page.mouse.move(right - 4 - place["width"] / 2, bottom, steps=3)
    page.mouse.up()
    smaller = text_of(page).bounding_box()
    assert smaller
    assert smaller["width"] == pytest.approx(place["width"] / 2, abs=3)
    assert (smaller["x"], smaller["y"]) == pytest.approx((place["x"], place["y"]), abs=1)


def test_the_browser_lays_the_mark_as_the_server_does(page: Page, address: str) -> None:
    open_story(page, address, "?image=rocket#watermark")
    with_it = pixels(photo(page))
    without = step(page, "watermark").get_by_role("button", name="Without it")
    without.click()
    expect(figures(page)).to_contain_text("1 ×")
    plain = pixels(photo(page))[..., :3].astype(np.uint8)
    original = load("rocket")
    size = original.shape[:2]
    place = box(PUBLISHED.on(window_of(load_model(MODEL), original), size, 0.5), size)
    scale = plain.shape[1] / size[1]
    here = laid(plain, mask("characters"), Box(*(edge * scale for edge in place)), 0.5)
    assert np.abs(here.astype(int) - plain).max() > 60
    assert np.abs(here.astype(int) - with_it[..., :3]).max() <= 2


def test_by_keyboard_and_beside_other_photos(page: Page, address: str) -> None:
    open_story(page, address, "?image=coffee#watermark")
    text = text_of(page)
    expect(text).to_have_attribute("aria-valuetext", re.compile("1 % from the left and 44 %"))
    text.focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    now = re.compile("^3 % from the left and 53 %.* 18 % high$")
    expect(text).to_have_attribute("aria-valuetext", now)
    expect(figures(page)).not_to_contain_text("20th")
    page.keyboard.press("Home")
    expect(figures(page)).to_contain_text("20th")
    flip = step(page, "watermark").get_by_role("button", name="Upside down")
    flip.press("Enter")
    expect(flip).to_have_attribute("aria-pressed", "true")
    expect(figures(page)).not_to_contain_text("20th")
    opacity = step(page, "watermark").get_by_role("slider", name="Opacity")
    opacity.press("Home")
    expect(step(page, "watermark").locator(".said")).to_contain_text("changes nothing")
    step(page, "watermark").get_by_role("button", name="As published").press("Enter")
    expect(figures(page)).to_contain_text("20th")
    # The chart is measured when it is about to be seen.
    chart = step(page, "watermark-chart")
    chart.scroll_into_view_if_needed()
    rows = chart.get_by_role("listitem")
    expect(rows).to_have_count(8, timeout=60_000)
    reading = chart.locator(".reading")
    expect(reading).to_contain_text("Coffee: carton 1 in 121,000 and 549th without the text")
    expect(chart.locator(".chosen")).to_contain_text("Coffee")
    rows.nth(7).hover()
    expect(reading).to_contain_text("Astronaut: carton")
    rows.nth(3).focus()
    expect(reading).to_contain_text("Cat: carton")
    expect(chart.locator(".prose")).to_contain_text("On 8 of these 8 photos carton climbs.")


def test_a_network_that_knows_no_cartons_on_a_phone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    open_story(page, address, "?image=coffee&model=bundled/photos#watermark")
    here = step(page, "watermark")
    expect(here.locator(".prose")).to_contain_text("a carton is none of them")
    here.get_by_role("button", name="Take EfficientNet-Lite0").tap()
    expect(figures(page)).to_contain_text("20th")
    assert "model" not in query(page)
    wide = "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
    assert not page.evaluate(wide)
    assert photo(page).evaluate("c => c.clientWidth") > 330
    for name in ("Upside down", "Without it", "As published"):
        place = here.get_by_role("button", name=name).bounding_box()
        assert place
        assert min(place["width"], place["height"]) >= 24
    context.close()
