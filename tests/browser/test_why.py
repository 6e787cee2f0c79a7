"""Why not that one? Two bars, or a rival's own button, and the map of the difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import open_page, panels, query, settle

ROOT = Path(__file__).resolve().parents[2]
VIEW = "image=two-things&model=bundled/photos&top=3"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    """The app offline, with nothing downloaded."""
    return serve(ROOT / "app.py", GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9")


def classes(page: Page) -> list[str]:
    return page.locator(".viewer .bars .class .label").all_inner_texts()


def test_two_bars_are_compared_in_place_of_the_answer(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{VIEW}")
    first, second, *_ = classes(page)
    shown = panels(page)
    page.get_by_role("button", name="Why not…?").click()
    expect(page.locator(".asking")).to_have_text("Click a class, then the one to compare it with.")
    bars = page.locator(".viewer .bars .class")
    bars.nth(1).click()
    expect(page.locator(".asking")).to_contain_text(f"{second} rather than")
    bars.nth(0).click()
    settle(page)
    hero = page.locator(".viewer .hero")
    expect(hero.locator(".title")).to_have_text(f"{second} rather than {first}")
    expect(hero.locator(".reason")).to_contain_text(f"What speaks for {second} rather than {first}")
    expect(hero.locator("canvas").first).to_have_css("opacity", "1")
    assert sorted(panels(page)) == sorted([*shown, f"{second} rather than {first}"])
    assert len(query(page)["why"].split(",")) == 2
    page.get_by_role("button", name="Close the comparison").click()
    settle(page)
    assert panels(page) == shown
    assert "why" not in query(page)


def test_a_rival_is_compared_with_the_answer_by_its_own_button(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{VIEW}")
    first, second, *_ = classes(page)
    page.get_by_role("button", name="why not?").first.click()
    settle(page)
    expect(page.locator(".hero .title")).to_have_text(f"{first} rather than {second}")
    link = page.url
    page.go_back()
    settle(page)
    expect(page.locator(".hero .title")).to_have_text(first)
    open_page(page, link)
    expect(page.locator(".hero .title")).to_have_text(f"{first} rather than {second}")


def test_the_keyboard_asks_and_escape_takes_it_back(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{VIEW}")
    shown = panels(page)
    ask = page.get_by_role("button", name="Why not…?")
    ask.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(ask).to_be_focused()
    assert panels(page) == shown
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    settle(page)
    assert len(panels(page)) == len(shown) + 1


@pytest.mark.parametrize("why", ["5", "5,5", "1,9999", "a,b"])
def test_a_stale_comparison_is_left_out(page: Page, address: str, why: str) -> None:
    open_page(page, f"{address}/?{VIEW}&why={why}")
    assert len(panels(page)) == 3
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_method_that_cannot_compare_says_so(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{VIEW}&method=eigencam&why=99,47")
    foot = page.locator(".hero .foot")
    expect(foot).to_contain_text("Finer-CAM, because EigenCAM cannot compare classes")


def test_a_few_photos_each_have_their_own(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee,rocket&model=bundled/photos&top=2&why=99,47")
    assert page.locator(".viewer .comparison").count() == 2


def test_it_fits_a_phone(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    open_page(page, f"{address}/?{VIEW}&why=99,47")
    assert page.locator(".viewer").evaluate("r => r.scrollWidth <= r.clientWidth + 1")
    page.close()
