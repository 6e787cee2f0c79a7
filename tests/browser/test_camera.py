"""The live camera, with a film of a sample photo in place of a camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Locator, Page, expect

import gradcam
from components.samples import load
from tests.browser.pages import box, open_page, photos
from tools.browser import system_browser
from tools.film import camera_arguments, film

ROOT = Path(__file__).resolve().parents[2]
MODEL = "bundled/photos"  # the quickest
# Notes the tracks that the page gets, and lets a test decide how a request for one ends.
SPY = """
window.tracks = []
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
navigator.mediaDevices.getUserMedia = async (wanted) => {
  if (window.refusal) throw new DOMException("", window.refusal)
  const stream = await ask(wanted)
  window.tracks.push(...stream.getTracks())
  return stream
}
"""


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(
        ROOT / "app.py", own=__name__, GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9"
    )


@dataclass(frozen=True)
class Film:
    """A film, its first frame, and what the model makes of that as a photo."""

    path: Path
    frame: NDArray[np.uint8]
    explained: gradcam.Explanation


@pytest.fixture(scope="module")
def coffee(tmp_path_factory: pytest.TempPathFactory) -> Film:
    path = tmp_path_factory.mktemp("film") / "coffee.mjpeg"
    first = film(path, load("coffee"))
    return Film(path, np.asarray(first), gradcam.explain(gradcam.load_model(MODEL), first))


@pytest.fixture(scope="module")
def cameras(browser: Browser, coffee: Film) -> Iterator[Browser]:
    """A browser whose camera shows the film."""
    launched = browser.browser_type.launch(
        executable_path=system_browser(), args=["--no-sandbox", *camera_arguments(coffee.path)]
    )
    yield launched
    launched.close()


@pytest.fixture
def live(cameras: Browser) -> Iterator[Page]:
    """A page that may use the camera; a script error on it fails the test."""
    context = cameras.new_context(viewport={"width": 1440, "height": 900}, permissions=["camera"])
    opened = context.new_page()
    opened.add_init_script(SPY)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


def switch_on(page: Page) -> Locator:
    page.get_by_text("Camera", exact=True).click()
    camera = page.locator(".camera")
    expect(camera).to_be_visible()
    return camera


def counts(camera: Locator) -> tuple[int, int]:
    """Return how many frames were sent and answered so far."""
    sent, answered = camera.evaluate("c => [c.dataset.sent, c.dataset.answered]")
    return int(sent or 0), int(answered or 0)


def drawn(camera: Locator, x: int, y: int) -> NDArray[np.int64]:
    """Return the colour of the picture at a pixel of the frame."""
    script = "(canvas, at) => [...canvas.getContext('2d').getImageData(...at, 1, 1).data]"
    return np.array(camera.locator("canvas").evaluate(script, [x, y]), np.int64)[:3]


def test_a_frame_is_answered_as_the_photo_is_and_none_waits(
    live: Page, address: str, coffee: Film
) -> None:
    open_page(live, f"{address}/?model={MODEL}")
    camera = switch_on(live)
    expect(camera.locator(".name")).to_have_text("espresso", timeout=60_000)
    best = coffee.explained.predictions[0]
    assert best.label == "espresso"
    share = float(camera.locator(".share").inner_text().strip("<> %")) / 100
    assert share == pytest.approx(best.probability, abs=0.04)
    expect(camera.locator(".bars .class:visible")).to_have_count(5)
    # The map lies where it lies on the photo, and the corner is as it was filmed.
    heat = coffee.explained.maps[0].on_image()
    y, x = map(int, np.unravel_index(heat.argmax(), heat.shape))
    assert np.abs(drawn(camera, 8, 8) - coffee.frame[8, 8]).max() < 16
    assert np.abs(drawn(camera, x, y) - coffee.frame[y, x]).max() > 40
    for _ in range(10):
        sent, answered = counts(camera)
        assert sent in (answered, answered + 1)
        live.wait_for_timeout(50)
    # The photo below stays what it was: frames are no part of the page's own work.
    assert photos(live) == ["Photographer"]
    live.get_by_text("Camera", exact=True).click()
    expect(camera).to_have_count(0)
    assert live.evaluate("tracks.map((track) => track.readyState)") == ["ended"]


@pytest.mark.alone
def test_a_frozen_frame_is_a_photo_of_the_session(live: Page, address: str) -> None:
    open_page(live, f"{address}/?model={MODEL}")
    camera = switch_on(live)
    expect(camera.locator(".name")).to_have_text("espresso", timeout=60_000)
    camera.get_by_role("button", name="Freeze").click()
    expect(live.locator(".viewer .cell.photo .title")).to_have_text(["Camera 1"], timeout=20_000)
    expect(live.locator(".viewer .says").first).to_contain_text("espresso")
    # Class 2 of the bars is followed, and let go again.
    bar = camera.locator(".bars .class").nth(1)
    bar.click()
    expect(camera.locator(".kind")).to_have_text("The class you follow")
    expect(camera.locator(".name")).not_to_have_text("espresso")
    name = camera.locator(".name").inner_text()
    expect(box(live, "Follow")).to_have_value(name)
    camera.get_by_role("button", name=name).click()
    expect(camera.locator(".name")).to_have_text("espresso")
    live.get_by_role("button", name="Remove Camera 1").click()
    expect(live.locator(".viewer .cell.photo .title")).to_have_text(["Photographer"])


def test_a_page_that_is_not_looked_at_sends_nothing(live: Page, address: str) -> None:
    open_page(live, f"{address}/?model={MODEL}")
    camera = switch_on(live)
    expect(camera.locator(".name")).to_have_text("espresso", timeout=60_000)
    hide = """hidden => {
      Object.defineProperty(document, "hidden", { configurable: true, value: hidden })
      document.dispatchEvent(new Event("visibilitychange"))
    }"""
    live.evaluate(hide, True)
    live.wait_for_timeout(500)
    before = counts(camera)
    live.wait_for_timeout(500)
    assert counts(camera) == before == (before[0], before[0])
    live.evaluate(hide, False)
    live.wait_for_timeout(1500)
    assert counts(camera)[1] > before[1]


def test_each_trouble_is_a_sentence_and_ends_with_try_again(live: Page, address: str) -> None:
    live.add_init_script("window.refusal = 'NotAllowedError'")
    open_page(live, f"{address}/?model={MODEL}")
    camera = switch_on(live)
    alert = camera.get_by_role("alert")
    again = camera.get_by_role("button", name="Try again")
    expect(alert).to_contain_text("may not use the camera")
    expect(camera.get_by_role("button", name="Freeze")).to_be_disabled()
    for refusal, words in (
        ("NotFoundError", "No camera was found"),
        ("NotReadableError", "in use by another program"),
    ):
        live.evaluate("name => { window.refusal = name }", refusal)
        again.click()
        expect(alert).to_contain_text(words)
    live.evaluate("Object.defineProperty(window, 'isSecureContext', { value: false })")
    again.click()
    expect(alert).to_contain_text("HTTPS")
    live.evaluate("window.refusal = ''; delete window.isSecureContext")


def test_a_camera_that_is_unplugged_is_asked_for_again(live: Page, address: str) -> None:
    open_page(live, f"{address}/?model={MODEL}")
    camera = switch_on(live)
    expect(camera.locator(".name")).to_have_text("espresso", timeout=60_000)
    live.evaluate("tracks[0].onended()")
    expect(camera.get_by_role("alert")).to_contain_text("was disconnected")
    camera.get_by_role("button", name="Try again").click()
    expect(camera.get_by_role("alert")).to_be_hidden()
    expect(camera).to_have_attribute("data-state", "on")
    assert live.evaluate("tracks.map((track) => track.readyState)") == ["ended", "live"]
