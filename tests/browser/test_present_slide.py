"""A slide of the presentation: its contents, its size, and that its pixels are the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from gradcam.saliency import place
from gradcam.types import Window
from tests.browser.pages import SLOW, open_page, settle
from tests.browser.presenting import DIALOG, boxes, canvas, pixels, present, press, slide
from tests.browser.viewer_rows import ROWS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    """The app offline, with nothing downloaded."""
    return serve(ROOT / "app.py", GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9")


@pytest.fixture(scope="module")
def maps(serve: Callable[..., str]) -> str:
    """A page with maps that this test can compute itself."""
    return serve(Path(__file__).parent / "viewer_demo.py")


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=3, has_touch=True
    )
    yield context.new_page()
    context.close()


def test_it_covers_everything_and_says_what_made_the_map(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee")
    present(page)
    assert boxes(page, f"{DIALOG} .screen") == [[0, 0, 1440, 900]]
    corners = [[5, 5], [1435, 5], [5, 895], [1435, 895], [720, 20], [100, 450]]
    within = "p => { const dialog = document.elementFromPoint(...p).shadowRoot"
    for corner in corners:  # neither header nor sidebar covers it
        assert page.evaluate(f"{within}; return Boolean(dialog.querySelector('dialog')) }}", corner)
    assert page.locator(f"{DIALOG} .screen").evaluate("s => s === s.getRootNode().activeElement")
    about = page.locator(f"{DIALOG} .abouts .now").inner_text().replace("\xa0", " ")
    assert about.startswith("EfficientNet-Lite0 · head · Grad-CAM · peak 0.")
    expect(page.locator(f"{DIALOG} .legend")).to_have_text(
        "Evidence for the class, each map scaled to its own peak"
    )
    # The pictures are side by side, equally large, and use the available width.
    photo, found = boxes(page, f"{DIALOG} canvas:visible")[:2]
    assert photo[1:] == found[1:]
    assert photo[2] + found[2] > 0.9 * 1440


def test_space_hides_and_shows_the_heatmap(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee")
    present(page)
    box, before = boxes(page, f"{DIALOG} canvas:visible")[1], pixels(page)
    press(page, " ")
    alone, photo = pixels(page), pixels(page, 0)
    height, width = alone.shape[:2]
    # Of 600 × 400 the model sees the central 350 × 350; the photo is dimmed outside them.
    top, left = height * 25 // 400 + 8, width * 125 // 600 + 8
    inside = np.s_[top:-top, left:-left]
    np.testing.assert_array_equal(alone[inside], photo[inside])
    assert np.abs(alone - before)[height // 4 : height // 2, width // 3 : -width // 3].mean() > 20
    assert boxes(page, f"{DIALOG} canvas:visible")[1] == box
    expect(page.locator(f"{DIALOG} .colorbar")).to_be_hidden()
    press(page, "ArrowRight")
    np.testing.assert_array_equal(pixels(page)[inside], photo[inside])
    press(page, "ArrowLeft", " ")
    np.testing.assert_array_equal(pixels(page), before)


def test_the_drawn_pixels_are_the_map(page: Page, maps: str) -> None:
    """In grey, the picture equals the map at the size of the slide, within 2 of 255."""
    open_page(page, f"{maps}/#view=heatmap&cm=gray")
    present(page)
    (row,) = ROWS["windows"]
    for panel in row.panels:
        drawn = pixels(page)
        assert panel.map is not None
        size, window = drawn.shape[:2], panel.map.window
        down, across = size[0] / row.photo.pixels.shape[0], size[1] / row.photo.pixels.shape[1]
        scaled = Window(
            window.left * across, window.top * down, window.right * across, window.bottom * down
        )
        heat = place(np.maximum(panel.map.values, 0), scaled, size) / panel.map.peak
        shown = drawn[..., 3] == 255
        assert shown.mean() > 0.5
        assert np.abs(drawn[..., 0] - 255 * heat)[shown].max() <= 2
        press(page, "ArrowRight")


@pytest.mark.heavy
def test_slides_use_the_toolbars_look_and_overlay_instead_of_swipe(page: Page, maps: str) -> None:
    shown = {}
    for view in ("overlay", "swipe", "contour"):
        open_page(page, f"{maps}/#cm=magma&op=0.8&view={view}")
        page.reload()  # a change of the fragment alone does not load the page
        open_page(page, page.url)
        present(page)
        shown[view] = pixels(page)
    np.testing.assert_array_equal(shown["swipe"], shown["overlay"])
    assert (shown["contour"] != shown["overlay"]).any()


def test_on_a_phone_the_map_lies_below_the_photo_and_fingers_swipe(
    phone: Page, address: str
) -> None:
    open_page(phone, f"{address}/?image=coffee,grace-hopper")
    present(phone)
    photo, found = boxes(phone, f"{DIALOG} canvas:visible")[:2]
    assert photo[0] == found[0]
    assert found[1] > photo[1] + photo[3]
    assert photo[2] > 0.85 * 390
    for x, y, width, height in boxes(phone, f"{DIALOG} .slide *"):
        assert x >= 0
        assert y >= 0
        assert x + width <= 391
        assert y + height <= 845
    # Two device pixels per CSS pixel, the maximum, although the screen has three.
    assert canvas(phone, 1).evaluate("c => c.width") == 2 * found[2]
    _swipe(phone, (300, 400), (80, 410))
    assert slide(phone)[2] == "map 2 of 5, photo 1 of 2"
    _swipe(phone, (200, 600), (190, 300))
    assert slide(phone)[1:] == ("Grace Hopper", "map 2 of 5, photo 2 of 2")
    _swipe(phone, (80, 400), (300, 410))
    assert slide(phone)[2] == "map 1 of 5, photo 2 of 2"


def _swipe(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    fingers = page.context.new_cdp_session(page)
    points = [start, ((start[0] + end[0]) // 2, (start[1] + end[1]) // 2), end]
    for kind, point in zip(["touchStart", "touchMove", "touchMove"], points, strict=True):
        touched = [{"x": point[0], "y": point[1]}]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)


def test_a_panel_without_a_map_says_why_in_large_type(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{SLOW}&top=2")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled before it finished.")).to_be_visible(timeout=10_000)
    settle(page)
    present(page)
    press(page, "End")
    note = page.locator(f"{DIALOG} .note")
    expect(note).to_have_text("Cancelled")
    assert note.evaluate("n => parseFloat(getComputedStyle(n).fontSize)") >= 24
    expect(page.locator(f"{DIALOG} .colorbar")).to_be_hidden()
    assert page.locator(f"{DIALOG} .shot canvas").count() == 1
    assert slide(page)[2] == "map 2 of 2, photo 6 of 6"
    press(page, " ", "ArrowLeft")
    assert slide(page)[2] == "map 1 of 2, photo 6 of 6"


def test_an_empty_map_shows_the_photo_and_says_why(page: Page, maps: str) -> None:
    open_page(page, f"{maps}/?rows=empty")
    present(page)
    expect(page.locator(f"{DIALOG} .note")).to_have_text(
        "No positive evidence for this class at this layer."
    )
    before = pixels(page)
    press(page, " ")
    np.testing.assert_array_equal(pixels(page), before)
    press(page, "ArrowRight")
    expect(page.locator(f"{DIALOG} .note")).to_be_hidden()


@pytest.mark.heavy
def test_every_slide_names_the_model_layer_and_method(page: Page, address: str) -> None:
    open_page(page, f"{address}/?model=bundled/photos&image=coffee&across=layers")
    present(page)
    found = []
    for _ in range(3):
        found.append(page.locator(f"{DIALOG} .abouts .now").inner_text().split(" · "))
        expect(page.locator(f"{DIALOG} .headlines .now p")).to_contain_text("espresso")
        press(page, "ArrowRight")
    assert [said[1] for said in found] == ["layer1", "layer2", "layer3"]
    open_page(
        page,
        f"{address}/?model=bundled/photos&image=coffee&across=models&models=bundled/photos-keras",
    )
    expect(page.locator(".viewer .cell:not(.photo) canvas").nth(1)).to_be_visible()
    present(page)
    press(page, "End")
    said = page.locator(f"{DIALOG} .abouts .now").inner_text().split(" · ")
    assert said[:3] == ["PhotoNet in Keras", "layer3", "Grad-CAM"]
