"""Methods built on Grad-CAM: Finer-CAM, Smooth Grad-CAM++ and Guided Grad-CAM."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gradcam.errors import ClassError
from gradcam.methods.base import Facts, MethodInput, MethodOutput
from gradcam.methods.formulas import grad_cam, plus_plus_weights, weighted
from gradcam.saliency import resize
from gradcam.types import Floats


def finer_cam(asked: MethodInput) -> MethodOutput:
    """Finer-CAM (Zhang et al. 2025, arXiv:2501.11309, eq. 5): Grad-CAM of y_c − γ · mean(y_d).

    γ is `gamma`; d are the classes (indices) of `against`, or the `nearest` ones whose logits lie
    closest to y_c. A difference's gradient is the gradients' difference, so one backward serves
    them all.
    """
    logits, K = asked.capture.logits, asked.classes.shape[1]
    rivals = [
        [_rivals(asked, logits[n], int(c)) for c in row] for n, row in enumerate(asked.classes)
    ]
    weights, everyone = _contrasts(asked.classes, rivals, asked.options["gamma"])
    maps = {}
    for layer, G in asked.capture.gradients(everyone).items():
        difference: Floats = np.einsum("nkm,nmchw->nkchw", weights, G)
        maps[layer] = grad_cam(asked.capture.activations[layer], difference)
    facts: Facts = {
        (layer, n, k): {"against": rivals[n][k]}
        for layer in asked.layers
        for n in range(len(logits))
        for k in range(K)
    }
    return MethodOutput(maps, facts)


def nearest_classes(logits: Floats, index: int, count: int) -> NDArray[np.intp]:
    """The `count` classes whose logits (K_all,) lie closest to that of `index`, it left out."""
    distance = np.abs(logits - logits[index])
    distance[index] = np.inf
    return np.argsort(distance, kind="stable")[: min(count, len(logits) - 1)]


def _rivals(asked: MethodInput, logits: Floats, index: int) -> tuple[int, ...]:
    named: Sequence[int] = asked.options["against"]
    for other in named:
        if not 0 <= other < len(logits):
            raise ClassError(
                f"{asked.clf.title} has no class {other}.",
                hint=f"Indices run from 0 to {len(logits) - 1}.",
            )
    if not named:
        return tuple(nearest_classes(logits, index, asked.options["nearest"]).tolist())
    return tuple(other for other in named if other != index)


def _contrasts(
    classes: NDArray[np.intp], rivals: list[list[tuple[int, ...]]], gamma: float
) -> tuple[Floats, NDArray[np.intp]]:
    """Weights (N, K, M) of the logits of classes (N, M) that make each y_c − γ · mean(y_d)."""
    needed = [
        list(dict.fromkeys([*row.tolist(), *(d for of_one in others for d in of_one)]))
        for row, others in zip(classes, rivals, strict=True)
    ]
    most = max(map(len, needed))
    everyone = np.array([(row * most)[:most] for row in needed], np.intp)
    weights = np.zeros((*classes.shape, most), np.float32)
    for n, row in enumerate(needed):
        for k, index in enumerate(classes[n]):
            weights[n, k, row.index(index)] = 1
            for d in rivals[n][k]:
                weights[n, k, row.index(d)] -= gamma / len(rivals[n][k])
    return weights, everyone


_COPIES_AT_ONCE = 4


def smooth_grad_cam_plus_plus(asked: MethodInput) -> MethodOutput:
    """Smooth Grad-CAM++ (Omeiza et al. 2019, arXiv:1908.01224, eq. 3 to 8).

    D1, D2, D3 are G, G² and G³ averaged over `samples` copies of x with Gaussian noise of
    `noise` · (max x − min x);  α = D2 / (2 D2 + D3 ΣA);  w_c = Σ α ReLU(D1);  map = Σ_c w_c A_c,
    with A the activations of x itself. The noise is the same every time.
    """
    asked.watch.expect(len(asked.inputs) * asked.options["samples"])
    per_image = [_of_one(asked, n) for n in range(len(asked.inputs))]
    return MethodOutput(
        {layer: np.concatenate([m[layer] for m in per_image]) for layer in asked.layers}
    )


def _of_one(asked: MethodInput, n: int) -> dict[str, Floats]:
    x, classes = asked.inputs[n], asked.classes[n]
    rng = np.random.default_rng(0)
    samples, spread = asked.options["samples"], asked.options["noise"] * float(np.ptp(x))
    sums: dict[str, list[Floats]] = {}
    for part in asked.watch.slices(samples, _COPIES_AT_ONCE):
        count = part.stop - part.start
        copies = x + rng.standard_normal((count, *x.shape), np.float32) * np.float32(spread)
        capture = asked.clf.capture(copies, asked.layers)
        for layer, G in capture.gradients(np.tile(classes, (count, 1))).items():
            powers = [(G**power).sum(axis=0) for power in (1, 2, 3)]
            before = sums.get(layer)
            sums[layer] = [a + b for a, b in zip(before, powers, strict=True)] if before else powers
    maps = {}
    for layer, powers in sums.items():
        A = asked.capture.activations[layer][n : n + 1]
        D1, D2, D3 = (power[None] / np.float32(samples) for power in powers)
        maps[layer] = weighted(plus_plus_weights(A, D1, D2, D3), A)
    return maps


def guided_grad_cam(asked: MethodInput) -> MethodOutput:
    """Guided Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391, section 3.2), (N, K, h_in, w_in).

    ReLU(Grad-CAM), upsampled, times guided backpropagation (Springenberg et al. 2015,
    arXiv:1412.6806), whose three colours are added up. Networks of ReLUs only: elsewhere guided
    backpropagation is not defined, and MethodError names the activation that is in the way.
    """
    edges = asked.clf.guided(asked.inputs, asked.classes).sum(axis=-1)
    maps = {}
    for layer, A in asked.capture.activations.items():
        where = np.maximum(grad_cam(A, asked.gradients[layer]), 0)
        size = (asked.inputs.shape[1], asked.inputs.shape[2])
        drawn: Floats = resize(where, size) * edges
        maps[layer] = drawn
    return MethodOutput(maps)
