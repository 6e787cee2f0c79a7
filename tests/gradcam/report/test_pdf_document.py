"""The PDF: real text on the pages it should be on."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from gradcam.report import Report, pdf

from .conftest import ENDING, SCRIPT


def pages(report: Report) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf(report))).pages]


def test_a_page_for_each_photo_and_one_for_how(report) -> None:
    first, second, how = pages(report)
    assert "Title <i>&</i> Заголовок" in first
    assert f"{SCRIPT}.png" in first
    assert "First <b>paragraph</b>" in first
    assert "Photo 2" in second
    assert "How to read the maps" in how
    assert report.explanations[1].photo_digest in how


def test_every_label_can_be_copied(report) -> None:
    """Whatever lines they are broken into."""
    first = "".join(pages(report)[0].split())
    for said in (SCRIPT, ENDING, "猫", "Кошка", report.explanations[0].maps[1].empty_reason):
        assert "".join(said.split()) in first


def test_it_says_what_it_is(report) -> None:
    document = PdfReader(BytesIO(pdf(report)))
    assert document.metadata.title == report.title
    assert all(page.mediabox.width < page.mediabox.height for page in document.pages)
    assert [page.extract_text().splitlines()[0] for page in document.pages] == ["1", "2", "3"]
    assert len(document.pages[0].images) == 5  # the photo, three maps, one colour bar for all


def test_the_same_report_is_the_same_file(report) -> None:
    assert pdf(report) == pdf(report)


def test_words_below_a_sliver_are_not_a_letter_a_line(sliver) -> None:
    first, *_ = pages(Report("", "", (sliver,)))
    assert "20 × 800 pixels; the model" in first


@pytest.mark.timeout(60)
def test_nothing_is_too_long_for_a_page(report, result) -> None:
    """Notes of many pages, labels and layers without end, more maps than a page holds."""
    long = replace(result.maps[0].prediction, label="x" * 5000)
    endless = replace(result.maps[0], prediction=long, layer="y" * 5000)
    many = replace(result, maps=(endless, *result.maps) * 8, predictions=(long,) * 6)
    assert len(pages(replace(report, explanations=(many,), notes="word " * 9000))) > 10
