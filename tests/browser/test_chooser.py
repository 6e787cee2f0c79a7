"""Lists that are searched in the browser: what comes first, by keyboard and by pointer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import box, open_page, panels, query, settle

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    """The app offline, with nothing downloaded."""
    return serve(ROOT / "app.py", GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9")


def hits(page: Page, label: str, text: str) -> list[str]:
    """Type into a list, and return the titles found."""
    box(page, label).click()
    box(page, label).fill(text)
    titles = opened(page).locator(".title").evaluate_all("all => all.map(e => e.firstChild.data)")
    page.keyboard.press("Escape")
    return [str(title) for title in titles]


def opened(page: Page) -> Locator:
    return page.locator('[role="listbox"]:visible')


@pytest.mark.heavy
def test_everyday_spelling_finds_models_and_classes(page: Page, address: str) -> None:
    open_page(page, address)
    assert hits(page, "Model", "resnet50")[0] == "ResNet-50"
    assert hits(page, "Model", "efficientnet b0")[0] == "EfficientNet-B0"
    assert hits(page, "Model", "photonett")[0].startswith("PhotoNet")
    assert hits(page, "Add a class", "saxophone")[0] == "sax"
    assert hits(page, "Add a class", "airplane")[0] == "airliner"
    assert hits(page, "Add a class", "281")[0] == "tabby"
    assert hits(page, "Add a class", "zzzzzz") == []


def test_classes_are_added_and_removed_from_the_keyboard(page: Page, address: str) -> None:
    open_page(page, f"{address}/?top=1")
    field = box(page, "Add a class")
    field.focus()
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.type("saxophone")
    active = field.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "false")
    page.keyboard.press("Enter")
    settle(page)
    assert query(page)["add"] == "776"
    assert "sax" in panels(page)
    page.keyboard.press("Backspace")
    settle(page)
    assert "add" not in query(page)
    assert "sax" not in panels(page)


def test_escape_leaves_the_choice_as_it_was(page: Page, address: str) -> None:
    open_page(page, address)
    field = box(page, "Layer")
    before = field.input_value()
    field.click()
    field.fill("stage")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value(before)
    assert query(page) == {}


def test_the_list_of_models_opens_at_once_and_is_not_cut_off(page: Page, address: str) -> None:
    open_page(page, address)
    field = box(page, "Model")
    took = field.evaluate(
        """field => {
          const start = performance.now()
          field.click()
          field.getRootNode().querySelector("[role=listbox]").getBoundingClientRect()
          return performance.now() - start
        }"""
    )
    assert took < 1500  # a few on a quiet machine; others may be at work
    room = opened(page).bounding_box()
    assert room is not None
    assert room["width"] > 400  # wider than the sidebar
    assert 0 < opened(page).get_by_role("option").count() < 60  # of 1,551
    tick = opened(page).locator(".ready").first.bounding_box()
    assert tick is not None
    assert tick["x"] + tick["width"] <= room["x"] + room["width"]


def test_what_is_chosen_often_is_above_the_fold(page: Page, address: str) -> None:
    """At 1440 × 900, the size of the fixture's page."""
    open_page(page, address)
    for label in ("Model", "Layer", "Method", "Add a class"):
        place = box(page, label).bounding_box()
        assert place is not None
        assert place["y"] + place["height"] < 900


def test_a_reload_says_what_it_lost(page: Page, address: str, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (64, 64), "red").save(tmp_path / "red.png")
    open_page(page, address)
    page.reload()
    settle(page)
    expect(page.get_by_text("not kept")).to_have_count(0)
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(tmp_path / "red.png")
    page.get_by_test_id("stFileChipName").first.wait_for()
    # What the tab holds is noted at the end of the run, after the new photo's maps.
    page.wait_for_function("JSON.parse(sessionStorage.getItem('gradcam-held'))?.photos === 1")
    page.reload()
    expect(page.get_by_text("Your photo was not kept")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("not kept")).to_have_count(0)
