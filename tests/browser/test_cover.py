"""The cover test: brush over the photo, cover what is hot, compare with before, take it back."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from components import pictures
from gradcam import Cover, covered
from tests.browser.pages import open_page, picture, query, settle, upload

ROOT = Path(__file__).resolve().parents[2]
VIEW = "image=coffee&model=bundled/photos&top=2"
WAS = "Covered like this, PhotoNet"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    """The app offline, with nothing downloaded."""
    return serve(ROOT / "app.py", GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9")


def start(page: Page) -> Locator:
    """Take the brush; return the canvas that it paints on."""
    page.get_by_role("button", name="Cover a part").first.click()
    brush = page.locator("canvas.brush:visible")
    expect(brush).to_be_visible()
    brush.scroll_into_view_if_needed()
    return brush


def stroke(page: Page, brush: Locator, *shares: tuple[float, float], lift: bool = True) -> None:
    """Brush through points given as shares of the photo's width and height."""
    box = brush.bounding_box()
    assert box
    for n, (x, y) in enumerate(shares):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if n == 0:
            page.mouse.down()
    if lift:
        page.mouse.up()
        settle(page)


def says(page: Page) -> str:
    return page.locator(".viewer h2.says").inner_text()


def pixels(canvas: Locator) -> NDArray[np.int64]:
    png = canvas.evaluate("c => c.toDataURL()").split(",")[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"), np.int64)


def test_a_stroke_shows_at_once_and_on_release_all_follows(page: Page, address: str) -> None:
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: frames.append("sent")))
    open_page(page, f"{address}/?{VIEW}")
    before, sentence = picture(page), says(page)
    brush = start(page)
    plain = pixels(brush)
    frames.clear()
    stroke(page, brush, (0.3, 0.5), (0.7, 0.5), lift=False)
    page.wait_for_timeout(150)
    assert (pixels(brush) != plain).any(axis=2).mean() > 0.02
    assert frames == []
    page.mouse.up()
    settle(page)
    assert says(page).startswith(WAS)
    assert says(page) != sentence
    assert picture(page) != before
    first = page.locator(".bars .class").first
    expect(first.locator(".percent")).to_contain_text("→")
    expect(first.locator(".was")).to_have_count(1)
    assert query(page)["cover"].startswith("coffee~b48x32-")


def test_the_preview_is_what_the_model_sees(page: Page, address: str) -> None:
    """Within a few levels: browser and Pillow resize and blur a little differently."""
    open_page(page, f"{address}/?{VIEW}&fit=squash")
    brush = start(page)
    page.get_by_role("radio", name="Grey").click()
    stroke(page, brush, (0.4, 0.4), (0.6, 0.6))
    page.mouse.move(2, 2)
    page.wait_for_timeout(150)
    drawn = pixels(brush)
    cover = Cover.from_text(query(page)["cover"].split("~")[1])
    assert cover is not None
    assert cover.fill == "grey"
    theirs = covered(pictures.sample("coffee").opened, cover)
    size = (drawn.shape[1], drawn.shape[0])
    ours = np.asarray(Image.fromarray(theirs).resize(size, Image.Resampling.BOX), np.int64)
    assert np.abs(drawn - ours).mean() < 4
    inside = np.asarray(Image.fromarray(cover.mask).resize(size, Image.Resampling.NEAREST))
    assert (np.abs(drawn[inside] - 128) <= 1).mean() > 0.95


def test_what_is_hot_is_covered_undone_and_compared(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{VIEW}")
    whole, sentence = picture(page), says(page)
    start(page)
    page.get_by_role("button", name="Cover it").click()
    settle(page)
    assert says(page).startswith(WAS)
    hot = picture(page)
    assert hot != whole
    before = page.get_by_role("button", name="Before")
    box = before.bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.wait_for_timeout(200)
    held = page.locator(".bars .class .percent").all_inner_texts()
    assert not any("→" in text for text in held)
    shown = picture(page)
    page.mouse.up()
    page.wait_for_timeout(200)
    assert picture(page) == hot
    assert shown != hot
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert says(page) == sentence
    assert picture(page) == whole
    assert "cover" not in query(page)


def test_a_link_carries_the_cover_and_back_takes_it_off(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{VIEW}")
    sentence = says(page)
    stroke(page, start(page), (0.3, 0.5), (0.7, 0.5))
    link, now = page.url, says(page)
    page.go_back()
    settle(page)
    expect(page.locator(".viewer h2.says")).to_have_text(sentence)
    open_page(page, link)
    assert says(page) == now
    page.get_by_role("button", name="Uncover").click()
    settle(page)
    assert says(page) == sentence


def test_the_keyboard_moves_the_brush_and_escape_leaves(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{VIEW}")
    button = page.get_by_role("button", name="Cover a part")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("canvas.brush")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Space")
    settle(page)
    assert says(page).startswith(WAS)
    cover = Cover.from_text(query(page)["cover"].split("~")[1])
    assert cover is not None
    # From the middle of 48 columns 12 to the left; the brush reaches 3 cells around it.
    columns = np.flatnonzero(cover.mask.any(axis=0))
    assert (columns.min(), columns.max()) == (9, 14)
    expect(page.locator("canvas.brush")).to_be_focused()  # ready for the next place
    page.keyboard.press("Escape")
    expect(page.locator("canvas.brush")).to_be_hidden()
    expect(page.get_by_role("button", name="Change the cover")).to_be_focused()


def test_an_upload_is_covered_for_this_session_only(
    page: Page, address: str, tmp_path: Path
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (90, 40, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "tall.png")
    open_page(page, f"{address}/?model=bundled/photos")
    upload(page, tmp_path / "tall.png")
    expect(page.locator(".viewer .photo .title")).to_have_text("tall.png")
    stroke(page, start(page), (0.5, 0.2), (0.5, 0.8))
    expect(page.locator(".viewer .photo .title")).to_have_text("tall.png, covered")
    assert "cover" not in query(page)


def test_a_nonsense_cover_in_a_link_is_left_out(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{VIEW}&cover=coffee~b99x1-zz,nobody~b2x2-QA,x")
    assert not says(page).startswith(WAS)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_finger_covers_on_a_phone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    open_page(page, f"{address}/?{VIEW}")
    brush = start(page)
    box = brush.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    settle(page)
    assert says(page).startswith(WAS)
    assert page.locator(".viewer").evaluate("r => r.scrollWidth <= r.clientWidth + 1")
    context.close()
