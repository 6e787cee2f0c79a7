"""ROAD's imputation, on pictures small enough to solve by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam.metrics.road import imputed, linear, noise
from gradcam.metrics.table import METRICS


def grey(rows: list[list[float]]) -> np.ndarray:
    return np.array(rows, np.float64)[..., None].repeat(3, axis=2)


def test_a_pixel_becomes_the_mean_of_its_neighbours() -> None:
    """Beside it 1/6 each, at its corners 1/12: (2 + 4 + 6 + 8)/6 + (1 + 3 + 7 + 9)/12 = 5."""
    rows = grey([[1, 2, 3], [4, 99, 6], [7, 8, 9]])
    assert linear(rows, np.array([4]))[1, 1].tolist() == pytest.approx([5] * 3)
    uneven = grey([[1, 0, 0], [0, 99, 0], [0, 6, 0]])
    assert linear(uneven, np.array([4]))[1, 1, 0] == pytest.approx(1 / 12 + 6 / 6)


def test_at_the_edge_the_weights_of_the_neighbours_there_are_sum_to_one() -> None:
    """In the corner: 1/6, 1/6 and 1/12 of 5/12, so 0.4·1 + 0.4·2 + 0.2·10 = 3.2."""
    rows = grey([[99, 1, 0], [2, 10, 0], [0, 0, 0]])
    assert linear(rows, np.array([0]))[0, 0, 0] == pytest.approx(3.2)


def test_neighbours_that_are_removed_as_well_are_found_together() -> None:
    """a = b/6 + r and b = a/6 + s give a = (36 r + 6 s)/35, whatever stood there."""
    rows = grey([[0, 0, 0, 0], [6, 9, -9, 12], [0, 0, 0, 0]])
    found = linear(rows, np.array([5, 6]))[1, :, 0]
    r, s = 6 / 6, 12 / 6
    assert found.tolist() == pytest.approx([6, (36 * r + 6 * s) / 35, (36 * s + 6 * r) / 35, 12])


def test_a_slope_is_continued_through_a_hole_and_what_is_left_is_untouched() -> None:
    slope = np.add.outer(np.arange(20) / 40, np.arange(30) / 60)[..., None].repeat(3, axis=2)
    hole = np.zeros((20, 30), bool)
    hole[4:15, 5:25] = True
    hidden = np.where(hole[..., None], 7.0, slope)
    found = linear(hidden, np.flatnonzero(hole))
    np.testing.assert_allclose(found, slope, atol=1e-5)
    np.testing.assert_array_equal(found[~hole], slope[~hole])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_it_solves_the_equations(share: float) -> None:
    """Written out with loops, in float64, and solved by a dense solver."""
    rng = np.random.default_rng(1)
    height, width = 9, 13
    values = rng.random((height, width, 3))
    removed = rng.permutation(height * width)[: int(share * height * width)]
    where = {int(pixel): n for n, pixel in enumerate(removed)}
    A, b = np.zeros((len(removed),) * 2), np.zeros((len(removed), 3))
    for pixel, n in where.items():
        y, x = divmod(pixel, width)
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                there = (y + down, x + right)
                if (down, right) == (0, 0) or not (
                    0 <= there[0] < height and 0 <= there[1] < width
                ):
                    continue
                weight = 1 / 12 if down and right else 1 / 6
                A[n, n] += weight
                neighbour = there[0] * width + there[1]
                if neighbour in where:
                    A[n, where[neighbour]] -= weight
                else:
                    b[n] += weight * values[there]
    expected = values.copy()
    expected.reshape(-1, 3)[removed] = np.linalg.solve(A, b)
    np.testing.assert_allclose(linear(values, removed), expected, atol=1e-5)


def test_noise_is_added_to_what_is_filled_in_and_to_nothing_else() -> None:
    flat = np.full((40, 40, 3), 100, np.uint8)
    removed = np.arange(800)
    found = imputed(flat, removed, noise((40, 40), seed=3))
    assert found.dtype == np.uint8
    assert (found.reshape(-1, 3)[800:] == 100).all()
    added = (found.reshape(-1, 3)[:800].astype(float) - 100) / 255
    assert added.std() == pytest.approx(0.01, rel=0.1)
    assert abs(added.mean()) < 0.001
    np.testing.assert_array_equal(found, imputed(flat, removed, noise((40, 40), seed=3)))
    assert not np.array_equal(found, imputed(flat, removed, noise((40, 40), seed=4)))


def test_the_table_names_both_curves() -> None:
    assert METRICS["road"].curves == ("road_most", "road_least")
