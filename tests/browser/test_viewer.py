"""The viewer in a real browser, compared with pictures and numbers computed in Python."""

from __future__ import annotations

import io
import re
import statistics
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from components.viewer.payload import photo_jpeg
from gradcam.drawing import render
from gradcam.saliency import place
from tests.browser.conftest import READY
from tests.browser.native import HIDE_FRAMES, native, pixels
from tests.browser.pages import more, view
from tests.browser.viewer_rows import ROWS

# Callbacks run in the order they were requested, so the viewer's own runs between these two.
FRAME_TIME = """(input, value) => new Promise(done => {
  let start
  requestAnimationFrame(() => { start = performance.now() })
  input.value = value
  input.dispatchEvent(new Event('input'))
  requestAnimationFrame(() => done(performance.now() - start))
})"""
CANVAS = ".viewer .cell:not(.photo) canvas"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(Path(__file__).parent / "viewer_demo.py")


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(CANVAS)
    page.wait_for_selector(READY)
    page.wait_for_selector(".viewer[data-view]")


def set_range(page: Page, name: str, value: float) -> None:
    slider = page.get_by_label(name, exact=True) if name == "Opacity" else more(page, name)
    slider.evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')) }",
        str(value),
    )
    settle(page)


def sign(page: Page, name: str) -> Locator:
    return more(page, "Evidence").get_by_role("radio", name=name, exact=True)


def shared(page: Page) -> Locator:
    return page.get_by_role("button", name="Shared scale")


def settle(page: Page) -> None:
    page.evaluate("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


LOOKS = [("inferno", 0.6, 0), ("viridis", 1, 0.3), ("coolwarm", 0.25, 0.05)]


@pytest.mark.parametrize(("colormap", "alpha", "threshold"), LOOKS)
def test_browser_and_server_draw_the_same_picture(page, address, colormap, alpha, threshold):
    """Every kind of window (crop, squash, pad) at the photo's own size, within 2 of 255."""
    (row,) = ROWS["windows"]
    page.add_init_script(HIDE_FRAMES)
    visit(page, f"{address}/#cm={colormap}&op={alpha}&th={threshold}")
    photo = np.asarray(Image.open(io.BytesIO(photo_jpeg(row.photo))).convert("RGB"))
    assert photo.shape == row.photo.pixels.shape
    for n, panel in enumerate(row.panels):
        theirs = native(page, n)
        ours = np.asarray(
            render.overlay(photo, panel.map, colormap=colormap, alpha=alpha, threshold=threshold)
        )
        assert np.abs(theirs[..., :3].astype(int) - ours).max() <= 2


@pytest.mark.parametrize("sign", ["against", "both", "abs"])
@pytest.mark.parametrize("threshold", [0, 0.3])
@pytest.mark.parametrize("view", ["overlay", "heatmap"])
def test_browser_and_server_agree_on_the_other_signs(page, address, sign, threshold, view):
    (row,) = ROWS["windows"]
    page.add_init_script(HIDE_FRAMES)
    visit(page, f"{address}/#sign={sign}&cm=coolwarm&th={threshold}&view={view}")
    photo = np.asarray(Image.open(io.BytesIO(photo_jpeg(row.photo))).convert("RGB"))
    for n, panel in enumerate(row.panels):
        theirs = native(page, n)
        signed = replace(panel.map, sign=sign)
        how = {"colormap": "coolwarm", "threshold": threshold}
        drawn = (
            render.overlay(photo, signed, **how)
            if view == "overlay"
            else render.heatmap(signed, **how)
        )
        inside = theirs[..., 3] == 255
        assert inside.any()
        assert np.abs(theirs[..., :3].astype(int) - np.asarray(drawn))[inside].max() <= 2


def test_the_look_costs_the_server_nothing(page, address):
    """Every control changes the picture, and nothing is sent over the socket."""
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda f: sent.append(f)))
    visit(page, address)
    sent.clear()
    before = pixels(page)
    for name, value in (("Opacity", 0.9), ("Threshold", 0.5)):
        set_range(page, name, value)
        after = pixels(page)
        assert (after != before).any()
        before = after
    more(page, "Colormap").select_option("magma")
    for choice in ("Heatmap", "Swipe", "Contour"):
        view(page, choice)
        settle(page)
        after = pixels(page)
        assert (after != before).any()
        before = after
    shared(page).click()
    expect(shared(page)).to_have_attribute("aria-pressed", "true")
    assert sent == []


def test_a_link_restores_the_look(page, address):
    visit(page, address)
    set_range(page, "Opacity", 0.35)
    more(page, "Colormap").select_option("viridis")
    shared(page).click()
    settle(page)
    assert page.url.endswith("#cm=viridis&op=0.35&scale=shared")
    before = pixels(page, 1)
    page.reload()
    visit(page, page.url)
    assert more(page, "Colormap").input_value() == "viridis"
    np.testing.assert_array_equal(pixels(page, 1), before)


def test_a_stale_link_falls_back_field_by_field(page, address):
    visit(page, f"{address}/#cm=rainbow&op=7&th=x&view=overlay&scale=shared")
    assert more(page, "Colormap").input_value() == "inferno"
    assert page.get_by_label("Opacity", exact=True).input_value() == "0.6"
    expect(shared(page)).to_have_attribute("aria-pressed", "true")


def test_the_look_outlives_a_rerun(page, address):
    visit(page, address)
    more(page, "Colormap").select_option("viridis")
    settle(page)
    before = pixels(page)
    page.get_by_role("button", name="Run again").click()
    page.wait_for_selector(READY)
    page.wait_for_timeout(300)
    assert page.url.endswith("#cm=viridis")
    np.testing.assert_array_equal(pixels(page), before)


def test_a_shared_scale_dims_the_weaker_maps(page, address):
    visit(page, f"{address}/#view=heatmap&cm=gray")
    each = [pixels(page, n)[..., 0].max() for n in range(3)]
    shared(page).click()
    settle(page)
    dimmed = [pixels(page, n)[..., 0].max() for n in range(3)]
    peaks = np.array([panel.map.peak for panel in ROWS["windows"][0].panels])
    assert min(each) > 235
    np.testing.assert_allclose(dimmed, 255 * peaks / peaks.max(), atol=18)


def test_the_crosshair_reads_every_map_at_once(page, address):
    visit(page, address)
    (row,) = ROWS["windows"]
    height, width = row.photo.pixels.shape[:2]
    page.keyboard.press("c")  # only when wanted
    box = page.locator(".viewer .stage").nth(1).bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4)
    read = page.locator(".viewer .cell:not(.photo) .read").all_text_contents()
    assert page.locator(".viewer .tracked").count() == 4
    for text, panel in zip(read, row.panels, strict=True):
        assert re.fullmatch(r"heat −?\d+ %, value −?[\d.,]+", text)
        shown = float(text.split("value ")[1].replace("−", "-"))
        signed = place(panel.map.values, panel.map.window, (height, width))
        assert shown == pytest.approx(signed[int(height * 0.4), int(width * 0.5)], abs=0.02)
    page.mouse.move(5, 5)
    assert page.locator(".viewer .tracked").count() == 0
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4)
    assert page.locator(".viewer .tracked").count() == 4
    page.keyboard.press("c")
    settle(page)
    assert page.locator(".viewer .tracked").count() == 0


def test_zoom_is_shared_by_the_row(page, address):
    visit(page, address)
    before = [pixels(page, n) for n in range(3)]
    page.locator(".viewer .cell").nth(1).focus()
    page.keyboard.press("+")
    settle(page)
    assert all((pixels(page, n) != before[n]).mean() > 0.3 for n in range(3))
    page.get_by_role("button", name="Reset zoom").click()
    settle(page)
    for n in range(3):
        np.testing.assert_array_equal(pixels(page, n), before[n])


def test_a_cell_enlarges_and_arrow_keys_go_to_the_next(page, address):
    visit(page, address)
    small = page.locator(CANVAS).nth(1).bounding_box()["width"]
    page.locator(".viewer .cell").nth(2).focus()
    page.keyboard.press("Enter")
    enlarged = page.locator(".viewer .opened-cell")
    assert page.locator(".viewer .cell:visible").count() == 2  # the map, and its photo beside it
    assert "class 1" in enlarged.locator(".title").text_content()
    assert enlarged.bounding_box()["width"] > small * 1.4
    page.keyboard.press("ArrowRight")
    assert "class 2" in enlarged.locator(".title").text_content()
    back = page.get_by_role("button", name="All maps")
    assert back.bounding_box()["x"] == enlarged.bounding_box()["x"]
    assert back.bounding_box()["y"] < enlarged.bounding_box()["y"]
    back.click()
    assert page.locator(".viewer .cell:visible").count() == 4
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator(".viewer .cell:visible").count() == 4


def test_labels_are_text_and_never_markup(page, address):
    visit(page, address)
    assert page.locator(".viewer .title b").count() == 0
    assert "<b>crop</b>" in page.locator(".viewer .title").nth(1).text_content()


def test_an_empty_map_says_why_and_draws_the_photo(page, address):
    visit(page, f"{address}/?rows=empty#th=0")
    note = page.locator(".viewer .note:visible")
    assert note.text_content() == "No positive evidence for this class at this layer."
    alone = pixels(page, 0)
    page.get_by_label("Opacity", exact=True).fill("1")
    settle(page)
    np.testing.assert_array_equal(pixels(page, 0), alone)


def test_why_a_map_is_empty_follows_the_sign(page, address):
    """Without evidence for the class, only the "for" view is empty."""
    visit(page, f"{address}/?rows=empty")
    cell = page.locator(".viewer .cell").nth(1)
    reason = "No positive evidence for this class at this layer."
    for name, note in (("Against", ""), ("Both", ""), ("Either", ""), ("For", reason)):
        sign(page, name).click()
        settle(page)
        assert cell.locator(".note").text_content() == note
        assert cell.locator(".note").is_visible() == bool(note)
        assert (reason in cell.locator("canvas").get_attribute("aria-label")) == bool(note)
    sign(page, "Against").click()
    page.get_by_role("button", name="Present").click()
    assert page.locator(".present .note").text_content() == ""


def test_a_zero_gradient_is_distinguished_from_a_zero_map(page, address):
    visit(page, f"{address}/?rows=zero#sign=both")
    assert page.locator(".viewer .note:visible").all_text_contents() == [
        "The gradient of this class is zero at this layer.",
        "The map is zero everywhere at this layer.",
    ]


def test_old_links_with_the_former_name_of_the_sign_work(page, address):
    visit(page, f"{address}/#ev=against")
    expect(sign(page, "Against")).to_have_attribute("aria-checked", "true")
    assert page.url.endswith("#sign=against")


def test_a_narrow_window_has_no_sideways_scroll(page, address):
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, f"{address}/?rows=two")
    root = page.locator(".viewer")
    assert root.evaluate("r => r.scrollWidth <= r.clientWidth + 1")
    assert root.evaluate("r => r.getBoundingClientRect().right <= window.innerWidth")


@pytest.mark.alone
def test_five_large_panels_are_drawn_within_a_frame(page, address):
    """DESIGN section 6 asks for 16 ms; the test allows twice that on a busy machine."""
    page.set_viewport_size({"width": 1800, "height": 1400})
    visit(page, f"{address}/?rows=five")
    areas = page.locator(CANVAS).evaluate_all("all => all.map(c => c.width * c.height)")
    assert len(areas) == 5
    assert sum(areas) >= 5 * 448**2
    slider = page.get_by_label("Opacity", exact=True)
    times = [slider.evaluate(FRAME_TIME, str(0.2 + step / 20)) for step in range(15)]
    print(f"median frame of five panels: {statistics.median(times):.1f} ms")
    assert statistics.median(times) <= 32
