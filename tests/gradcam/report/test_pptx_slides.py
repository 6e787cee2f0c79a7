"""The slides hold everything, and nothing on them overlaps."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from itertools import combinations
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Inches

from gradcam.report import Report, slides
from gradcam.report.pptx_slides import arrange

from .conftest import MANY_SCRIPTS, SCRIPT


def opened(report: Report):
    return Presentation(BytesIO(slides(report)))


def pictures(slide) -> list:
    return [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]


def words(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_a_title_slide_and_one_slide_per_photo(report) -> None:
    deck = opened(report)
    title, first, second = deck.slides
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=1e-3)
    assert title.shapes.title.text == report.title
    assert "First <b>paragraph</b>" in words(title)
    assert first.shapes.title.text.startswith("The model’s best guess is “<script>")
    assert len(pictures(first)) == 5  # photo, three maps, colour bar
    assert len(pictures(second)) == 3


def test_labels_reasons_and_methods_are_on_the_slide(report, result) -> None:
    text = words(opened(report).slides[1])
    for expected in (SCRIPT[:20], MANY_SCRIPTS, "memory/numpy · features · Grad-CAM"):
        assert expected in text
    assert result.maps[1].empty_reason in text


def test_pictures_have_alternative_texts(report) -> None:
    with ZipFile(BytesIO(slides(report))) as file:
        slide = ElementTree.fromstring(file.read("ppt/slides/slide2.xml"))
    described = [element.get("descr") for element in slide.iter() if element.get("descr")]
    assert described[:2] == [f"{SCRIPT}.png", f"Map of {SCRIPT}"]


def test_the_notes_hold_the_facts_and_the_reading_guide(report, result) -> None:
    notes = opened(report).slides[1].notes_slide.notes_text_frame.text
    for expected in ("How to read the maps", "It does not prove cause", result.photo_digest,
                     result.model_digest, f"Predictions by memory/numpy: {SCRIPT}"):  # fmt: skip
        assert expected in notes


def test_nothing_leaves_the_slide_or_overlaps(report, result) -> None:
    wide = replace(result, maps=result.maps * 2, photo_digest="other")
    deck = opened(replace(report, explanations=(*report.explanations, wide)))
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height
        for one, other in combinations(slide.shapes, 2):
            apart = (
                one.left + one.width <= other.left + 1000
                or other.left + other.width <= one.left + 1000
                or one.top + one.height <= other.top + 1000
                or other.top + other.height <= one.top + 1000
            )
            assert apart, (one.name, other.name)


def test_the_captions_of_a_very_narrow_photo_are_readable(sliver) -> None:
    _, page = opened(Report("", "", (sliver,))).slides
    texts = [shape for shape in page.shapes if shape.has_text_frame]
    (caption,) = (shape for shape in texts if shape.text_frame.text == "Photo 1")
    (label,) = (shape for shape in texts if shape.text_frame.text.startswith("red"))
    assert all(shape.width >= Inches(1.5) - 1 for shape in (caption, label))


@pytest.mark.parametrize("aspect", [1 / 40, 0.2, 0.6, 1, 1.5, 3, 8, 40])
@pytest.mark.parametrize("panels", [0, 1, 2, 3, 4])
def test_photos_and_panels_of_any_shape_fit(aspect: float, panels: int) -> None:
    photo, places = arrange(aspect, panels)
    assert len(places) == panels
    for box in (photo, *places):
        assert box.width / box.height == pytest.approx(aspect)
        assert box.left >= 0.6 - 1e-6
        assert box.left + box.width <= 13.333 - 0.6 + 1e-6
        assert box.top + box.height + 0.6 <= 6.75
    assert len({round(box.width, 6) for box in places}) <= 1
    assert all(photo.width >= box.width - 1e-6 for box in places)
