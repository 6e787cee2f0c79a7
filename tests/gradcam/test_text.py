"""Numbers as people read them, the same in Python and in the browser."""

from __future__ import annotations

import doctest
import json
from pathlib import Path

import numpy as np

from gradcam import text
from tests.nasty import nasty, unclosed, wrong

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


def test_text_from_outside_is_one_printable_line() -> None:
    for given in nasty(1, 2000):
        line = text.one_line(given)
        assert not wrong(line), ascii(given)
        assert not set(line) & set("\u2066\u2067\u2068\u2069")
        assert len(line) <= 240
        assert line.encode().decode() == line
        assert text.one_line(line) == line


def test_a_file_name_keeps_its_ending() -> None:
    for given in nasty(2, 500):
        name = text.file_name(given + ".jpg")
        assert not wrong(name), ascii(given)
        assert len(name) <= 200
        assert name.endswith(".jpg")
        assert text.file_name(name) == name
    assert text.file_name("\n") == "unnamed"


def test_paragraphs_keep_their_breaks_and_nothing_else() -> None:
    for given in nasty(3, 2000):
        whole = text.printable(given)
        assert not wrong(whole, "\n\t"), ascii(given)
        assert not unclosed(whole)
        assert text.printable(whole) == whole


def test_what_reads_from_right_to_left_stays_where_it_is() -> None:
    for given in nasty(4, 1000):
        said = f"It says {text.isolated(text.one_line(given))} (50 %)."
        assert text.printable(said) == said
        assert not unclosed(said)
    assert "\u2068" in text.isolated("cat חתול")
    assert "\u2068" not in text.isolated("猫")


def test_a_cell_is_no_formula() -> None:
    for given in nasty(5, 1000):
        cell = text.cell(text.one_line(given))
        assert cell.lstrip()[:1] not in set("=+-@\uff1d\uff0b\uff0d\uff20"), ascii(given)
    assert text.cells([-1.5, "-1.5", None]) == [-1.5, "'-1.5", None]


def test_marks_cannot_climb_over_the_lines_above() -> None:
    assert len(text.one_line("Z" + "\u0301" * 400)) == 5
    assert text.one_line("Tiếng Việt, עִבְרִית") == "Tiếng Việt, עִבְרִית"
