"""How a heatmap is made, in the browser: by mouse and by keyboard, down to the engine's numbers."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

import gradcam
from components.samples import load
from gradcam.text import figures

ROOT = Path(__file__).resolve().parents[2]
MODEL = "bundled/photos"
LINK = f"learn?image=coffee&model={MODEL}"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(
        ROOT / "app.py", own=__name__, GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9"
    )


def step(page: Page, id: str) -> Locator:
    return page.locator(f'[data-step="{id}"]').first


def opened(page: Page, address: str, more: str = "") -> None:
    page.goto(f"{address}/{LINK}{more}")
    expect(step(page, "sum").locator("canvas.map")).to_be_visible(timeout=60_000)


def explained(**asked: object) -> gradcam.SaliencyMap:
    clf = gradcam.load_model(MODEL)
    return gradcam.explain(clf, load("coffee"), top_k=1, **asked).maps[0]


def signed(value: float) -> str:
    return f"+{figures(value)}" if value > 0 else figures(value)


def strengths(canvas: Locator) -> np.ndarray:
    """How strong each place of a small map is drawn, from 0 to 1."""
    png = canvas.evaluate("c => c.toDataURL()").split(",")[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA"))[..., 3] / 255


def test_the_last_frame_is_explain_s_map(page: Page, address: str) -> None:
    opened(page, address)
    found = explained()
    slider = step(page, "sum").get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    expect(step(page, "sum").locator(".count")).to_contain_text("channels: the map")
    picture = step(page, "sum").locator("canvas.map")
    for name, value in (("low", found.values.min()), ("high", found.values.max())):
        drawn = float(picture.get_attribute(f"data-{name}") or "nan")
        assert drawn == pytest.approx(float(value), abs=1e-5 * found.peak)
    shown = strengths(step(page, "sum").locator(".growing .tile"))
    np.testing.assert_allclose(shown, np.abs(found.values) / found.peak, atol=1 / 255)


def test_every_place_can_be_read_by_keyboard(page: Page, address: str) -> None:
    """Along the fourth row of the grid, through all four pictures."""
    opened(page, address)
    values = explained().values
    panels = step(page, "heatmap").get_by_role("group", name="From the sum to the heatmap")
    panels.focus()
    h, w = values.shape
    for _ in range(max(h, w)):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    for column in range(w):
        read = panels.locator("output").all_inner_texts()
        assert read[0] == signed(float(values[3, column]))
        assert read[1] == figures(max(float(values[3, column]), 0))
        page.keyboard.press("ArrowRight")


def test_pointing_at_a_channel_shows_it_in_every_step(page: Page, address: str) -> None:
    opened(page, address)
    rows = step(page, "channels").locator(".channel")
    rows.nth(2).hover()
    number = rows.nth(2).locator("b").inner_text()
    for id in ("channels", "weights", "sum"):
        expect(step(page, id).locator(".channel").nth(2)).to_have_attribute("aria-pressed", "true")
        expect(step(page, id).locator(".says")).to_contain_text(
            f"{number.capitalize()}: answers up to"
        )
    lit = step(page, "weights").locator(".formula .lit")
    expect(lit.first).to_be_visible()
    step(page, "weights").locator(".channel").nth(2).locator("[data-term=A]").hover()
    expect(step(page, "weights").locator(".formula [data-term=A].lit")).to_have_count(1)


def test_channels_by_keyboard(page: Page, address: str) -> None:
    opened(page, address)
    rows = step(page, "weights").locator(".channel")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    expect(rows.nth(1)).to_have_attribute("aria-pressed", "true")
    spectrum = step(page, "weights").get_by_role("slider", name="All channels, by their weight")
    spectrum.focus()
    page.keyboard.press("End")
    lowest = spectrum.get_attribute("aria-valuetext") or ""
    expect(step(page, "weights").locator(".says")).to_contain_text(lowest.split(",")[0])


def test_playing_ends_at_the_whole_map(page: Page, address: str) -> None:
    opened(page, address)
    here = step(page, "sum")
    here.get_by_role("slider").evaluate(
        "s => { s.value = s.max - 2; s.dispatchEvent(new Event('input')) }"
    )
    here.get_by_role("button", name="Play").click()
    expect(here.get_by_role("button", name="Pause")).to_be_visible()
    expect(here.locator(".count")).to_contain_text("channels: the map")
    expect(here.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.alone
def test_scorecam_tells_another_story_and_can_be_cancelled(page: Page, address: str) -> None:
    page.goto(f"{address}/{LINK}&method=scorecam&channels=0&layer=layer1")
    wait = step(page, "weights").locator(".making-wait")
    wait.get_by_role("button", name="Cancel").click(timeout=60_000)
    expect(wait).to_contain_text("cancelled before it finished")
    wait.get_by_role("button", name="Compute it after all").click()
    expect(step(page, "weights").locator(".prose")).to_contain_text("as a mask", timeout=60_000)
    expect(step(page, "weights").locator(".averaging")).to_contain_text("softmax")
    found = explained(layer="layer1", method="scorecam")
    step(page, "sum").get_by_role("slider").focus()
    page.keyboard.press("End")
    drawn = float(step(page, "sum").locator("canvas.map").get_attribute("data-high") or "nan")
    assert drawn == pytest.approx(found.values.max(), abs=1e-5 * found.peak)
