"""The report's words and numbers."""

from __future__ import annotations

import doctest
from dataclasses import replace
from types import ModuleType

import pytest

from gradcam.report import Look, words
from gradcam.report import pdf_flow as fonts
from gradcam.report import words as takeaway


@pytest.mark.parametrize("module", [words, takeaway, fonts], ids=lambda m: m.__name__)
def test_the_examples_hold(module: ModuleType) -> None:
    import numpy as np

    assert doctest.testmod(module, extraglobs={"np": np}).failed == 0


def test_one_line_holds_only_what_can_be_printed() -> None:
    assert words.one_line("a\x00b\tc\n d\ud800\u202ee\ufffe") == "ab c de"
    assert len(words.one_line("x" * 10_000)) == 240


def test_blank_lines_part_the_notes() -> None:
    assert words.paragraphs(" one\r\ntwo\n \n\nthree\n") == ("one\ntwo", "three")
    assert words.paragraphs(" \n") == ()


def test_the_scale_in_use_is_the_one_explained(report) -> None:
    assert "own colour scale" in " ".join(words.how_to_read(report))
    shared = replace(report, look=Look(scale="shared", threshold=0.25))
    said = " ".join(words.how_to_read(shared))
    assert "share one colour scale" in said
    assert "below 25 %" in said


def test_both_signs_and_the_grid_are_explained(report) -> None:
    said = " ".join(words.how_to_read(report))
    assert "evidence against it is not; colours above the middle" in said
    assert "8 × 8 cells at features" in said


def test_a_class_agnostic_method_says_so(report, result) -> None:
    assert "class-agnostic" not in " ".join(words.limits(report))
    eigen = tuple(replace(m, method="eigencam") for m in result.maps)
    agnostic = replace(report, explanations=(replace(result, maps=eigen),))
    assert "class-agnostic" in " ".join(words.limits(agnostic))


def test_equal_maps_do_not_confirm_each_other(report, result) -> None:
    """At a last layer before an average, two methods are one formula."""
    alike = [replace(m, uniform_gradient=True) for m in result.maps]
    other = [replace(m, method="hirescam") for m in alike]
    both = replace(report, explanations=(replace(result, maps=(*alike, *other)),))
    assert "Grad-CAM, HiResCAM: at the last layer" in " ".join(words.limits(both))
