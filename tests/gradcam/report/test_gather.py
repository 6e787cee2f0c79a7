"""How a report's contents are gathered."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam.backends.numpy import NumpyClassifier
from gradcam.drawing.pictures import panel_picture, shrink, thin
from gradcam.report import Look, Report, html, pdf, slides
from gradcam.report.content import Contents, Panel
from gradcam.report.gather import gather

from .conftest import ENDING, MANY_SCRIPTS, SCRIPT

ROOT = Path(__file__).parents[3]


def test_each_photo_gets_one_section_for_all_its_maps(result, signed) -> None:
    other = replace(result, model="other/model", maps=result.maps[:1])
    contents = gather(Report("", "", (result, signed, other), names=("a.png", "", "a.png")))
    assert [section.name for section in contents.sections] == ["a.png", "Photo 2"]
    first = contents.sections[0]
    assert len(first.panels) == 4
    assert [g.model for g in first.guesses] == ["numpy", "model"]
    assert first.panels[3].made == "model, Grad-CAM at features"
    assert first.large is None
    assert contents.title == "Where the model looks"


def _in_order(contents: Contents) -> list[Panel]:
    """The first photo's maps of red, green and blue; the report sorts them by probability."""
    panels = {panel.label: panel for panel in contents.sections[0].maps}
    return [panels[label] for label in (SCRIPT, ENDING, MANY_SCRIPTS)]


def test_the_most_probable_of_the_maps_is_large_and_the_others_follow(result) -> None:
    """Red, then blue, then green, however they were asked for."""
    backwards = replace(result, maps=result.maps[::-1])
    (section,) = gather(Report("", "", (backwards,))).sections
    assert section.large.label == SCRIPT
    assert [panel.label for panel in section.panels] == [MANY_SCRIPTS, ENDING]
    assert section.sentence.startswith("numpy says “<script>alert(1)</script>”")


def test_maps_that_compare_are_equal_and_called_by_what_differs(result) -> None:
    red = result.maps[0]
    layers = replace(result, maps=(red, replace(red, layer="later")))
    (section,) = gather(Report("", "", (layers,))).sections
    assert section.large is None
    assert [panel.label for panel in section.panels] == ["features", "later"]
    assert section.panels[1].made == f"{SCRIPT}, Grad-CAM at later"


def test_the_same_facts_of_several_explanations_are_stated_once(result) -> None:
    """As where methods are compared."""
    hires = replace(result, maps=tuple(replace(m, method="hirescam") for m in result.maps[:1]))
    (section,) = gather(Report("", "", (result, hires))).sections
    (facts,) = section.facts
    assert [row[4] for row in facts.maps] == ["Grad-CAM", "Grad-CAM", "Grad-CAM", "HiResCAM"]


def test_copies_under_other_names_get_their_own_sections(result) -> None:
    other = replace(result, maps=result.maps[:1])
    names = ("a.png", "b.png", "a.png", "")
    contents = gather(Report("", "", (result, result, other, other), names=names))
    assert [(s.name, len(s.maps)) for s in contents.sections] == [("a.png", 5), ("b.png", 3)]


def test_a_thin_explanation_gives_the_same_contents() -> None:
    """Size, frame and maps refer to the photo that was explained, not to its thumbnail."""
    network = NumpyClassifier(np.eye(3), np.eye(3), size=8)
    large = gradcam.explain(network, np.full((1000, 2400, 3), 90, np.uint8), classes=[0])
    small = thin(large)
    assert small.photo.shape == (333, 800, 3)
    assert small.photo_size == large.photo_size == (1000, 2400)
    assert gather(Report("", "", (small,))) == gather(Report("", "", (large,)))
    assert "2400 × 1000 pixels" in gather(Report("", "", (small,))).sections[0].caption


@pytest.mark.parametrize("write", [html, pdf, slides])
def test_hostile_text_in_a_loaded_explanation_can_be_written(result, write) -> None:
    text = "<b> \0\x0b\ud800\u202e\ufffe 猫 " + "x" * 3000
    prediction = replace(result.predictions[0], label=text)
    one = replace(result.maps[0], prediction=prediction, layer=text, method=text,
                  parameters={text: text})  # fmt: skip
    odd = replace(result, model=text, model_digest=text, versions={text: text}, maps=(one,),
                  predictions=(prediction,))  # fmt: skip
    written = write(Report(text, text, (odd,), names=(text,)))
    assert len(written.encode() if isinstance(written, str) else written) > 10_000


def test_own_scales_end_at_each_maps_peak(report, result) -> None:
    red, green, blue = _in_order(gather(report))
    assert red.ends == ("0", red.peak)
    assert blue.ends == ("0", blue.peak)
    assert red.peak != blue.peak
    assert green.ends == ()
    assert green.empty == result.maps[1].empty_reason


def test_a_shared_scale_ends_at_the_largest_peak_of_all(report) -> None:
    red, _, blue = _in_order(gather(replace(report, look=Look(scale="shared"))))
    assert blue.ends == red.ends
    assert blue.scale == "the shared colour scale"


def test_a_two_signed_scale_has_zero_in_the_middle(report) -> None:
    (panel,) = gather(report).sections[1].maps
    assert panel.ends == (f"−{panel.peak}", "0", panel.peak)


def test_facts_shared_by_all_maps_are_stated_once(report) -> None:
    contents = gather(report)
    assert "Preprocessing" in dict(contents.common)
    facts = dict(contents.sections[0].facts[0].rows)
    assert "Preprocessing" not in facts
    assert facts["Photo SHA-256"] == report.explanations[0].photo_digest
    assert facts["Seen by the model"] == "x from 30.0 to 90.0, y from 0.0 to 60.0 (photo pixels)"


def test_changed_options_are_named(result) -> None:
    options = {"gamma": 0.9, "nearest": 3}
    finer = replace(result.maps[0], method="finercam", parameters=options)
    (section,) = gather(Report("", "", (replace(result, maps=(finer,)),))).sections
    assert section.large.made == "Finer-CAM (gamma 0.9) at features"
    assert "Finer-CAM (gamma 0.9, nearest 3)" in section.facts[0].maps[0]


def test_a_report_without_explanations_is_an_error() -> None:
    with pytest.raises(gradcam.GradcamError, match="nothing to report"):
        gather(Report("", "", ()))


def test_a_small_panel_is_the_shrunken_overlay() -> None:
    """The photo is one flat colour, so only the map shapes the picture, at any size."""
    network = NumpyClassifier(np.eye(3), np.eye(3), size=8)
    grey = np.full((600, 1200, 3), 90, np.uint8)
    (large,) = gradcam.explain_batch(network, [grey], classes=[0])
    picture = panel_picture(grey, large.maps[0], Look(), large.maps[0].peak)
    whole = np.asarray(gradcam.overlay(grey, large.maps[0]))
    ours = np.asarray(Image.open(BytesIO(picture.jpeg)))
    assert ours.shape == (320, 640, 3)
    # Stay inside the frame and allow for JPEG's losses.
    box = (slice(20, -20), slice(180, -180))
    assert np.abs(ours[box].astype(int) - shrink(whole, 640)[box]).max() < 12


def test_importing_reports_imports_no_heavy_library() -> None:
    heavy = ["reportlab", "pptx", "matplotlib", "torch", "tensorflow", "streamlit"]
    code = f"import sys, gradcam.report; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
