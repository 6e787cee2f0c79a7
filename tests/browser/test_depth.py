"""The depth slider: from early to late, and to the layer that is chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.pages import open_page, picture, query, settle

ROOT = Path(__file__).resolve().parents[2]
MODEL = "model=bundled/photos"  # three stages: layer1, layer2, layer3


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    """The app offline, with nothing downloaded."""
    return serve(ROOT / "app.py", GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9")


def slider(page: Page) -> Locator:
    return page.locator("section.depth").get_by_role("slider")


def stops(page: Page) -> Locator:
    return page.locator("section.depth .stop")


def drawn(page: Page) -> str:
    canvas = page.locator("section.depth canvas.picture")
    page.wait_for_timeout(100)
    return str(canvas.evaluate("c => c.toDataURL()"))


def drag(page: Page, position: float, *, release: bool = False) -> None:
    slider(page).evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')) }",
        str(position),
    )
    if release:
        slider(page).dispatch_event("change")
        settle(page)


def test_dragging_blends_neighbours_and_asks_nobody(page: Page, address: str) -> None:
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: frames.append("sent")))
    open_page(page, f"{address}/?image=coffee&{MODEL}")
    expect(stops(page).nth(2)).to_have_attribute("aria-pressed", "true")
    frames.clear()
    late = drawn(page)
    drag(page, 1.5)
    middle = drawn(page)
    drag(page, 1)
    assert len({late, middle, drawn(page)}) == 3
    drag(page, 1.5, release=True)  # between two layers there is nothing to choose
    expect(page.locator("section.depth .reading")).to_contain_text("Between layer2 and layer3")
    assert frames == []
    assert "layer" not in query(page)


def test_a_release_on_a_stage_chooses_its_layer(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee&{MODEL}")
    before = picture(page)
    drag(page, 1.1, release=True)
    assert query(page)["layer"] == "layer2"
    expect(stops(page).nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("section.depth .used")).to_have_text("in use")
    assert picture(page) != before


def test_the_keyboard_goes_from_stage_to_stage(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee&{MODEL}")
    slider(page).focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(slider(page)).to_have_attribute("aria-valuetext", "layer2, middle")
    assert "layer" not in query(page)  # looking chooses nothing
    page.keyboard.press("Escape")
    expect(slider(page)).to_have_attribute("aria-valuetext", "layer3, late")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    settle(page)
    assert query(page)["layer"] == "layer1"
    expect(page.locator("section.depth .reading")).to_contain_text("early: fine grid")


def test_a_layer_between_the_stages_is_marked_too(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee&{MODEL}&layer=layer2.0")
    names = stops(page).locator("span").all_inner_texts()
    assert names == ["layer1", "layer2.0", "layer2", "layer3"]
    used = page.locator("section.depth .stop[aria-pressed=true]")
    expect(used).to_have_count(1)
    expect(page.locator("section.depth .reading")).to_contain_text("not one of the stages")


def test_several_photos_share_a_slider_with_a_switch(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee,rocket&{MODEL}")
    before = drawn(page)
    switch = page.get_by_role("combobox", name="Photo whose depth is shown")
    switch.select_option(label="Rocket")
    assert drawn(page) != before
    expect(page.locator("section.depth")).to_have_count(1)


def test_it_fits_a_phone(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    open_page(page, f"{address}/?image=coffee&{MODEL}")
    root = page.locator("section.depth")
    expect(stops(page).first).to_be_visible()
    assert root.evaluate("r => r.scrollWidth <= r.clientWidth + 1")
    assert root.locator("canvas.picture").evaluate("c => c.clientWidth") >= 300
    for n in range(stops(page).count()):
        box = stops(page).nth(n).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
    page.close()
