"""One photo's curves and table in a browser, and the page that they are on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT
from tests.browser.pages import pixels, query, settle
from tests.browser.test_access import faults

SLOW = "methods=scorecam,gradcam&channels=0"


@pytest.fixture(scope="module")
def demo(serve: Callable[..., str]) -> str:
    return serve(Path(__file__).parent / "evaluate_demo.py")


@pytest.fixture(scope="module")
def app(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


def _order(page: Page) -> list[str]:
    return page.locator(".faithful tbody th").all_inner_texts()


def test_moving_along_a_curve_shows_what_the_model_sees(page: Page, demo: str) -> None:
    page.goto(demo)
    plot = page.get_by_role("slider", name="Share of pixels changed")
    expect(plot).to_be_visible(timeout=30_000)
    picture = page.locator(".faithful .shown canvas").nth(1)
    plot.focus()
    page.keyboard.press("Home")
    half, quarter = pixels(picture).shape[0] // 2, pixels(picture).shape[0] // 4
    assert pixels(picture)[quarter, quarter, 0] > 200  # the red corner, whole
    page.keyboard.press("PageUp")  # ten of 32 steps: more than the red quarter
    now = pixels(picture)
    assert now[quarter, quarter].tolist() == [124, 116, 104, 255]  # the mean colour of photos
    assert (now[half:, :, 2] > 200).any()  # much of the blue is left
    assert "31 % of the pixels deleted" in (plot.get_attribute("aria-valuetext") or "")
    page.get_by_role("button", name="Insertion", exact=True).click()
    assert pixels(picture)[quarter, quarter, 0] > 200  # they come back first
    # ROAD's pictures come from the server.
    page.get_by_role("button", name="ROAD, most relevant").click()
    expect(picture).not_to_have_class("awaited", timeout=10_000)
    settle(page)
    assert pixels(picture)[quarter, quarter, 2] > 120  # filled in with the blue around it


def test_the_table_sorts_and_chooses(page: Page, demo: str) -> None:
    page.goto(demo)
    expect(page.locator(".faithful tbody tr")).to_have_count(4, timeout=30_000)
    assert _order(page) == ["Grad-CAM", "EigenCAM", "Random map", "Centred blob"]
    expect(
        page.locator(".faithful tr", has_text="Grad-CAM").locator("td.best").first
    ).to_be_visible()
    head = page.get_by_role("columnheader", name="Deletion")
    head.get_by_role("button").click()
    assert _order(page)[0] == "Grad-CAM"
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button").click()
    assert _order(page)[-1] == "Grad-CAM"
    page.get_by_role("button", name="Random map").press("Enter")
    expect(page.get_by_role("button", name="Random map")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".faithful .protocols dt")).to_have_count(5)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, demo: str, theme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(demo)
    expect(page.locator(".faithful tbody tr")).to_have_count(4, timeout=30_000)
    assert faults(page) == []


def test_measuring_is_cancelled_in_the_middle_and_a_link_restores_the_section(
    page: Page, app: str
) -> None:
    page.goto(f"{app}/evaluate?model=bundled/photos&image=cat&{SLOW}")
    page.get_by_role("button", name="Cancel").click(timeout=60_000)
    expect(page.get_by_text("Cancelled before it finished.")).to_be_visible(timeout=30_000)
    page.get_by_role("tab", name="A folder: which method?").click()
    settle(page)
    assert query(page)["section"] == "methods"
    page.reload()
    tab = page.get_by_role("tab", name="A folder: which method?")
    expect(tab).to_have_attribute("aria-selected", "true", timeout=30_000)
    assert query(page)["model"] == "bundled/photos"
