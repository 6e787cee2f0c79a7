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
from gradcam.report.pptx_slides import arrange, pair
from gradcam.types import Window

from .conftest import MANY_SCRIPTS, SCRIPT


def opened(report: Report):
    return Presentation(BytesIO(slides(report)))


def pictures(slide) -> list:
    return [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]


def words(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_an_answer_a_slide_and_the_other_maps_behind(report) -> None:
    deck = opened(report)
    title, first, second, others = deck.slides
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=1e-3)
    assert title.shapes.title.text == report.title
    assert "First <b>paragraph</b>" in words(title)
    assert len(pictures(title)) == 2  # both photos' maps
    assert first.shapes.title.text.startswith("numpy says “<script>alert(1)</script>” (")
    assert len(pictures(first)) == len(pictures(second)) == 3  # photo, map, colour bar
    assert others.shapes.title.text == f"{SCRIPT}.png: what else was considered"
    assert len(pictures(others)) == 4  # photo, two maps, colour bar


def test_labels_reasons_and_methods_are_on_the_slides(report, result) -> None:
    _, first, _, others = map(words, opened(report).slides)
    assert SCRIPT[:20] in first
    assert "Grad-CAM at features of numpy, each map on its own scale" in first
    assert MANY_SCRIPTS in others
    assert result.maps[1].empty_reason in others


def test_maps_that_compare_share_a_slide(result) -> None:
    both = replace(result, maps=(*result.maps[:2], replace(result.maps[0], layer="later")))
    _, page = opened(Report("", "", (both,))).slides
    assert len(pictures(page)) == 5  # photo, three maps, colour bar


@pytest.mark.parametrize("size", [(60, 90), (90, 60), (75, 75), (40, 120), (80, 60)])
def test_photo_and_map_fill_the_slide(result, size: tuple[int, int]) -> None:
    """More than a third of it, or a fifth beside bars, whatever the photo's shape."""
    shaped = result.photo[:1, :1].repeat(size[0], 0).repeat(size[1], 1)
    window = Window(0, 0, size[1], size[0])
    maps = tuple(replace(m, photo_size=size, window=window) for m in result.maps[:1])
    deck = opened(Report("", "", (replace(result, photo=shaped, maps=maps),)))
    photo, large, _ = pictures(deck.slides[1])
    assert (photo.width, photo.height) == (large.width, large.height)
    bars = sum(shape.name.startswith("Rectangle") for shape in deck.slides[1].shapes)
    share = 2 * photo.width * photo.height / (deck.slide_width * deck.slide_height)
    assert share > (0.2 if bars else 1 / 3)
    assert bars in (0, 3)


def test_pictures_have_alternative_texts(report) -> None:
    with ZipFile(BytesIO(slides(report))) as file:
        slide = ElementTree.fromstring(file.read("ppt/slides/slide2.xml"))
    described = [element.get("descr") for element in slide.iter() if element.get("descr")]
    assert described[:2] == [f"{SCRIPT}.png", f"Map of {SCRIPT}"]


def test_the_notes_hold_the_facts_and_the_reading_guide(report, result) -> None:
    notes = opened(report).slides[1].notes_slide.notes_text_frame.text
    for expected in ("How to read the maps", "It does not prove cause", result.photo_digest,
                     result.model_digest, f"Predictions by numpy: {SCRIPT}"):  # fmt: skip
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
    label = next(shape for shape in texts if shape.text_frame.text.startswith("red"))
    assert all(shape.width >= Inches(1.5) - 1 for shape in (caption, label))


@pytest.mark.parametrize("aspect", [1 / 40, 0.2, 0.6, 1, 1.5, 3, 8, 40])
@pytest.mark.parametrize("panels", [0, 1, 2, 3, 4, 5, 6])
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


@pytest.mark.parametrize("aspect", [1 / 40, 0.2, 0.6, 1, 1.5, 3, 8, 40])
def test_photos_of_any_shape_fit_beside_their_map(aspect: float) -> None:
    photo, large, rest = pair(aspect)
    assert photo[2:] == large[2:]
    for box in (photo, large):
        assert box.width / box.height == pytest.approx(aspect)
        assert box.left + box.width <= 13.333 - 0.6 + 1e-6
        assert box.top + box.height + 0.6 <= 6.75
    if rest:
        assert rest.left + rest.width == pytest.approx(13.333 - 0.6)
        assert rest.left >= large.left + large.width or rest.top >= large.top + large.height
