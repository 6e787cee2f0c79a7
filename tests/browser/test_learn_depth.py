"""Early and late, and what a heatmap does not prove: by mouse and keyboard, in true numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

import gradcam
from components.samples import load
from gradcam.text import percent
from tests.browser.conftest import ROOT

MODEL = "bundled/photos"
PICTURE = "node => node.toDataURL()"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


def step(page: Page, address: str, id: str) -> Locator:
    page.goto(f"{address}/learn?image=coffee&model={MODEL}#{id}")
    found = page.locator(f'[data-step="{id}"]')
    found.locator("canvas").first.wait_for(timeout=60_000)
    return found


def row_and_column(picture: Locator) -> tuple[int, int]:
    said = re.search(r"Row (\d+), column (\d+)", picture.get_attribute("aria-label") or "")
    assert said
    return int(said[1]), int(said[2])


def test_the_field_of_a_position_follows_pointer_and_keys(page: Page, address: str) -> None:
    depth = step(page, address, "early-and-late")
    picture, caption = depth.locator("canvas.picture"), depth.locator("figcaption")
    picture.scroll_into_view_if_needed()
    expect(caption).to_contain_text("It can see", timeout=60_000)
    expect(depth.locator(".reading")).to_contain_text("100 %")
    depth.get_by_role("button", name="layer1").click()
    expect(caption).to_contain_text("11 × 11 of the 80 × 80 pixels", timeout=60_000)
    # A quarter of the way into 40 cells of the square that the network sees.
    box = picture.bounding_box()
    assert box
    seen = box["height"]
    left = box["x"] + (box["width"] - seen) / 2
    page.mouse.move(left + 0.26 * seen, box["y"] + 0.51 * seen)
    expect(picture).to_have_attribute("aria-label", re.compile("Row 21, column 11 "))
    picture.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(picture).to_have_attribute("aria-label", re.compile("Row 20, column 12 "))
    page.keyboard.press("Home")
    expect(depth.get_by_role("button", name="Back to the map")).to_be_hidden()
    assert row_and_column(picture) != (20, 12)


def test_the_depth_moves_by_keys_and_blends_between_stages(page: Page, address: str) -> None:
    depth = step(page, address, "early-and-late")
    name, slider = depth.locator(".name"), depth.get_by_role("slider")
    expect(name).to_have_text("layer3")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(name).to_have_text("layer2")
    slider.evaluate("node => { node.value = '0.5'; node.dispatchEvent(new Event('input')) }")
    expect(name).to_have_text("Between layer1 and layer2")
    expect(depth.locator(".facts")).to_contain_text("a blend")


def test_covering_is_told_in_the_engines_numbers(page: Page, address: str) -> None:
    claim = step(page, address, "claim-cause")
    expect(claim.locator(".plate")).to_have_count(3)
    clf, photo = gradcam.load_model(MODEL), load("coffee")
    found = gradcam.explain(clf, photo, top_k=1).maps[0]
    hot = gradcam.Cover.hot(found, 0.5)
    for cover in (hot, hot.like(found)):
        under = gradcam.explain(clf, gradcam.covered(photo, cover), classes=["espresso"])
        expect(claim).to_contain_text(f"espresso: {percent(under.maps[0].prediction.probability)}")


def test_the_switches_redraw_the_same_numbers(page: Page, address: str) -> None:
    claim = step(page, address, "claim-resolution")
    for id in ("claim-resolution", "claim-scale"):
        claim = page.locator(f'[data-step="{id}"]')
        first, second = claim.get_by_role("radio").all()
        pictures = claim.locator("canvas")
        expect(first).to_be_checked()
        before = [one.evaluate(PICTURE) for one in pictures.all()]
        first.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(second).to_be_checked()
        after = [one.evaluate(PICTURE) for one in pictures.all()]
        # One of the two is drawn anew: the smooth one, or that of the lower peak.
        assert [a == b for a, b in zip(before, after, strict=True)].count(False) == 1
        first.click()
        assert [one.evaluate(PICTURE) for one in pictures.all()] == before
    right = page.locator('[data-step="claim-right"]')
    expect(right.locator(".plate")).to_have_count(2)
    expect(right).to_contain_text("espresso, 97")
