"""The measurements of `make room`, on a page whose numbers can be worked out by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from benches.room import Room, measure, stops

# A screen of 1000 × 500. A canvas of 500 × 240 covers 24 % of it; of a second one, 48 × 240 are
# left by what clips it, 2.304 %.
PAGE = """
<body style="margin: 0; background: white; font: 16px sans-serif">
  <main data-testid="stMain" style="position: relative; height: 500px; overflow: auto">
    <canvas style="position: absolute; left: 0; top: 100px; width: 500px; height: 240px"></canvas>
    <div style="position: absolute; left: 600px; top: 100px; width: 48px; height: 240px;
         overflow: hidden"><canvas style="width: 100px; height: 500px"></canvas></div>
    <canvas style="position: absolute; left: 900px; top: 0; width: 20px; height: 300px"></canvas>
    <div id="host"></div>
  </main>
</body>"""
INSIDE = """
  <p style="color: #767676; font-size: 14px">grey on white</p>
  <p style="color: rgb(0 0 0 / 50%); background: rgb(0 0 0 / 20%); font-size: 15px">on a veil</p>
  <div style="background: black"><p style="opacity: 0.5; color: white">half seen</p></div>
  <div style="width: 40px; height: 20px; background: black; font-size: 11px; color: black">
    <p style="position: relative; top: 60px; margin: 0">beside it</p></div>
  <button style="width: 30px; height: 18px; padding: 0; color: black">b</button>
  <button disabled style="width: 3px; height: 3px; color: white">off</button>
  <p style="position: absolute; clip-path: inset(50%); color: white">hidden</p>
  <figure class="viewer"><div class="cell" tabindex="0">picture</div></figure>"""


@pytest.fixture
def room(page: Page) -> Room:
    page.set_viewport_size({"width": 1000, "height": 500})
    page.set_content(PAGE)
    page.locator("#host").evaluate(
        "(host, html) => { host.attachShadow({ mode: 'open' }).innerHTML = html }", INSIDE
    )
    return measure(page)


def contrast(room: Room, text: str) -> float:
    (found,) = [ratio for what, _, ratio, _ in room.texts if what.endswith(text)]
    return found


def test_pictures_by_hand(room: Room) -> None:
    assert room.first == 100
    assert room.pictures == pytest.approx(0.24 + 0.02304)


def test_contrast_by_hand(room: Room) -> None:
    assert contrast(room, "grey on white") == pytest.approx(4.54, abs=0.01)
    # Behind is white under 20 % black, 204; the text is that under 50 % black, 102.
    # (0.6038 + 0.05) / (0.1329 + 0.05) = 3.57, and 8 bits of the veil's 20 % make it 3.6.
    assert contrast(room, "on a veil") == pytest.approx(3.57, abs=0.03)
    # White at half over black is 128: (0.2159 + 0.05) / 0.05 = 5.32.
    assert contrast(room, "half seen") == pytest.approx(5.32, abs=0.05)
    assert contrast(room, "beside it") == 21
    assert not any(what.endswith(("hidden", "off")) for what, *_ in room.texts)


def test_sizes_by_hand(room: Room) -> None:
    assert room.smallest_text == 11
    assert room.smallest_target == 18
    assert len(room.targets) == 1


def test_faults_are_named(room: Room) -> None:
    faults = "\n".join(room.faults())
    assert "text of 11 px" in faults
    assert "target of 30 × 18" in faults
    assert "contrast of 3.6" in faults
    assert "4.54" not in faults


def test_stops_by_hand(page: Page, room: Room) -> None:
    """The button is the first, the picture the second; a script reaches into the shadow root."""
    assert room.wide == []
    assert stops(page) == 2


@pytest.mark.usefixtures("room")
def test_sideways_is_found(page: Page) -> None:
    page.locator("#host").evaluate("host => host.style.cssText = 'display: block; width: 1200px'")
    assert measure(page).wide
