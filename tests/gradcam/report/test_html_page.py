"""The web page is complete, self-contained and safe from hostile labels."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from gradcam.report import Report, html

from .conftest import ENDING, MANY_SCRIPTS, SCRIPT

VOID = {"meta", "img", "br", "link"}


class Page(HTMLParser):
    """Collect elements, attributes and visible text, and check that every element is closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.data = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        if self.open and self.open[-1] == "script":
            self.data += data
        elif not self.open or self.open[-1] != "style":
            self.text += data


@pytest.fixture
def source(report: Report) -> str:
    return html(report)


def test_every_element_is_closed_and_none_is_active(source) -> None:
    page = Page(source)
    assert page.open == []
    assert page.elements.count("script") == 1
    assert not {"b", "i", "iframe", "form", "a", "object"} - {"b"} & set(page.elements)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]


def test_nothing_is_loaded_from_the_network(source) -> None:
    for name, value in Page(source).attributes:
        assert "//" not in value or value.startswith("data:"), name
        if name in ("src", "href"):
            assert value.startswith("data:image/")
    css = re.search("<style>(.*?)</style>", source, re.S)[1]
    assert not re.search(r"url\(|@import|//|http", css)


def test_the_policy_allows_only_the_pages_own_parts(source) -> None:
    policy = re.search('Content-Security-Policy" content="([^"]+)"', source)[1]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy


def test_labels_names_and_notes_stay_text(source) -> None:
    text = Page(source).text
    for expected in (SCRIPT, f"{SCRIPT}.png", ENDING, MANY_SCRIPTS, "Title <i>&</i> Заголовок"):
        assert expected in text
    assert "First <b>paragraph</b>,\nits second line." in text
    assert source.count("<script") == 1
    assert source.count("</script") == 1
    assert "<!--" not in source


def test_the_page_holds_the_explanations_and_their_facts(source, report) -> None:
    text = Page(source).text
    for expected in (
        "How to read the maps",
        "It does not prove cause",
        "Grad-CAM at features, on its own colour scale",
        report.explanations[0].maps[1].empty_reason,
        report.explanations[0].photo_digest,
        report.explanations[0].model_digest,
    ):
        assert expected in text
    assert source.count("data:image/jpeg") == 6  # two photos, and three maps and one map of them
    assert source.count("data:image/png") == 3  # an empty map has no colour bar


def test_the_manifest_can_be_read_back(source, report) -> None:
    manifest = json.loads(Page(source).data)
    assert manifest["title"] == report.title
    assert [e["look"]["scale"] for e in manifest["explanations"]] == ["each", "each"]
    labels = [p["label"] for p in manifest["explanations"][0]["predictions"]]
    assert set(labels) == {SCRIPT, ENDING, MANY_SCRIPTS}


def test_the_same_report_gives_the_same_page(source, report) -> None:
    assert html(report) == source
