"""axe-core finds nothing serious or critical on the page's main states."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import ROOT
from tests.browser.pages import open_page, settle

SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


def faults(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical: the rule, the element and what is wrong."""
    return [
        f"{violation['id']}: {node['html'][:300]} ({node['failureSummary'][:200]})"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def test_axe_finds_a_fault_where_there_is_one(page: Page) -> None:
    page.set_content("<html lang=en><title>t</title><main><h1>t</h1><button></button></main>")
    assert any(fault.startswith("button-name") for fault in faults(page))


def nothing(page: Page) -> None:
    """The page as it opens."""


def enlarge(page: Page) -> None:
    page.locator(".viewer .cell:not(.photo)").first.focus()
    page.keyboard.press("Enter")
    settle(page)


def click(name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_role("button", name=name).first.click()
        settle(page)

    return act


def search(page: Page) -> None:
    page.get_by_role("combobox", name="Model").click()
    settle(page)


def upload_many(page: Page) -> None:
    photos = sorted((ROOT / "docs" / "screenshots").glob("*.png"))[:8]
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(photos)
    page.get_by_test_id("stFileChipName").first.wait_for()
    settle(page)


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "start": ("", nothing),
    "two photos": ("?image=coffee,grace-hopper", nothing),
    "ten classes": ("?image=coffee&top=10", nothing),
    "across methods": ("?image=coffee&across=methods", nothing),
    "across models": ("?image=coffee&across=models", nothing),
    "both signs": ("#sign=both", nothing),
    "enlarged": ("", enlarge),
    "a look": ("", click("Look")),
    "a list of models": ("", search),
    "a dialog": ("", click("Create a report")),
    "presenting": ("", click("Present")),
    "a contact sheet": ("", upload_many),
}
# The rest is left to `make test-all`.
DARK = ("start", "a look", "a contact sheet")
SLOW = ("across methods", "across models", "ten classes", "both signs")


@pytest.mark.parametrize(
    ("state", "scheme"),
    [
        *(
            pytest.param(state, "light", marks=pytest.mark.heavy if state in SLOW else ())
            for state in STATES
        ),
        *(
            pytest.param(state, "dark", marks=() if state in DARK else pytest.mark.heavy)
            for state in STATES
        ),
    ],
)
def test_nothing_serious(page: Page, address: str, state: str, scheme: str) -> None:
    link, act = STATES[state]
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_page(page, f"{address}/{link}")
    act(page)
    assert faults(page) == []


def test_nothing_serious_on_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, address)
    assert faults(page) == []
