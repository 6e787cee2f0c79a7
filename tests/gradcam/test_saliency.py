"""Scaling, upsampling and placing maps, on numbers small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam.merging import fuse
from gradcam.saliency import SaliencyMap, heat, place
from gradcam.types import SIGNS, Fusion, Prediction, Sign, Window


def saliency_map(
    values: list[float], sign: Sign = "for", *, took_gradient: bool = True
) -> SaliencyMap:
    """Return a map of one row."""
    return SaliencyMap(
        np.float32([values]), Prediction(0, "cat", 0.5, 1.0), "conv", "gradcam",
        Window(0, 0, len(values), 1), (1, len(values)), sign, took_gradient=took_gradient,
    )  # fmt: skip


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


NO_GRADIENT = "The gradient of this class is zero at this layer."
NO_MAP = "The map is zero everywhere at this layer."
NOTHING_FOR = "No positive evidence for this class at this layer."
NOTHING_AGAINST = "No evidence against this class at this layer."


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ([1, -2], {"for": "", "against": "", "both": "", "abs": ""}),
        ([1, 2], {"for": "", "against": NOTHING_AGAINST, "both": "", "abs": ""}),
        ([-1, -2], {"for": NOTHING_FOR, "against": "", "both": "", "abs": ""}),
        ([0, 0], dict.fromkeys(SIGNS, NO_GRADIENT)),
    ],
)
def test_an_empty_map_says_why(values: list[float], reasons: dict[Sign, str]) -> None:
    """Whether anything is drawn depends on the sign: of 1 and 2, nothing is against the class."""
    assert set(reasons) == set(SIGNS)
    for sign, reason in reasons.items():
        one = saliency_map(values, sign)
        assert one.empty_reason == reason
        assert one.heat().any() == (not reason)
        assert (one.peak > 0) == (not reason)


@pytest.mark.parametrize("sign", SIGNS)
def test_an_empty_map_blames_the_gradient_only_if_it_was_used(sign: Sign) -> None:
    assert saliency_map([0, 0], sign, took_gradient=True).empty_reason == NO_GRADIENT
    assert saliency_map([0, 0], sign, took_gradient=False).empty_reason == NO_MAP
    for took_gradient in (True, False):
        one = saliency_map([-1, -2], took_gradient=took_gradient)
        assert one.empty_reason == NOTHING_FOR


@pytest.mark.parametrize(
    ("how", "merged"), [("max", [1, 1]), ("mean", [0.75, 0.5]), ("product", [0.5**0.5, 0])]
)
def test_fused_evidence_against_by_hand(how: Fusion, merged: list[float]) -> None:
    """Evidence 4, 0 and 1, 2 against the class is 1, 0 and ½, 1 once scaled to its peaks."""
    fused = fuse((saliency_map([-4, 2], "against"), saliency_map([-1, -2], "against")), how)
    assert fused.sign == "against"
    np.testing.assert_allclose(fused.values, [np.negative(merged)])
    np.testing.assert_allclose(fused.heat(scale=1), [merged])
    np.testing.assert_allclose(fused.heat(), [np.divide(merged, max(merged))])
    assert fused.peak == pytest.approx(max(merged))
    assert fused.empty_reason == ""


def test_a_fused_map_without_evidence_does_not_blame_the_gradient() -> None:
    """Both layers speak against the class; only maps that are zero have a zero gradient."""
    fused = fuse((saliency_map([-4, -2], "for"), saliency_map([-1, -2], "for")), "max")
    assert fused.empty_reason == "The map is zero everywhere at this layer."
    zero = fuse((saliency_map([0, 0], "for"), saliency_map([0, 0], "for")), "max")
    assert zero.empty_reason == "The gradient of this class is zero at this layer."


def test_fused_maps_of_both_signs_keep_the_evidence_for_the_class() -> None:
    fused = fuse((saliency_map([-4, 2], "both"), saliency_map([3, -9], "both")), "max")
    assert fused.sign == "for"
    np.testing.assert_allclose(fused.values, [[1, 1]])


def test_fusing_evidence_that_does_not_exist_says_so() -> None:
    fused = fuse((saliency_map([1, 2], "against"), saliency_map([3, 0], "against")), "mean")
    assert not fused.heat().any()
    assert fused.empty_reason


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
