"""Every method against its paper's equations in float64 (reference.py), to 1e-5 of the peak."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcam.backends import Classifier
from gradcam.methods import METHODS
from gradcam.methods.formulas import plus_plus_weights
from studies import network, reference
from studies.network import CLASSES, LAYERS, SIZE, answer
from studies.reference import Network, difference

pytestmark = pytest.mark.filterwarnings("error")

CLOSE = 1e-5
# N, K, C, h, w: C < h·w, C > h·w, one row, one column, one position, one channel.
SHAPES = [(1, 1, 3, 4, 5), (2, 3, 40, 3, 5), (3, 2, 5, 1, 7), (1, 4, 6, 6, 1), (2, 2, 4, 1, 1),
          (2, 2, 1, 5, 3)]  # fmt: skip
FORMULAS = [name for name, method in METHODS.items() if method.formula]
ASKING = [name for name, method in METHODS.items() if method.asking]
COMMON = [name for name, method in METHODS.items() if not method.transformers]


def random(shape: tuple[int, ...], kind: str, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return random A (N, C, h, w), of both signs or after a ReLU, and G (N, K, C, h, w)."""
    N, _, C, h, w = shape
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((N, C, h, w), np.float32)
    return (np.maximum(A, 0) if kind == "relu" else A), rng.standard_normal(shape, np.float32)


def largest_difference(name: str, A: np.ndarray, G: np.ndarray) -> float:
    """Return the largest difference between the engine's maps and the reference's."""
    ours = METHODS[name].formula(A, G)
    assert ours.dtype == np.float32
    assert ours.shape == (*G.shape[:2], *A.shape[2:])
    wide_A, wide_G = A.astype(np.float64), G.astype(np.float64)
    return max(
        difference(ours[n, k], reference.FORMULAS[name](wide_A[n], wide_G[n, k]))
        for n, k in np.ndindex(*G.shape[:2])
    )


def test_every_method_has_a_reference() -> None:
    assert set(METHODS) == {*reference.FORMULAS, *ASKING}


@pytest.mark.parametrize("kind", ["signed", "relu"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", FORMULAS)
def test_formulas(name: str, shape: tuple[int, ...], kind: str) -> None:
    """With three seeds, because one alone may miss divisors near 0."""
    for seed in range(3):
        A, G = random(shape, kind, seed)
        assert largest_difference(name, A, G) <= CLOSE


@pytest.mark.parametrize("name", FORMULAS)
def test_a_zero_channel(name: str) -> None:
    """It contributes nothing and causes no division by zero."""
    A, G = random((2, 2, 6, 3, 4), "relu")
    A[:, 2] = 0
    A[1, 4] = 0
    assert largest_difference(name, A, G) <= CLOSE


@pytest.mark.parametrize("name", [name for name in FORMULAS if name != "eigencam"])
def test_no_gradient_no_map(name: str) -> None:
    A, G = random((2, 3, 6, 3, 4), "signed")
    G[0, 1] = 0
    G[1] = 0
    maps = METHODS[name].formula(A, G)
    assert not maps[0, 1].any()
    assert not maps[1].any()
    assert maps[0, 0].any()
    assert largest_difference(name, A, G) <= CLOSE


@pytest.mark.parametrize("name", FORMULAS)
def test_no_activation_no_map(name: str) -> None:
    A, G = random((2, 2, 6, 3, 4), "relu")
    A[0] = 0
    assert not METHODS[name].formula(A, G)[0].any()
    assert largest_difference(name, A, G) <= CLOSE


@pytest.mark.parametrize("scale", [1e-6, 1e-12])
@pytest.mark.parametrize("name", FORMULAS)
def test_tiny_gradients(name: str, scale: float) -> None:
    """As in the first layers of deep networks; their cubes underflow in float32."""
    A, G = random((2, 2, 6, 3, 4), "relu")
    assert largest_difference(name, A, G * np.float32(scale)) <= CLOSE


@pytest.fixture(scope="module")
def net() -> Network:
    return network.make()


@pytest.fixture(scope="module")
def clf(net: Network) -> Classifier:
    return network.in_torch(net)


@pytest.fixture(scope="module")
def inputs() -> np.ndarray:
    return network.images()


# Their divisor 2 + G ΣA gets as small as 0.003 in the layers before the ReLUs, where ΣA may be
# negative, and amplifies the float32 rounding of the gradients accordingly. After a ReLU it is ≥ 2
# wherever G counts.
NEAR_A_POLE = {(name, layer) for name in ("gradcam++", "smoothgradcam++") for layer in ("0", "2")}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("name", COMMON)
def test_on_a_network(name: str, layer: str, net: Network, clf: Any, inputs: np.ndarray) -> None:
    """Forward, backward and all reruns, for two images with different classes."""
    close = 1e-3 if (name, layer) in NEAR_A_POLE else CLOSE
    maps = answer(clf, inputs, name, CLASSES).maps[layer]
    for n, k in np.ndindex(CLASSES.shape):
        x = inputs[n].astype(np.float64)
        theirs = reference.answer(name, net, x, int(layer), CLASSES[n, k])
        assert theirs.any()
        assert difference(maps[n, k], theirs) <= close


def test_the_network_has_both_signs(net: Network, inputs: np.ndarray) -> None:
    """So that the tests above cover negative logits and negative activations."""
    x = inputs[0].astype(np.float64)
    logits = net.logits(x)
    assert logits.min() < 0 < logits.max()
    assert net.layers(x)[0].min() < 0


@pytest.mark.parametrize("name", ["scorecam", "ablationcam"])
def test_a_cap_keeps_the_channels_with_the_most_energy(
    name: str, net: Network, clf: Any, inputs: np.ndarray
) -> None:
    found = answer(clf, inputs, name, CLASSES, {"channels": 3})
    trials = {"scorecam": reference.score_cam, "ablationcam": reference.ablation_cam}
    for layer in LAYERS:
        for n, k in np.ndindex(CLASSES.shape):
            x = inputs[n].astype(np.float64)
            energy = [(a**2).sum() for a in net.layers(x)[int(layer)]]
            best = sorted(range(len(energy)), key=lambda c: -energy[c])[:3]
            facts = found.facts[layer, n, k]
            assert facts["channels"] == 3
            assert facts["energy"] == pytest.approx(sum(sorted(energy)[-3:]) / sum(energy))
            theirs = trials[name](net, x, int(layer), CLASSES[n, k], best)
            assert difference(found.maps[layer][n, k], theirs) <= CLOSE


@pytest.mark.parametrize("against", [(5,), (0, 1), (2, 3, 4, 5)])
def test_finer_against_named_classes(
    against: tuple[int, ...], net: Network, clf: Any, inputs: np.ndarray
) -> None:
    """A class is never contrasted with itself."""
    found = answer(clf, inputs, "finercam", CLASSES, {"against": against, "gamma": 0.9})
    for n, k in np.ndindex(CLASSES.shape):
        x, c = inputs[n].astype(np.float64), int(CLASSES[n, k])
        others = [d for d in against if d != c]
        theirs = reference.finer_cam(net, x, 1, c, against=others, gamma=0.9)
        assert difference(found.maps["1"][n, k], theirs) <= CLOSE
        assert found.facts["1", n, k]["against"] == tuple(others)


@pytest.mark.parametrize("scale", [1, 1e-6, 1e-12])
def test_the_weights_of_averaged_derivatives(scale: float) -> None:
    """Smooth Grad-CAM++'s formula by itself, where D2 and D3 are not powers of D1."""
    A, _ = random((2, 1, 5, 3, 4), "relu")
    copies = np.random.default_rng(1).standard_normal((6, 2, 3, 5, 3, 4), np.float32)
    copies *= np.float32(scale)
    D = [(copies**power).mean(axis=0) for power in (1, 2, 3)]
    ours = plus_plus_weights(A, *D)
    for n, k in np.ndindex(2, 3):
        wide = zip(A[n].astype(np.float64), *(d[n, k].astype(np.float64) for d in D), strict=True)
        theirs = np.array([reference.plus_plus_weight(*maps) for maps in wide])
        assert difference(ours[n, k], theirs) <= CLOSE


@pytest.mark.parametrize("samples", [1, 3, 9])
def test_smooth_with_other_options(
    samples: int, net: Network, clf: Any, inputs: np.ndarray
) -> None:
    """With noise this strong, gradients at one position have both signs, so that 2 D2 + D3 ΣA may
    come near 0 even after a ReLU and amplify float32 rounding: hence 1e-4."""
    options = {"samples": samples, "noise": 0.4}
    maps = answer(clf, inputs, "smoothgradcam++", CLASSES, options).maps["1"]
    drawn = np.random.default_rng(0).standard_normal((samples, *SIZE, 3), np.float32)
    for n, k in np.ndindex(CLASSES.shape):
        x = inputs[n].astype(np.float64)
        noise = list(0.4 * (x.max() - x.min()) * drawn)
        theirs = reference.smooth_grad_cam_plus_plus(net, x, 1, CLASSES[n, k], noise)
        assert difference(maps[n, k], theirs) <= 1e-4
