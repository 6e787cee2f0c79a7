"""Scaling, upsampling and placing maps, on numbers small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam.saliency import heat, place
from gradcam.types import Window


def test_heat_by_hand() -> None:
    """Negative values are dropped, and the largest value becomes 1."""
    np.testing.assert_array_equal(heat(np.float32([[-4, 0], [1, 2]])), [[0, 0], [0.5, 1]])


def test_heat_above_a_shared_scale_is_clipped_to_one() -> None:
    values = np.float32([[1, 8]])
    np.testing.assert_array_equal(heat(values, scale=4), [[0.25, 1]])


def test_each_sign_by_hand() -> None:
    """The largest evidence becomes 1: 4 against the class, 2 for it."""
    values = np.float32([[-4, 0], [1, 2]])
    np.testing.assert_array_equal(heat(values, sign="abs"), [[1, 0], [0.25, 0.5]])
    np.testing.assert_array_equal(heat(values, sign="against"), [[1, 0], [0, 0]])
    np.testing.assert_array_equal(heat(values, sign="both"), [[-1, 0], [0.25, 0.5]])
    np.testing.assert_array_equal(heat(values, 2, "both"), [[-1, 0], [0.5, 1]])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("values", [[[0, 0]], [[-1, -2]], [[1e-45, 0]], [[3e38, 3e38]]])
def test_no_contrast_is_invented_and_nothing_divides_by_zero(values) -> None:
    found = heat(np.float32(values))
    assert np.isfinite(found).all()
    assert found.max() == (1 if np.max(values) > 0 else 0)
    assert not heat(np.float32(values), scale=0).any()


def test_upsampling_by_hand() -> None:
    """Two cells over four pixels: centres at -¼, ¼, ¾, 1¼ of a cell, the ends clamped."""
    placed = place(np.float32([[0, 1]]), Window(0, 0, 4, 1), (1, 4))
    np.testing.assert_allclose(placed, [[0, 0.25, 0.75, 1]])


def test_outside_the_window_the_map_is_zero() -> None:
    placed = place(np.ones((2, 2), np.float32), Window(2, 1, 4, 3), (4, 6))
    expected = np.zeros((4, 6))
    expected[1:3, 2:4] = 1
    np.testing.assert_array_equal(placed, expected)


def test_a_window_that_extends_beyond_the_photo() -> None:
    """Padding above and below: the photo shows the middle rows of the map."""
    column = np.float32([[0], [0.25], [0.5], [1]])
    np.testing.assert_array_equal(place(column, Window(0, -1, 1, 3), (2, 1)), [[0.25], [0.5]])


@pytest.mark.parametrize("size", [(5, 9), (7, 7)])
def test_placing_agrees_with_the_framework(size) -> None:
    """If the window is the whole photo, placing equals torch's half-pixel bilinear resizing."""
    import torch

    values = np.random.default_rng(0).random((4, 3), np.float32)
    theirs = torch.nn.functional.interpolate(
        torch.from_numpy(values)[None, None], size, mode="bilinear", align_corners=False
    )[0, 0]
    ours = place(values, Window(0, 0, size[1], size[0]), size)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_one_cell_fills_its_window() -> None:
    placed = place(np.ones((1, 1), np.float32), Window(0, 0, 3, 3), (3, 3))
    np.testing.assert_array_equal(placed, np.ones((3, 3)))
