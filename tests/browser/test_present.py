"""Presentation mode: one photo and one map on the whole screen, controlled by keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import open_page, panels, photos, picture, settle
from tests.browser.presenting import DIALOG, boxes, pixels, present, press, slide

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    """The app offline, with nothing downloaded."""
    return serve(ROOT / "app.py", GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9")


@pytest.mark.heavy
def test_arrow_keys_visit_all_classes_and_photos(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee,rocket")
    titles = panels(page)
    figures = page.locator(".viewer .cell:not(.photo) .subtitle").all_inner_texts()
    said = [f"{title} {figure}" for title, figure in zip(titles, figures, strict=True)]
    assert len(said) == 10
    present(page)
    seen, drawn = [], set()
    for n in range(10):
        seen.append(slide(page))
        drawn.add(pixels(page).tobytes())
        expect(page.locator(f"{DIALOG} [role=status]")).to_contain_text(titles[n])
        press(page, "ArrowRight")
    expected = [
        (said[n], ("Coffee", "Rocket")[n // 5], f"map {n % 5 + 1} of 5, photo {n // 5 + 1} of 2")
        for n in range(10)
    ]
    assert seen == expected
    assert len(drawn) == 10
    assert slide(page) == expected[9]  # the last one stays
    press(page, "ArrowLeft")
    assert slide(page) == expected[8]
    press(page, "ArrowUp")
    assert slide(page) == expected[3]
    press(page, "ArrowUp", "ArrowDown")
    assert slide(page) == expected[8]
    press(page, "Home")
    assert slide(page) == expected[0]
    press(page, "ArrowLeft")
    assert slide(page) == expected[0]
    press(page, "End")
    assert slide(page) == expected[9]
    press(page, "PageUp")  # a presenter's remote
    assert slide(page) == expected[8]


def test_presenting_sends_nothing_to_the_server(page: Page, address: str) -> None:
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_page(page, f"{address}/?image=coffee,rocket")
    assert sent  # the page's own start: the listener works
    sent.clear()
    page.locator(".viewer .cell").nth(1).focus()
    press(page, "p")
    keys = ["ArrowRight", "ArrowDown", " ", " ", "Home", "End", "ArrowUp", "r", "c", "PageDown"]
    press(page, *keys)
    assert slide(page)[2] == "map 1 of 5, photo 2 of 2"
    page.wait_for_timeout(500)
    press(page, "Escape")
    expect(page.locator(DIALOG)).to_have_count(0)
    page.wait_for_timeout(500)
    assert sent == []


@pytest.mark.parametrize("way", ["Escape", "p", "button"])
def test_leaving_restores_the_page(page: Page, address: str, way: str) -> None:
    open_page(page, f"{address}/?image=coffee,rocket#cm=viridis")
    main = page.get_by_test_id("stMain")

    def now() -> tuple[object, ...]:
        drawn = [picture(page, n) for n in range(10)]
        return page.url, main.evaluate("m => m.scrollTop"), boxes(page, ".viewer .cell"), drawn

    main.evaluate("m => m.scrollTo(0, 120)")
    before = now()
    assert before[1] == 120
    present(page)
    press(page, "ArrowRight", "ArrowDown", " ")
    if way == "button":
        page.mouse.move(600, 300)
        page.get_by_role("button", name="Exit presentation").click()
    else:
        press(page, way)
    expect(page.locator(DIALOG)).to_have_count(0)
    page.wait_for_function("!document.fullscreenElement")
    page.wait_for_timeout(400)
    assert now() == before
    button = page.get_by_role("button", name="Present")
    assert button.evaluate("b => b === b.getRootNode().activeElement")
    page.keyboard.press("Enter")  # once more
    expect(page.get_by_role("dialog", name="Presentation")).to_be_visible()


@pytest.mark.parametrize(
    "screen", ["undefined", "() => Promise.reject(new TypeError('Permissions check failed'))"]
)
def test_it_needs_no_full_screen(page: Page, address: str, screen: str) -> None:
    page.add_init_script(f"Element.prototype.requestFullscreen = {screen}")
    open_page(page, f"{address}/?image=coffee")
    present(page)
    assert page.evaluate("document.fullscreenElement") is None
    assert boxes(page, f"{DIALOG} .screen") == [[0, 0, 1440, 900]]
    press(page, "ArrowRight")
    assert slide(page)[2] == "map 2 of 5"
    press(page, "Escape")
    expect(page.locator(DIALOG)).to_have_count(0)


def test_it_ends_with_full_screen(page: Page, address: str) -> None:
    """In full screen, the page never receives Escape, only the event that full screen ended."""
    open_page(page, f"{address}/?image=coffee")
    present(page)
    assert page.evaluate("Boolean(document.fullscreenElement)")
    page.evaluate("document.exitFullscreen()")
    expect(page.locator(DIALOG)).to_have_count(0)


def test_it_starts_at_the_focused_cell(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee,rocket")
    title = panels(page)[7]
    page.locator(".viewer .cell:not(.photo)").nth(7).focus()
    press(page, "p")
    assert slide(page)[0].startswith(title)
    assert slide(page)[1:] == ("Rocket", "map 3 of 5, photo 2 of 2")
    press(page, "p")
    page.get_by_role("combobox", name="View").focus()  # where letters choose an option
    press(page, "p")
    expect(page.locator(DIALOG)).to_have_count(0)


@pytest.mark.heavy
def test_the_mouse_works_too_and_its_buttons_fade(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee")
    present(page)
    button = page.get_by_role("button", name="Next")
    page.mouse.move(500, 300)
    page.mouse.move(520, 300)
    expect(button).to_have_css("opacity", "1")
    page.mouse.click(1000, 400)
    button.click()
    assert slide(page)[2] == "map 3 of 5"
    press(page, " ")  # the button has no focus, so this is not a click on it
    assert slide(page)[2] == "map 3 of 5"
    page.mouse.click(300, 400)
    assert slide(page)[2] == "map 2 of 5"
    page.mouse.move(300, 400)
    page.mouse.down()
    page.mouse.move(380, 400)  # selects text, so the slide stays
    page.mouse.up()
    assert slide(page)[2] == "map 2 of 5"
    expect(button).to_have_css("opacity", "0", timeout=5000)
    expect(page.locator(f"{DIALOG} .hint")).to_have_css("opacity", "0", timeout=8000)


def test_new_data_keeps_the_photo_and_panel(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee,rocket")
    titles = panels(page)[5:]
    present(page)
    press(page, "ArrowDown", "ArrowRight", "ArrowRight")
    assert slide(page)[2] == "map 3 of 5, photo 2 of 2"
    before = pixels(page)
    # Users cannot reach the page behind, but a running computation can still change it.
    _remove(page, titles[0])
    expect(page.locator(f"{DIALOG} .whose p").last).to_have_text("map 2 of 4, photo 2 of 2")
    assert slide(page)[0].startswith(titles[2])
    np.testing.assert_array_equal(pixels(page), before)
    _remove(page, titles[2])
    expect(page.locator(f"{DIALOG} .whose p").last).to_have_text("map 2 of 3, photo 2 of 2")
    assert slide(page)[0].startswith(titles[3])
    press(page, "Escape")
    settle(page)
    assert photos(page) == ["Coffee", "Rocket"]
    assert panels(page)[-3:] == [titles[1], *titles[3:]]


def _remove(page: Page, title: str) -> None:
    """Click the class's bar, which the presentation covers."""
    page.locator(f'button[aria-pressed=true][aria-label^="{title}, "]').evaluate("b => b.click()")
