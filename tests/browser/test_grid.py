"""The grid's axes, and cancelling slow methods."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import (
    SLOW,
    bar,
    choose,
    drawn,
    more,
    open_page,
    panels,
    photos,
    picture,
    query,
    settle,
)  # fmt: skip

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    """The app offline, with nothing downloaded."""
    return serve(
        ROOT / "app.py", own=__name__, GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9"
    )


def across(page: Page, axis: str) -> None:
    page.get_by_role("radiogroup", name="Compare across").get_by_text(axis, exact=True).click()
    settle(page)


def pictures(page: Page) -> list[str]:
    return [picture(page, n) for n in range(len(panels(page)))]


def notes(page: Page) -> list[str]:
    """The notes over panels without a map."""
    return [text for text in page.locator(".viewer .note").all_inner_texts() if text]


def test_across_layers_and_fused(page: Page, address: str) -> None:
    open_page(page, f"{address}/?model=bundled/photos&image=coffee")
    across(page, "Layers")
    assert panels(page) == ["layer1", "layer2", "layer3"]
    assert len(set(pictures(page))) == 3
    choose(page, "Fuse layers", "Product")
    assert panels(page)[-1] == "Product of 3 layers"
    assert query(page) == {
        "image": "coffee", "model": "bundled/photos", "across": "layers", "fuse": "product"
    }  # fmt: skip
    # The photo's cell names the class of all columns, and a click on a bar changes it.
    expect(page.locator(".viewer .photo .subtitle")).to_contain_text("espresso")
    before = pictures(page)
    bar(page, "teapot").click()
    settle(page)
    expect(page.locator(".viewer .photo .subtitle")).to_contain_text("teapot")
    assert not set(before) & set(pictures(page))


def test_across_methods_and_why_some_are_equal(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee&across=methods&methods=gradcam,hirescam,layercam")
    assert panels(page) == ["Grad-CAM", "HiResCAM", "LayerCAM"]
    one, other, third = (drawn(page, n) for n in range(3))
    assert np.abs(one - other).max() <= 2 < np.abs(one - third).max()
    expect(
        page.get_by_text("Grad-CAM and HiResCAM give the same map at this layer")
    ).to_be_visible()
    choose(page, "Layer", "stage6")
    assert len(set(pictures(page))) == 3
    expect(page.get_by_text("give the same map at this layer")).to_have_count(0)


def test_across_models_with_pytorch_beside_keras(page: Page, address: str) -> None:
    open_page(
        page,
        f"{address}/?model=bundled/photos&image=coffee,rocket&across=models&models=bundled/photos-keras",
    )
    expect(page.locator(".viewer .cell:not(.photo) canvas").nth(3)).to_be_visible()
    titles = ["PhotoNet (100 everyday things) · PyTorch", "PhotoNet in Keras · Keras"]
    assert panels(page) == titles * 2
    assert photos(page) == ["Coffee", "Rocket"]
    figures = page.locator(".viewer .cell:not(.photo) .subtitle").all_inner_texts()
    assert figures[0] == figures[1]
    assert figures[2] == figures[3]


def test_any_cell_opens_full_size(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee&across=methods&methods=gradcam,layercam")
    cell = page.locator(".viewer .cell:not(.photo)").nth(1)
    small = cell.bounding_box()
    cell.locator("canvas").click()
    page.wait_for_timeout(200)
    large = cell.bounding_box()
    assert small
    assert large
    assert large["width"] > 1.5 * small["width"]


def test_evidence_against_and_both_never_ask_the_server(page: Page, address: str) -> None:
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: frames.append("sent")))
    open_page(page, f"{address}/?image=two-things")
    assert frames  # the listener works
    frames.clear()
    before = picture(page)
    seen = {before}
    for name in ("Against", "Both"):
        more(page, "Evidence").get_by_role("radio", name=name, exact=True).click()
        page.wait_for_timeout(200)
        seen.add(picture(page))
    assert len(seen) == 3
    assert "sign=both" in page.url
    assert "cm=coolwarm" in page.url
    more(page, "Evidence").get_by_role("radio", name="For", exact=True).click()
    page.wait_for_timeout(200)
    assert picture(page) == before
    assert frames == []


def test_score_cam_reports_progress_and_how_much_energy_it_covers(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee&top=1&method=scorecam&channels=64")
    expect(page.get_by_text("Worked out once and kept: Score-CAM")).to_be_visible(timeout=60_000)
    settle(page)
    assert notes(page) == []
    expect(page.locator(".viewer .cell:not(.photo) .peak")).to_contain_text("64 channels")
    expect(page.locator(".viewer .cell:not(.photo) .peak")).to_contain_text("% of the energy")


@pytest.mark.alone
def test_a_running_score_cam_is_cancelled_within_a_second(page: Page, address: str) -> None:
    """Six views of six photos take long enough to be cancelled before they finish."""
    open_page(page, f"{address}/?{SLOW}")
    button = page.get_by_role("button", name="Cancel")
    button.click()
    start = time.monotonic()
    expect(page.get_by_text("Cancelled before it finished.")).to_be_visible(timeout=10_000)
    assert time.monotonic() - start < 3  # a second, plus the page's own reruns on a busy machine
    settle(page)  # the grid below is drawn last
    assert "Cancelled" in notes(page)
    assert "Computing…" not in notes(page)
    choose(page, "Method", "Grad-CAM")
    page.get_by_test_id("stSidebar").get_by_text("More", exact=True).click()
    page.get_by_text("Average over six views").click()
    settle(page)
    assert notes(page) == []
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


def test_finer_cam_names_the_classes_it_contrasts_with(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee&top=1&method=finercam")
    foot = page.locator(".viewer .cell:not(.photo) .peak")
    expect(foot).to_contain_text("vs.")
    choose(page, "Contrast with", "teapot")
    expect(foot).to_contain_text("vs. teapot")
    assert "against" in query(page)
