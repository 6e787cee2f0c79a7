"""What tests of several folders share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from gradcam.backends.keras import before_tensorflow
from gradcam.weights import cache
from tools.browser import system_browser

before_tensorflow()  # tests import the frameworks in any order


@pytest.fixture
def as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let weights that were made for a test stand for those that are published."""
    monkeypatch.setattr(cache, "_is_right", lambda spec, found: True)  # noqa: ARG005


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium where there is one, else Playwright's own; one for all tests."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        launched = playwright.chromium.launch(executable_path=system_browser(), args=arguments)
        yield launched
        launched.close()
