"""The slides: everything on the slide, nothing on top of anything else."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from itertools import combinations

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from gradcam.report import Report, slides
from gradcam.report.pptx_slides import arrange

from .conftest import MANY_SCRIPTS, SCRIPT


def opened(report: Report):
    return Presentation(BytesIO(slides(report)))


def pictures(slide) -> list:
    return [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]


def words(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_a_title_and_one_slide_a_photo(report) -> None:
    deck = opened(report)
    title, first, second = deck.slides
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=1e-3)
    assert title.shapes.title.text == report.title
    assert "First <b>paragraph</b>" in words(title)
    assert first.shapes.title.text.startswith("The model’s best guess is “<script>")
    assert len(pictures(first)) == 5  # photo, three maps, colour bar
    assert len(pictures(second)) == 3


def test_labels_reasons_and_makers_are_on_the_slide(report, result) -> None:
    said = words(opened(report).slides[1])
    for expected in (SCRIPT[:20], MANY_SCRIPTS, "memory/numpy · features · Grad-CAM"):
        assert expected in said
    assert result.maps[1].empty_reason in said


def test_pictures_say_what_they_are(report) -> None:
    described = [p._element.nvPicPr.cNvPr.get("descr") for p in pictures(opened(report).slides[1])]
    assert described[:2] == [f"{SCRIPT}.png", f"Map of {SCRIPT}"]


def test_the_notes_hold_the_facts_and_how_to_read(report, result) -> None:
    notes = opened(report).slides[1].notes_slide.notes_text_frame.text
    for expected in ("How to read the maps", "It is no proof of cause", result.photo_digest,
                     result.model_digest, f"Predictions of memory/numpy: {SCRIPT}"):  # fmt: skip
        assert expected in notes


def test_nothing_leaves_its_slide_or_lies_on_another(report, result) -> None:
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


def test_words_below_a_sliver_are_not_a_letter_a_line(sliver) -> None:
    _, page = opened(Report("", "", (sliver,))).slides
    said = [shape for shape in page.shapes if shape.has_text_frame]
    (caption,) = (shape for shape in said if shape.text_frame.text == "Photo 1")
    (label,) = (shape for shape in said if shape.text_frame.text.startswith("red"))
    assert all(shape.width >= 914_400 * 1.5 - 1 for shape in (caption, label))  # in a 914,400th


@pytest.mark.parametrize("aspect", [1 / 40, 0.2, 0.6, 1, 1.5, 3, 8, 40])
@pytest.mark.parametrize("panels", [0, 1, 2, 3, 4])
def test_any_photo_finds_its_place(aspect: float, panels: int) -> None:
    photo, places = arrange(aspect, panels)
    assert len(places) == panels
    for box in (photo, *places):
        assert box.width / box.height == pytest.approx(aspect)
        assert box.left >= 0.6 - 1e-6
        assert box.left + box.width <= 13.333 - 0.6 + 1e-6
        assert box.top + box.height + 0.6 <= 6.75
    assert len({round(box.width, 6) for box in places}) <= 1
    assert all(photo.width >= box.width - 1e-6 for box in places)
