"""The report's general sentences, and the examples in its docstrings."""

from __future__ import annotations

import doctest
from dataclasses import replace
from types import ModuleType

import pytest

from gradcam.report import Look, pdf_flow, words
from gradcam.text import one_line


@pytest.mark.parametrize("module", [words, pdf_flow], ids=lambda m: m.__name__)
def test_the_examples_hold(module: ModuleType) -> None:
    import numpy as np

    assert doctest.testmod(module, extraglobs={"np": np}).failed == 0


def test_one_line_keeps_only_printable_text() -> None:
    assert one_line("a\x00b\tc\n d\ud800\u202ee\ufffe") == "a�b c d�e�"
    assert len(one_line("x" * 10_000)) == 240


def test_blank_lines_separate_paragraphs() -> None:
    assert words.paragraphs(" one\r\ntwo\n \n\nthree\n") == ("one\ntwo", "three")
    assert words.paragraphs(" \n") == ()


def test_the_scale_in_use_is_explained(report) -> None:
    assert "own colour scale" in " ".join(words.how_to_read(report))
    shared = replace(report, look=Look(scale="shared", threshold=0.25))
    text = " ".join(words.how_to_read(shared))
    assert "share one colour scale" in text
    assert "Values below 25 % of the scale are not drawn." in text


def test_both_signs_and_the_grid_are_explained(report) -> None:
    text = " ".join(words.how_to_read(report))
    assert "evidence against it is not; colours above the middle" in text
    assert "8 × 8 cells at features" in text


def test_a_class_agnostic_method_says_so(report, result) -> None:
    assert "class-agnostic" not in " ".join(words.limits(report))
    eigen = tuple(replace(m, method="eigencam") for m in result.maps)
    agnostic = replace(report, explanations=(replace(result, maps=eigen),))
    assert "class-agnostic" in " ".join(words.limits(agnostic))


def test_methods_with_one_formula_do_not_confirm_each_other(report, result) -> None:
    """Before a global average, two of the methods are the same formula."""
    alike = [replace(m, uniform_gradient=True) for m in result.maps]
    other = [replace(m, method="hirescam") for m in alike]
    both = replace(report, explanations=(replace(result, maps=(*alike, *other)),))
    assert "are the same formula: Grad-CAM, HiResCAM." in " ".join(words.limits(both))
