"""Rank correlation and SSIM, against numbers by hand and against scikit-image and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr
from skimage.filters import sobel
from skimage.metrics import structural_similarity

from gradcam.errors import GradcamError
from gradcam.similarity import edges, rank_correlation, ranks, ssim


@pytest.fixture
def maps() -> np.ndarray:
    """Two maps (2, 20, 31) in [0, 1] with a part in common, and many ties."""
    rng = np.random.default_rng(0)
    common, own = rng.random((20, 31)), rng.random((2, 20, 31))
    return np.maximum(common + 0.5 * own - 0.6, 0).astype(np.float32)


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    """7 is 4th, 5 twice takes up ranks 2 and 3, -1 is first."""
    np.testing.assert_array_equal(ranks(np.float32([[7, 5], [5, -1]])), [[4, 2.5], [2.5, 1]])


def test_rank_correlation_by_hand() -> None:
    """Without ties it is 1 - 6 Σd² / (n (n² - 1)): here d = 0, 1, 1, 0, so 1 - 12/60 = 0.8."""
    one, other = np.float32([1, 20, 300, 4000]), np.float32([-5, 3, 2, 9])
    assert rank_correlation(one, other) == pytest.approx(0.8)
    assert rank_correlation(one, -other) == pytest.approx(-0.8)


def test_rank_correlation_sees_order_alone(maps: np.ndarray) -> None:
    assert rank_correlation(maps[0], np.exp(5 * maps[0])) == pytest.approx(1)


def test_rank_correlation_with_ties_is_scipys(maps: np.ndarray) -> None:
    assert (maps == 0).sum() > 100
    expected = spearmanr(maps[0].ravel(), maps[1].ravel()).statistic
    assert rank_correlation(*maps) == pytest.approx(expected, abs=1e-12)


def test_a_constant_map_has_no_order(maps: np.ndarray) -> None:
    flat = np.full_like(maps[0], 0.3)
    assert rank_correlation(maps[0], flat) is None
    assert rank_correlation(flat, flat) is None


def test_ssim_is_scikit_images(maps: np.ndarray) -> None:
    for one, other in (maps, (maps[0], maps[0]), (maps[0], 1 - maps[1]), (maps[0], 0 * maps[0])):
        expected = structural_similarity(
            one.astype(np.float64), other.astype(np.float64), data_range=1.0
        )
        assert ssim(one, other) == pytest.approx(expected, abs=1e-9)


def test_ssim_of_constant_maps_by_hand() -> None:
    """Brightness alone: (2·0.5·1 + 1e-4) / (0.25 + 1 + 1e-4) = 1.0001 / 1.2501; 1 if equal."""
    half, one = np.full((9, 9), 0.5, np.float32), np.ones((9, 9), np.float32)
    assert ssim(half, one) == pytest.approx(1.0001 / 1.2501)
    assert ssim(0 * one, 0 * one) == pytest.approx(1)


def test_a_step_from_black_to_white_is_an_edge_of_one() -> None:
    """Both columns at the step see it whole, √(1²/2); the columns beside it see nothing."""
    photo = np.zeros((5, 6, 3), np.uint8)
    photo[:, 3:] = 255
    row = [0, 0, np.sqrt(0.5), np.sqrt(0.5), 0, 0]
    np.testing.assert_allclose(edges(photo), [row] * 5, atol=1e-6)


def test_edges_are_scikit_images() -> None:
    photo = np.random.default_rng(1).integers(0, 256, (12, 17, 3), np.uint8)
    grey = photo @ np.array([0.299, 0.587, 0.114]) / 255
    np.testing.assert_allclose(edges(photo), sobel(grey), atol=1e-5)


def test_what_cannot_be_compared_is_refused(maps: np.ndarray) -> None:
    with pytest.raises(GradcamError, match="cannot be compared"):
        rank_correlation(maps[0], maps[0][:-1])
    with pytest.raises(GradcamError, match="NaN"):
        ssim(maps[0], np.full_like(maps[0], np.nan))
    with pytest.raises(GradcamError, match="7 × 7"):
        ssim(maps[0][:6], maps[1][:6])
