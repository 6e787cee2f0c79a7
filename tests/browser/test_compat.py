"""One test for each undocumented Streamlit interface that needs a browser, to fail on an upgrade.

tests/components/test_compat.py has the others.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import Browser, Page, expect

from components.samples import SAMPLES
from tests.browser.pages import open_page, query, settle

ROOT = Path(__file__).resolve().parents[2]
STYLE = ROOT / "components" / "style.css"
# Shown only while a script runs, and the second only around New Year: looked up in Streamlit's own
# scripts instead.
RUNNING = {
    '[data-testid="stStatusWidgetRunningManIcon"]',
    '[data-testid="stStatusWidgetNewYearsIcon"]',
}
# Many photos, the camera switched on, the other page, a login.
SOMETIMES = {
    "st-key-sheet", "st-key-camera", "st-key-camera_choice", "st-key-learn", "st-key-login",
}  # fmt: skip
LOGGED_IN = {'[data-testid="stLayoutWrapper"]:has(> .st-key-wanted)'}  # tests/browser/test_login.py
IN_DIALOG = ("stDialog", "stBaseButton-primary")  # shown while a dialog is open


def selectors() -> list[str]:
    """Return the selectors in style.css that name a test id."""
    css = re.sub(r"/\*.*?\*/", "", STYLE.read_text("utf-8"), flags=re.DOTALL)
    heads = re.findall(r"([^{}]+)\{", css)
    named = [s.strip() for head in heads for s in head.split(",") if "data-testid" in s]
    return [selector.removesuffix("::after") for selector in named]


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    """The app offline, with nothing downloaded."""
    return serve(ROOT / "app.py", GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9")


def test_test_ids_are_in_one_section_of_one_file() -> None:
    before, _, section = STYLE.read_text("utf-8").partition("Streamlit's test ids from here on")
    assert "data-testid" not in before
    assert set(selectors()) > RUNNING
    assert section.count("data-testid") == sum(s.count("data-testid") for s in selectors())
    others = [*ROOT.glob("components/**/*.css"), *ROOT.glob("components/**/*.js"),
              *ROOT.glob("components/**/*.py")]  # fmt: skip
    assert [f.name for f in others if f != STYLE and "data-testid" in f.read_text("utf-8")] == []


def in_dialog(selector: str) -> bool:
    return any(name in selector for name in IN_DIALOG)


@pytest.fixture(scope="module")
def one_page(browser: Browser, address: str) -> Iterator[Page]:
    """One page for all selectors, which come in the order of the test below."""
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    open_page(opened, f"{address}/?across=methods")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "selector", sorted(sorted({*selectors()} - RUNNING - LOGGED_IN), key=in_dialog)
)
def test_test_id(one_page: Page, selector: str) -> None:
    """Each selector matches on the page, a dialog's once it is open."""
    if in_dialog(selector) and not one_page.get_by_role("dialog").is_visible():
        one_page.get_by_role("button", name="Create a report").click()
    expect(one_page.locator(selector).first).to_be_visible()


@pytest.mark.parametrize("selector", sorted(RUNNING))
def test_test_id_while_a_script_runs(selector: str) -> None:
    (name,) = re.findall(r'data-testid="(\w+)"', selector)
    scripts = (Path(st.__file__).parent / "static").rglob("*.js")
    assert any(name in script.read_text("utf-8") for script in scripts)


def test_class_of_a_key(page: Page, address: str) -> None:
    """Containers and components carry their key as a class, which style.css uses too."""
    open_page(page, address)
    keys = re.findall(r"\.(st-key-\w+) \{", STYLE.read_text("utf-8"))
    assert set(keys) > SOMETIMES
    for key in set(keys) - SOMETIMES:
        expect(page.locator(f".{key}")).to_have_count(1)
    page.goto(f"{address}/?image={','.join(sample.id for sample in SAMPLES)}")
    expect(page.locator(".st-key-sheet")).to_have_count(1)


def test_trigger(page: Page, address: str) -> None:
    """A component's callback finds what its script sent."""
    open_page(page, address)
    page.get_by_role("button", name="Rocket", exact=True).click()
    settle(page)
    assert query(page) == {"image": "rocket"}


def test_without_delay(address: str) -> None:
    """No answer waits for an acknowledgement, which takes 40 ms; the first few never do."""
    connection, taken = HTTPConnection(address.removeprefix("http://")), list[float]()
    for _ in range(30):
        start = time.perf_counter()
        connection.request("GET", "/_stcore/health")
        connection.getresponse().read()
        taken.append(time.perf_counter() - start)
    connection.close()
    assert min(taken[10:]) < 0.03
