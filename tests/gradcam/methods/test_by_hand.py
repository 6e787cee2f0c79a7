"""The formulas on numbers small enough to check by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcam
from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import MethodError
from gradcam.merging import fuse
from gradcam.methods import METHODS, find_method
from gradcam.methods.channels import by_energy, softmax
from gradcam.methods.formulas import (
    eigen_cam,
    eigen_grad_cam,
    grad_cam,
    grad_cam_plus_plus,
    hires_cam,
    layer_cam,
    uniform,
    x_grad_cam,
)
from gradcam.methods.variants import nearest_classes
from gradcam.saliency import SaliencyMap
from gradcam.types import Fusion, Prediction, Window

# One image, two channels of 2×2; one class with mean gradients 1 and -2.
A = np.array([[[[3, 0], [1, 2]], [[1, 4], [0, 0]]]], np.float32)
G = np.array([[[[[1, 1], [1, 1]], [[-8, 0], [0, 0]]]]], np.float32)


def test_gradcam_by_hand() -> None:
    """Weights 1 and -2 give [[1*3 - 2*1, 1*0 - 2*4], [1*1, 1*2]]."""
    np.testing.assert_array_equal(grad_cam(A, G), [[[[1, -8], [1, 2]]]])


def test_hirescam_by_hand() -> None:
    """Products position by position: the -8 only meets the 1 at its own position."""
    np.testing.assert_array_equal(hires_cam(A, G), [[[[3 - 8, 0], [1, 2]]]])


def test_layercam_by_hand() -> None:
    """The -8 is dropped, so the second channel contributes nothing."""
    np.testing.assert_array_equal(layer_cam(A, G), [[[[3, 0], [1, 2]]]])


def test_gradcam_plus_plus_by_hand() -> None:
    """ΣA = 6 and G = 1: α = 1/(2 + 6) at each of four positions, so w = ½; ReLU(-8) = 0."""
    np.testing.assert_array_equal(grad_cam_plus_plus(A, G), [[[[1.5, 0], [0.5, 1]]]])


def test_xgradcam_by_hand() -> None:
    """Weights 6/6 = 1 and (-8 * 1)/5 = -1.6."""
    np.testing.assert_allclose(x_grad_cam(A, G), [[[[3 - 1.6, -6.4], [1, 2]]]], rtol=1e-6)


def test_eigencam_by_hand() -> None:
    """Channels 3p and 4p: v₁ = (3/5, 4/5), and the map is 3/5 · 3p + 4/5 · 4p = 5p."""
    p = np.array([[1, 0], [2, 0]])
    both = np.stack([3 * p, 4 * p])[None].astype(np.float32)
    np.testing.assert_allclose(eigen_cam(both, G)[0, 0], 5 * p, atol=1e-6)


def test_eigencam_is_not_centred() -> None:
    """(3, 0, 0, 0) and (0, 2, 2, 0) do not overlap, so the longer one comes first: 3² > 8."""
    both = np.array([[[[3, 0], [0, 0]], [[0, 2], [2, 0]]]], np.float32)
    np.testing.assert_allclose(eigen_cam(both, G)[0, 0], [[3, 0], [0, 0]], atol=1e-6)


def test_eigencam_after_a_layernorm_by_hand() -> None:
    """Channels p and -p sum to 0; v₁ = ±(1, -1)/√2, and 4² > 1² + 2² makes the 4 positive."""
    p = np.array([[-1, 4], [0, -2]], np.float32)
    both = np.stack([p, -p])[None]
    np.testing.assert_allclose(eigen_cam(both, G)[0, 0], np.sqrt(2) * p, atol=1e-6)
    np.testing.assert_allclose(eigen_cam(-both, G)[0, 0], np.sqrt(2) * p, atol=1e-6)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("channels", [8, 64])
def test_eigencam_of_normed_tokens_shows_what_responds_most(seed: int, channels: int) -> None:
    """Tokens of mean 0 and variance 1, a few of which share a direction.

    Neither rounding nor the order and signs of the channels change which places are positive.
    """
    rng = np.random.default_rng(seed)
    tokens = rng.normal(size=(channels, 6, 6))
    tokens[:, 2:4, 1:4] += 3 * rng.normal(size=(channels, 1, 1))
    normed = (tokens - tokens.mean(axis=0)) / tokens.std(axis=0)
    A = normed.astype(np.float32)
    assert np.abs(A.sum(axis=0)).max() < 1e-4
    found = eigen_cam(A[None], G)[0, 0]
    assert (found[2:4, 1:4] > 0).all()
    signs = rng.choice([-1, 1], (channels, 1, 1))
    for same in (A[::-1], A + np.float32(1e-6), A * signs):
        again = eigen_cam(np.asarray(same, np.float32)[None], G)[0, 0]
        np.testing.assert_allclose(again, found, atol=1e-3)


def test_eigencam_of_a_relu_has_one_sign() -> None:
    rng = np.random.default_rng(0)
    A = np.maximum(rng.normal(size=(3, 12, 5, 5)), 0).astype(np.float32)
    assert (eigen_cam(A, np.zeros((3, 1, 1, 1, 1), np.float32)) >= -1e-6).all()


def test_eigengradcam_without_evidence_follows_the_strongest() -> None:
    """G ⊙ A sums to 0 over the channels everywhere: neither for nor against."""
    p = np.array([[-1, 4], [0, -2]], np.float32)
    both, g = np.stack([p, p])[None], np.ones((1, 1, 2, 2, 2), np.float32)
    g[:, :, 1] = -1
    np.testing.assert_allclose(eigen_grad_cam(both, g)[0, 0], np.sqrt(2) * p, atol=1e-6)
    np.testing.assert_allclose(eigen_grad_cam(both, -g)[0, 0], np.sqrt(2) * p, atol=1e-6)


def test_eigengradcam_by_hand() -> None:
    """Gradients 3 and 4 on two equal channels give 5p; -3 and -4 give -5p, evidence against."""
    p = np.array([[1, 0], [2, 0]], np.float32)
    both = np.stack([p, p])[None]
    g = np.array([3, 4], np.float32)[None, None, :, None, None] * np.ones((1, 1, 2, 2, 2))
    np.testing.assert_allclose(eigen_grad_cam(both, g)[0, 0], 5 * p, atol=1e-6)
    np.testing.assert_allclose(eigen_grad_cam(both, -g)[0, 0], -5 * p, atol=1e-6)


# Channel 0 is red, channel 1 is blue; class "red" weights the first up and the second down.
MIX = np.array([[1, 0, 0], [0, 0, 1]], np.float32)
HEAD = np.array([[2, -1], [0, 3], [-2, 1]], np.float32)
LABELS = ["red", "blue", "no red"]


@pytest.fixture
def clf() -> NumpyClassifier:
    return NumpyClassifier(MIX, HEAD, LABELS, size=8)


@pytest.fixture
def photo() -> np.ndarray:
    """Left half red, right half blue: the logits are 2·½ - ½ = ½, 3·½ = 1½ and -½."""
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[:, :4, 0] = 255
    pixels[:, 4:, 2] = 255
    return pixels


def halves(clf: NumpyClassifier, photo: np.ndarray, method: str, name: str, **parameters: Any
           ) -> tuple[float, float]:  # fmt: skip
    """Return the map's value on the left and on the right half, each of which is constant."""
    (one,) = gradcam.explain(clf, photo, method=method, classes=[name], parameters=parameters).maps
    left, right = one.values[:, :4], one.values[:, 4:]
    assert np.ptp(left) == np.ptp(right) == 0
    return float(left[0, 0]), float(right[0, 0])


def test_scorecam_by_hand(clf, photo) -> None:
    """Masked by channel 0, red scores 2·½ = 1; by channel 1, -½. The map is their softmax."""
    first = np.exp(1) / (np.exp(1) + np.exp(-0.5))
    assert halves(clf, photo, "scorecam", "red") == pytest.approx((first, 1 - first), rel=1e-6)


def test_ablationcam_by_hand(clf, photo) -> None:
    """Without red, red's ½ falls to -½: (½ + ½)/½ = 2; without blue it rises to 1: -1."""
    assert halves(clf, photo, "ablationcam", "red") == pytest.approx((2, -1))


def test_ablationcam_of_a_negative_logit_keeps_its_sign(clf, photo) -> None:
    """-½ rises to ½ without red, which is evidence against the class: (-½ - ½)/|-½| = -2."""
    assert halves(clf, photo, "ablationcam", "no red") == pytest.approx((-2, 1))


def test_smoothgradcam_without_noise_is_gradcam_plus_plus(clf, photo) -> None:
    """ΣA = 32 and G = 2/64: α = 1/(2 + 1), and w = 64 · α · 2/64 = 2/3 for red; none for blue."""
    values = halves(clf, photo, "smoothgradcam++", "red", noise=0.0)
    assert values == pytest.approx((2 / 3, 0), rel=1e-6)
    assert halves(clf, photo, "gradcam++", "red") == pytest.approx((2 / 3, 0), rel=1e-6)


def test_finercam_by_hand(clf, photo) -> None:
    """Red minus 0.6 times blue has weights (2, -1 - 0.6·3)/64."""
    values = halves(clf, photo, "finercam", "red", against=(1,), gamma=0.6)
    assert values == pytest.approx((2 / 64, -2.8 / 64))


def test_finercam_against_the_mean_of_several(clf, photo) -> None:
    """The mean of (0, 3) and (-2, 1) is (-1, 2): (2 + 1, -1 - 2)/64."""
    values = halves(clf, photo, "finercam", "red", against=(1, 2), gamma=1.0)
    assert values == pytest.approx((3 / 64, -3 / 64))


def test_one_class_rather_than_another_is_the_difference_of_their_maps(clf, photo) -> None:
    """With γ = 1, red rather than blue is (2, -1)/64 - (0, 3)/64, and blue rather than red its
    opposite.
    """
    values = halves(clf, photo, "finercam", "red", against=(1,), gamma=1.0)
    assert values == pytest.approx((2 / 64, -4 / 64))
    turned = halves(clf, photo, "finercam", "blue", against=(0,), gamma=1.0)
    assert turned == pytest.approx((-2 / 64, 4 / 64))


def test_finercam_is_hirescam_of_the_difference_where_gradcam_fails(clf, photo) -> None:
    """HiResCAM keeps each place's own gradient, and here it is the same everywhere."""
    clf.unsuited = {"gradcam": "it fails"}
    found = halves(clf, photo, "finercam", "red", against=(1,), gamma=1.0)
    red, blue = (halves(clf, photo, "hirescam", name) for name in ("red", "blue"))
    assert found == pytest.approx(tuple(a - b for a, b in zip(red, blue, strict=True)))


def test_guidedgradcam_by_hand(clf, photo) -> None:
    """On the left, Grad-CAM's 2/64 times an edge of 2/64; on the right both are negative: 0."""
    values = halves(clf, photo, "guidedgradcam", "red")
    assert values == pytest.approx(((2 / 64) ** 2, 0))


def test_legrad_by_hand(photo) -> None:
    """The average is attention, A_j = 1/64, to the features f_j, so ∂logit/∂A_j = head · f_j.

    For red that is 2 on the left and -1, rectified 0, on the right. For blue it is 0 and 3, and for
    both, 0 is the least.
    """
    clf = NumpyClassifier(MIX, HEAD, LABELS, size=8, attends=True)
    assert halves(clf, photo, "legrad", "red") == pytest.approx((2, 0))
    assert halves(clf, photo, "legrad", "red", blocks=1) == pytest.approx((2, 0))
    assert halves(clf, photo, "legrad", "blue") == pytest.approx((0, 3))
    (one,) = gradcam.explain(clf, photo, method="legrad", layer="mix", classes=["red"]).maps
    assert one.parameters == {"blocks": 0, "floor": 0, "asked": {"blocks": None}}
    assert one.empty_reason == "No block of the transformer comes before this layer."


def test_the_nearest_classes_by_hand() -> None:
    """From 1.0, 0.9 is 0.1 away, 1.5 is 0.5 away and -3 is 4 away; the class itself is excluded."""
    logits = np.array([1.5, 1.0, -3, 0.9], np.float32)
    assert nearest_classes(logits, 1, 2).tolist() == [3, 0]
    assert nearest_classes(logits, 1, 9).tolist() == [3, 0, 2]


def test_channels_by_energy() -> None:
    """Energies 4, 0, 9 and 1: the zero channel never counts; the top two hold 13 of 14."""
    maps = np.zeros((4, 1, 2), np.float32)
    maps[0, 0], maps[2, 0], maps[3, 0] = (2, 0), (0, -3), (1, 0)
    assert by_energy(maps, None)[0].tolist() == [2, 0, 3]
    order, share = by_energy(maps, 2)
    assert order.tolist() == [2, 0]
    assert share == pytest.approx(13 / 14)


def test_a_softmax_of_large_scores() -> None:
    np.testing.assert_allclose(softmax(np.array([[1e4, 1e4]], np.float32)), [[0.5, 0.5]])


def test_uniform_gradients_by_hand() -> None:
    assert uniform(np.full((1, 1, 2, 3, 3), 0.7, np.float32))
    assert not uniform(G)
    assert not uniform(np.zeros((1, 1, 2, 3, 3), np.float32))


def saliency(values: list[list[float]], layer: str) -> SaliencyMap:
    return SaliencyMap(np.array(values, np.float32), Prediction(0, "red", 0.5, 0.5), layer,
                       "layercam", Window(0, 0, 8, 8), (8, 8))  # fmt: skip


FUSED: dict[Fusion, list[list[float]]] = {
    "max": [[1, 0.5], [1, 0.5]],
    "mean": [[1, 0.25], [0.5, 0.5]],
    "product": [[1, 0], [0, 0.5]],
}


@pytest.mark.parametrize("how", FUSED)
def test_fusion_by_hand(how: Fusion) -> None:
    """Rectified and scaled by their own peaks: [[1, 0], [0, ½]] and [[1, ½], [1, ½]]."""
    fine = saliency([[4, -2], [0, 2]], "early")
    coarse = saliency([[60, 30]], "late")
    fused = fuse((coarse, fine), how)
    np.testing.assert_allclose(fused.values, FUSED[how], atol=1e-6)
    assert fused.layer == "late + early"
    assert fused.parameters["fusion"] == how


@pytest.mark.parametrize("name", [name for name, m in METHODS.items() if m.formula])
def test_images_and_classes_do_not_mix(name: str) -> None:
    """A batch of images and classes gives what each gives alone."""
    rng = np.random.default_rng(0)
    a = rng.standard_normal((3, 5, 4, 6), np.float32)
    g = rng.standard_normal((3, 2, 5, 4, 6), np.float32)
    formula = METHODS[name].formula
    assert formula is not None
    together = formula(a, g)
    assert together.shape == (3, 2, 4, 6)
    for n in range(3):
        for k in range(2):
            alone = formula(a[n : n + 1], g[n : n + 1, k : k + 1])
            np.testing.assert_allclose(together[n, k], alone[0, 0], atol=1e-5)


def test_constant_gradients_make_gradcam_hirescam() -> None:
    """If G is the same everywhere, it equals its mean (DESIGN 5.8)."""
    flat = np.broadcast_to(G.mean(axis=(-2, -1), keepdims=True), G.shape)
    np.testing.assert_allclose(grad_cam(A, flat), hires_cam(A, flat))


def test_a_wrong_name_lists_the_nearest() -> None:
    with pytest.raises(MethodError, match=r"Nearest: gradcam"):
        find_method("gradkam")
