"""The page in a real browser, without a network."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from gradcam.report import Report, html

from .conftest import SCRIPT

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 390])
def test_it_opens_completely_and_without_complaints(browser, report, tmp_path, width) -> None:
    file = tmp_path / "report.html"
    file.write_text(html(report), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    page.on("request", lambda r: seen.append(r.url) if not r.url.startswith("data:") else None)
    page.goto(file.as_uri())
    assert seen == [file.as_uri()]
    assert page.locator("img").evaluate_all("all => all.every(i => i.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h2").first.text_content() == f"{SCRIPT}.png"
    # The content security policy lets the style sheet through.
    assert (
        page.locator(".summary").evaluate("e => getComputedStyle(e).color") == "rgb(93, 105, 110)"
    )
    context.close()


def test_the_caption_of_a_very_narrow_photo_is_readable(browser, sliver) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_content(html(Report("", "", (sliver,))))
    assert page.locator(".pair img").first.bounding_box()["width"] < 20
    assert page.locator(".pair figcaption").first.bounding_box()["width"] == 150
    page.close()


def test_it_prints_one_page_per_photo(browser, report) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.set_content(html(report))
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    context.close()
    assert len(printed.pages) == 3
    assert float(printed.pages[0].mediabox.width) == pytest.approx(595, abs=2)
    assert "Photo 2" in printed.pages[1].extract_text()
    assert "How to read the maps" in printed.pages[2].extract_text()
