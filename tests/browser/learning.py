"""What the tests of the Learn page share."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import settle


def open_story(page: Page, address: str, link: str = "") -> None:
    """Open the Learn page and wait until all chapters are there."""
    page.goto(f"{address}/learn{link}")
    page.locator(".learn.closing").wait_for(timeout=60_000)  # the first visit loads the model
    settle(page)


def step(page: Page, id: str) -> Locator:
    """Return a step of the story, on the page or filling the screen."""
    return page.locator(f'.step[data-step="{id}"]')


def choose(page: Page, id: str, what: str, name: str) -> None:
    """Open one of a step's lists and choose the line, or the photo, of that name."""
    of = step(page, id)
    of.get_by_role("button", name=what.capitalize()).click()
    of.get_by_role("radio", name=name).first.click()


def screen(page: Page) -> Locator:
    """Return the step that fills the screen, once there is just one."""
    shown = page.locator(".step[lecture]")
    expect(shown).to_have_count(1)
    return shown


def position(page: Page) -> str:
    return screen(page).locator(".position").inner_text()
