"""The Learn page's frame: choices, the address, the contents and the lecture."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from components.learn.story import CHAPTERS
from tests.browser.conftest import ROOT
from tests.browser.learning import choose, open_story, position, screen, step
from tests.browser.pages import panels, query, settle

# A change waits for what the server is at, which on a busy machine takes a while.
expect.set_options(timeout=20_000)
STEPS = [id for kind in CHAPTERS for id, _ in kind.outline]
# Where a step stands in the window, through the shadow root it is in.
TOP = "node => node.getBoundingClientRect().top"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


def test_a_choice_in_one_step_changes_the_story_and_the_address(page: Page, address: str) -> None:
    open_story(page, address)
    prose = step(page, "photo").locator(".prose")
    expect(prose).to_contain_text("tripod")
    choose(page, "photo", "photo", "Coffee")
    expect(prose).to_contain_text("espresso")
    assert query(page) == {"image": "coffee"}
    choose(page, "claim-whole", "class", "cup")
    expect(prose).to_contain_text("cup")
    page.go_back()
    expect(prose).to_contain_text("espresso")
    page.go_forward()
    expect(prose).to_contain_text("cup")


def test_any_class_is_found_by_name_with_the_keyboard_alone(page: Page, address: str) -> None:
    open_story(page, address)
    button = step(page, "photo").get_by_role("button", name="Class")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("teapot")
    page.keyboard.press("Enter")
    expect(step(page, "photo").locator(".prose")).to_contain_text("teapot")
    expect(button).to_be_focused()


@pytest.mark.alone
def test_a_link_to_a_step_opens_there_and_stays_there(page: Page, address: str) -> None:
    page.goto(f"{address}/learn?image=coffee#{STEPS[-1]}")
    target = step(page, STEPS[-1])
    target.wait_for(timeout=60_000)
    page.locator(".learn.closing").wait_for(timeout=60_000)
    page.wait_for_timeout(600)
    assert abs(target.evaluate(TOP) - 72) < 4
    grow = "node => { node.style.minHeight = `${node.offsetHeight + 500}px` }"
    # Safari has no scroll anchoring, and a step must hold there too.
    page.add_style_tag(content="* { overflow-anchor: none }")
    step(page, STEPS[0]).evaluate(grow)
    page.wait_for_timeout(300)
    assert abs(target.evaluate(TOP) - 72) < 4
    expect(page.locator('.contents [aria-current="step"], .contents .in > a')).not_to_have_count(0)
    assert page.url.endswith(f"#{STEPS[-1]}")


def test_the_contents_lead_to_a_step_and_back_again(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_story(page, address)
    page.locator(".contents > ol > li > a").last.click()
    settle(page)
    assert abs(step(page, page.url.split("#")[1]).evaluate(TOP) - 72) < 4
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".along").click()
    page.locator(".contents a").first.click()
    settle(page)
    assert page.url.endswith(f"#{STEPS[0]}")
    wide = "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
    assert not page.evaluate(wide)


def test_the_lecture_by_keyboard(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_story(page, address)
    page.get_by_role("button", name="Start the lecture").first.click()
    assert position(page) == f"Step 1 of {len(STEPS)}"
    for key in ("ArrowRight", "PageDown"):
        page.keyboard.press(key)
    assert screen(page).get_attribute("data-step") == STEPS[2]
    page.keyboard.press("End")
    assert screen(page).get_attribute("data-step") == STEPS[-1]
    page.keyboard.press("Home")
    assert page.url.endswith(f"#{STEPS[0]}")
    page.keyboard.press("n")
    expect(screen(page).get_by_role("note")).to_be_visible()
    page.keyboard.press("Escape")  # ends full screen, and with it the lecture
    expect(page.locator(".step[lecture]")).to_have_count(0)
    assert abs(step(page, STEPS[0]).evaluate(TOP) - 72) < 4


def test_choices_can_be_changed_in_the_lecture(page: Page, address: str) -> None:
    open_story(page, address)
    step(page, "photo").get_by_role("button", name="Show as lecture").click()
    canvas = screen(page).locator(".place canvas, .place img").first.element_handle()
    choose(page, "photo", "photo", "Rocket")
    expect(screen(page).locator(".prose")).to_contain_text(re.compile("missile|projectile"))
    screen(page).get_by_role("button", name="End the lecture").click()
    expect(page.locator(".step[lecture]")).to_have_count(0)
    assert query(page) == {"image": "rocket"}
    assert canvas.evaluate("node => node.isConnected")  # the figure is the same one throughout


def test_a_step_goes_to_explore_and_back(page: Page, address: str) -> None:
    open_story(page, address, "?image=coffee&class=968#photo")
    step(page, "photo").get_by_role("button", name="Take this step to Explore").click()
    page.locator(".viewer .cell canvas").first.wait_for(timeout=60_000)
    settle(page)
    expect(page.locator(".viewer .cell.photo .title").first).to_have_text("Coffee")
    assert "cup" in panels(page)
    page.go_back()
    expect(step(page, "photo").locator(".prose")).to_contain_text("cup")
