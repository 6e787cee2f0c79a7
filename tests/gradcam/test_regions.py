"""Where a map lies, on arrays small enough to check by eye."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from gradcam import regions
from gradcam.regions import EVERYWHERE, SEVERAL, direction, region, same_place, spread


def drawn(picture: str) -> np.ndarray:
    """A map from rows of digits; a dot is 0."""
    rows = [row.strip().replace(".", "0") for row in picture.strip().splitlines()]
    return np.array([list(map(float, row)) for row in rows], np.float32)


def test_the_examples_hold() -> None:
    assert doctest.testmod(regions, extraglobs={"np": np}).failed == 0


@pytest.mark.parametrize(
    ("y", "x", "words"),
    [
        (0, 0, "at the upper left"),
        (0, 4, "at the top"),
        (4, 4, "in the middle"),
        (4, 3, "left of the centre"),
        (3, 4, "above the centre"),
        (5, 5, "below and right of the centre"),
        (4, 8, "at the right"),
        (8, 0, "at the lower left"),
        (8, 4, "at the bottom"),
    ],
)
def test_one_cell_of_many_is_a_small_spot(y: int, x: int, words: str) -> None:
    heat = np.full((9, 9), 0.001, np.float32)
    heat[y, x] = 1
    assert region(heat) == f"in a small spot {words}"


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        ("999..\n999..\n.....\n.....\n.....", "at the upper left"),
        (".....\n.....\n.....\n99999\n99999", "across the lower half"),
        ("99...\n99...\n99...\n99...\n99...", "across the left half"),
        ("......\n......\n......\n......\n......\n999999", "along the lower edge"),
        (".....9\n.....9\n.....9\n.....9\n.....9\n......", "along the right edge"),
        ("......\n......\n999999\n999999\n......\n......", "in a band across the middle"),
        ("..99..\n..99..\n..99..\n..99..\n..99..\n..99..", "in a band down the middle"),
        ("9......\n.......\n.......\n.......\n.......\n.......\n......9",
         "in two small spots, at the upper left and at the lower right"),
        ("99.....\n99.....\n.......\n.......\n.......\n.....99\n.....99",
         "in two places, at the upper left and at the lower right"),
        ("9.....9\n.......\n.......\n...9...\n.......\n.......\n9.....9", SEVERAL),
        ("999\n999\n999", EVERYWHERE),
        ("99999\n9...9\n9...9\n9...9\n99999", EVERYWHERE),
        ("...\n...\n...", ""),
    ],
)  # fmt: skip
def test_shapes(picture: str, words: str) -> None:
    assert region(drawn(picture)) == words


def test_a_weak_remainder_does_not_count() -> None:
    """Half of the total is 5.5, so the 9 alone is the core."""
    assert region(drawn("..9\n...\n.11")) == "at the upper right"


def test_evidence_against_does_not_count() -> None:
    assert region(drawn("9..\n...\n...") - 2 * drawn("..9\n..9\n..9")) == "at the upper left"


@pytest.mark.parametrize("size", [(7, 7), (50, 40), (224, 224), (3, 400)])
def test_a_finer_map_gets_the_same_words(size: tuple[int, int]) -> None:
    heat = np.zeros(size, np.float32)
    heat[: size[0] // 3, -(size[1] // 3) :] = 1
    assert region(heat) == "at the upper right"


def test_another_map_with_the_same_words_sharpens_them() -> None:
    upper = drawn("99....\n99....\n......\n......\n......\n......")
    lower = np.roll(upper, 1, axis=0)
    assert region(lower) == region(upper) == "at the upper left"
    assert region(lower, [upper]) == "at the upper left, further down"
    assert region(upper, [lower]) == "at the upper left, further up"
    assert region(upper, [upper]) == "at the upper left"
    assert region(upper, [upper[:, ::-1]]) == "at the upper left"


def test_directions_are_shares_of_the_photo() -> None:
    """One of ten cells is a tenth of the photo, one of twenty is too little to speak of."""
    for cells, words in ((10, "further to the right"), (20, "")):
        heat = np.zeros((cells, cells), np.float32)
        heat[4, 4] = 1
        assert direction(np.roll(heat, 1, axis=1), heat) == words


def test_the_same_place_is_most_of_both() -> None:
    one = drawn("99..\n99..")
    assert same_place(one, 0.1 * one)
    assert not same_place(one, drawn("..99\n..99"))
    # Two columns each and one in common: a third of what they cover together.
    assert not same_place(one, drawn(".99.\n.99."))


def test_the_spread_is_where_half_of_the_map_lies() -> None:
    """Half of four equal cells is two of them; of 3 + 1 + 0 + 0 one cell holds more than half."""
    assert spread(np.float32([[1, 1], [1, 1]])) == 1  # equal cells come all or none
    assert spread(np.float32([[3, 1], [0, 0]])) == 0.25
    assert spread(np.float32([[0, -1], [0, 0]])) == 0
