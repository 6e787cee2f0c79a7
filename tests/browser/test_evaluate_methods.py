"""Which method is best over a folder, in a browser: cancelled, continued, read and downloaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture(scope="module")
def demo(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    demo = Path(__file__).parent / "evaluate_methods_demo.py"
    return serve(demo, GRADCAM_CACHE=str(tmp_path_factory.mktemp("cache")))


def test_scored_cancelled_continued_and_handed_on(page: Page, demo: str) -> None:
    page.goto(demo)
    start = page.locator(".st-key-scores_start button")
    expect(start).to_contain_text("Score 9 photos", timeout=30_000)
    start.click()
    page.get_by_role("button", name="Cancel").click(timeout=20_000)
    expect(start).to_contain_text("photos", timeout=20_000)
    start.click()
    rows = page.locator(".standings tbody tr:not(.axis)")
    expect(page.get_by_text("Means over 8 photos, 1 more could not be read")).to_be_visible(
        timeout=60_000
    )
    expect(start).to_have_count(0)
    expect(rows).to_have_count(4)
    assert "comes first by insertion" in page.locator(".standings .sentence").inner_text()
    page.get_by_role("button", name="Deletion").click()
    assert "comes first by deletion" in page.locator(".standings .sentence").inner_text()
    # The bad file is said by its name, as text.
    expect(page.get_by_text("<i>bad</i>.png")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Page with plots").click()
    html = Path(download.value.path()).read_text(encoding="utf-8")
    assert "Which method, which layer?" in html
    assert "&lt;i&gt;bad&lt;/i&gt;.png" in html
