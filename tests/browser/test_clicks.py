"""Clicks that the browser answers by itself, until the server has, and clicks beside slow work."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT
from tests.browser.pages import SLOW, open_page, settle

MODEL = "model=bundled/photos"

# Clicks, and tells what the page shows two frames later: no server answers as fast.
CLICK = """
async (node) => {
  node.click()
  await new Promise(requestAnimationFrame)
  await new Promise(requestAnimationFrame)
  const shown = []
  const look = (root) => {
    for (const canvas of root.querySelectorAll(".viewer .cell canvas[role=img]")) {
      shown.push(canvas.getAttribute("aria-label"))
    }
    for (const host of root.querySelectorAll("*")) if (host.shadowRoot) look(host.shadowRoot)
  }
  look(document)
  return [node.getAttribute("aria-pressed"), shown]
}
"""


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py", own=__name__)


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    """The page of another visitor."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def click(page: Page, selector: str) -> tuple[str, list[str]]:
    pressed, shown = page.locator(selector).evaluate(CLICK)
    return pressed, shown


def sample(id: str) -> str:
    return f'.cell[data-id="{id}"] .pick'


def photo(page: Page) -> str:
    return page.locator(".viewer .cell.photo canvas[role=img]").get_attribute("aria-label") or ""


def test_a_photo_seen_before_is_shown_at_once_and_stays(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=cat&{MODEL}")
    cats = photo(page)
    page.locator(sample("rocket")).click()
    expect(page.locator(".viewer .cell.photo canvas[role=img]")).not_to_have_attribute(
        "aria-label", cats
    )
    settle(page)
    pressed, shown = click(page, sample("cat"))
    assert pressed == "true"
    assert shown[0] == cats
    settle(page)
    assert photo(page) == cats


def test_a_photo_seen_with_other_settings_is_not(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=cat&{MODEL}")
    cats = photo(page)
    page.goto(f"{address}/?image=rocket&{MODEL}&top=2")
    expect(page.locator(".viewer .cell.photo canvas[role=img]")).not_to_have_attribute(
        "aria-label", cats
    )
    settle(page)
    rockets = photo(page)
    _, shown = click(page, sample("cat"))
    assert shown[0] == rockets
    expect(page.locator(".viewer .cell.photo canvas[role=img]")).to_have_attribute(
        "aria-label", cats
    )


def test_a_listed_class_is_shown_at_once_and_stays(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=cat&{MODEL}")
    before = page.locator(".viewer .cell:not(.photo)").count()
    bar = page.locator('.viewer .bars button[aria-pressed="false"]').first
    label = (bar.get_attribute("aria-label") or "").rsplit(",", 1)[0]
    _, shown = bar.evaluate(CLICK)
    assert len(shown) == before + 2  # the photo, and one map more
    assert label in shown[-1]  # the least probable one shown
    settle(page)
    expect(page.locator(".viewer .cell:not(.photo)")).to_have_count(before + 1)


def test_a_click_is_answered_while_another_visitors_score_cam_runs(
    page: Page, other: Page, address: str
) -> None:
    open_page(page, f"{address}/?image=cat&{MODEL}")
    open_page(other, f"{address}/?{SLOW}&{MODEL}")
    cancel = other.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible()
    cats = photo(page)
    page.locator(sample("photographer")).click()
    expect(page.locator(".viewer .cell.photo canvas[role=img]")).not_to_have_attribute(
        "aria-label", cats
    )
    expect(cancel).to_be_visible()  # still running
    cancel.click()
