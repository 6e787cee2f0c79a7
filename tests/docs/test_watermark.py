"""docs/watermark.md holds what was asked of it, and its command runs on the photos that ship."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gradcam
from components.samples import load
from gradcam.marks import mask
from studies import watermark

PAGE = watermark.PAGE.read_text(encoding="utf-8")


def row(name: str, table: int) -> list[str]:
    """The cells of a row of one of the page's tables, the n-th that has this row."""
    found = [line for line in PAGE.splitlines() if line.startswith(f"| {name} |")]
    return [cell.strip() for cell in found[table].strip("|").split("|")]


def number(cell: str) -> float:
    return float(re.search(r"[\d.]+", cell)[0])  # type: ignore[index]


def test_it_was_measured_on_many_photos() -> None:
    found = re.search(r"Measured on (\d+) photos", PAGE)
    assert found
    assert int(found[1]) >= watermark.ENOUGH


@pytest.mark.parametrize("opacity", watermark.OPACITIES)
def test_carton_rises_and_its_map_moves(opacity: float) -> None:
    name = f"{watermark.TEXT} at {opacity}"
    _, factor, rises, _, rank, _, _ = row(name, 0)
    assert number(factor) > 10
    assert number(rises) > 90
    assert number(rank) < number(row("nothing", 0)[4]) / 5
    _, mass, moves, even = row(name, -1)
    before, after = map(number, mass.split("→"))
    assert after > 1.5 * before
    assert number(moves) > 75
    assert number(even) == 15  # 216 · 36 of 224 · 224 pixels


def test_it_is_the_strokes_and_not_any_white_text() -> None:
    text = number(row(f"{watermark.TEXT} at 0.5", 1)[1])
    names = list(watermark.controls(mask("characters")))
    factors = [number(row(name, 0)[1]) for name in names]
    assert min(factors[:2]) > text / 2  # turned round, it works as well
    assert max(factors[2:]) < text / 2
    assert factors[-1] == pytest.approx(1, abs=0.2)  # the veil


def test_the_controls_have_the_same_ink_in_the_same_place() -> None:
    text = mask("characters")
    for name, shape, opacity in list(watermark._laid())[len(watermark.OPACITIES) :]:
        assert shape.shape == text.shape, name
        assert 0.5 * text.mean() == pytest.approx(opacity * shape.mean(), rel=0.01), name
        assert opacity <= 1
    mixed = watermark.shuffled(text)
    np.testing.assert_array_equal(np.sort(mixed, axis=None), np.sort(text, axis=None))
    assert (mixed != text).mean() > 0.2


def test_it_runs_on_the_photos_that_ship() -> None:
    clf = gradcam.load_model(watermark.MODEL)
    measured = [watermark.measure(clf, load(sample)) for sample in ("coffee", "rocket")]
    for one in measured:
        assert watermark.factor(one, f"{watermark.TEXT} at 0.5") > 10
    text = watermark.page("two photos", measured)
    headings = re.compile(r"^(?:#|\| laid).*$", re.MULTILINE)
    assert headings.findall(text) == headings.findall(PAGE)
    assert "Measured on two photos" in text
