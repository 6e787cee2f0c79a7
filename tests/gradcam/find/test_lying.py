"""Where heat lies, in numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam.find.lying import GRID, LONGEST, lying, reduced, texture


def one_cell(row: int, column: int) -> np.ndarray:
    heat = np.zeros((GRID, GRID), np.float32)
    heat[row, column] = 1
    return heat


def test_heat_in_one_corner() -> None:
    found = lying(one_cell(GRID - 1, 0))
    assert found.border == found.lower_left == 1
    assert found.upper_left == found.upper_right == found.lower_right == 0
    assert (found.x, found.y) == (1 / 32, 31 / 32)
    assert found.area == 1 / 256
    assert found.entropy == 0


def test_heat_that_is_equal_everywhere() -> None:
    found = lying(np.full((GRID, GRID), 1 / 256, np.float32))
    assert found.border == pytest.approx(1 - 12 * 12 / 256)
    assert found.upper_left == found.lower_right == pytest.approx(1 / 16)
    assert (found.x, found.y) == (pytest.approx(0.5), pytest.approx(0.5))
    assert found.area == 1
    assert found.entropy == pytest.approx(1)


@pytest.mark.parametrize("side", [1, 2, 7, 10, 16, 24, 64])
def test_a_reduced_map_sums_to_one_and_keeps_its_place(side: int) -> None:
    values = np.full((side, side), -1, np.float32)
    values[-1, 0] = 5
    found = reduced(values)
    assert found is not None
    assert found.sum() == pytest.approx(1, abs=1e-5)
    assert found.argmax() // GRID >= GRID // 2 or side == 1


def test_negative_values_do_not_count() -> None:
    assert reduced(-np.ones((7, 7), np.float32)) is None
    ones = np.ones((3, 7, 7), np.float32)
    assert texture(-np.ones((7, 7), np.float32), ones) is None
    assert texture(np.ones((7, 7), np.float32), 0 * ones) is None


def test_a_texture_is_what_lies_under_the_heat() -> None:
    """All heat at the right: the activations there, (3, 4), scaled to length one."""
    activations = np.float32([[[9, 3]], [[9, 4]]])
    found = texture(np.float32([[0, 2]]), activations)
    np.testing.assert_allclose(found, [0.6, 0.8], atol=1e-6)


def test_long_textures_keep_their_distances() -> None:
    rng = np.random.default_rng(0)
    activations = rng.random((2, 1280, 3, 3), np.float32)
    heat = np.ones((3, 3), np.float32)
    long = [one.mean(axis=(1, 2)) / np.linalg.norm(one.mean(axis=(1, 2))) for one in activations]
    short = [texture(heat, one) for one in activations]
    assert all(one is not None and one.shape == (LONGEST,) for one in short)
    kept = np.linalg.norm(np.subtract(*short)) / np.linalg.norm(np.subtract(*long))
    assert kept == pytest.approx(1, abs=0.15)
