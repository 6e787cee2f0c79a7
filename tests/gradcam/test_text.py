"""Numbers as people read them, the same in Python and in the browser."""

from __future__ import annotations

import doctest
import json
from pathlib import Path

import numpy as np

from gradcam import text

FIGURES = Path(__file__).parents[1] / "components" / "viewer" / "figures.json"


def test_the_examples_hold() -> None:
    assert doctest.testmod(text).failed == 0


def test_figures_are_those_of_the_browser() -> None:
    for value, words in json.loads(FIGURES.read_text("utf-8")):
        assert text.figures(value) == words


def test_figures_of_what_is_no_number_do_not_fail() -> None:
    assert [text.figures(v) for v in (-0.0, float("nan"), -float("inf"))] == [
        "0",
        "NaN",
        "−Infinity",
    ]
    assert text.figures(np.float32(1210.4)) == "1,210"


def test_a_rough_percentage_never_claims_nothing_or_all() -> None:
    shares = (0.0, 1e-9, 0.0099, 0.01, 0.5051, 0.99, 0.9901, 1 - 1e-9, 1.0)
    assert [text.rough_percent(share) for share in shares] == [
        "0 %", "less than 1 %", "less than 1 %", "1 %", "51 %", "99 %", "over 99 %", "over 99 %",
        "100 %",
    ]  # fmt: skip
