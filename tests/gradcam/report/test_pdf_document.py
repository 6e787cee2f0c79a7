"""The PDF has real text, on the right pages."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from gradcam.report import Report, pdf

from .conftest import ENDING, SCRIPT


def pages(report: Report) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf(report))).pages]


def test_photos_in_order_and_the_details_at_the_end(report) -> None:
    first, *others = pages(report)
    assert "Title <i>&</i> Заголовок" in first
    assert f"{SCRIPT}.png" in first
    assert "First <b>paragraph</b>" in first
    rest = "\n".join(others)
    assert rest.index("Photo 2") < rest.index("How to read the maps")
    assert report.explanations[1].photo_digest in rest


@pytest.mark.parametrize("photos", [1, 2, 3, 4])
def test_no_page_is_nearly_empty(result, photos: int) -> None:
    """Text or a picture's caption reaches below the upper third of each.

    With more photos the table of facts is longer than a page, and its rest may be short.
    """
    many = tuple(replace(result, photo_digest=str(n)) for n in range(photos))
    names = tuple(f"{n}.png" for n in range(photos))
    document = PdfReader(BytesIO(pdf(Report("Title", "", many, names=names))))
    assert len(document.pages) <= photos + 1
    for page in document.pages:
        assert _used(page) > 1 / 3


def _used(page) -> float:
    """How far down a page its text reaches, without its number."""
    heights: list[float] = []
    page.extract_text(
        visitor_text=lambda text, cm, tm, *_: (
            heights.append(cm[3] * tm[5] + cm[5])
            if text.strip() and len(text.strip()) > 2
            else None
        )
    )
    return 1 - min(heights) / float(page.mediabox.height)


def test_every_label_can_be_copied(report) -> None:
    """Line breaks and spaces aside, since long labels wrap."""
    first = "".join(pages(report)[0].split())
    for expected in (SCRIPT, ENDING, "猫", "Кошка", report.explanations[0].maps[1].empty_reason):
        assert "".join(expected.split()) in first


def test_title_page_numbers_and_pictures(report) -> None:
    document = PdfReader(BytesIO(pdf(report)))
    assert document.metadata.title == report.title
    assert all(page.mediabox.width < page.mediabox.height for page in document.pages)
    assert [page.extract_text().splitlines()[0] for page in document.pages] == ["1", "2", "3"]
    assert len(document.pages[0].images) == 5  # the photo, three maps, one colour bar for all


def test_the_same_report_gives_the_same_file(report) -> None:
    assert pdf(report) == pdf(report)


def test_the_caption_of_a_very_narrow_photo_is_readable(sliver) -> None:
    first, *_ = pages(Report("", "", (sliver,)))
    assert "20 × 800 pixels; the model" in first


@pytest.mark.timeout(60)
def test_nothing_is_too_long_for_a_page(report, result) -> None:
    """Many pages of notes, endless labels and layer names, more maps than fit on a page."""
    long = replace(result.maps[0].prediction, label="x" * 5000)
    endless = replace(result.maps[0], prediction=long, layer="y" * 5000)
    many = replace(result, maps=(endless, *result.maps) * 8, predictions=(long,) * 6)
    assert len(pages(replace(report, explanations=(many,), notes="word " * 9000))) > 10
