"""Methods built on Grad-CAM: Finer-CAM, Smooth Grad-CAM++ and Guided Grad-CAM."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gradcam.errors import ClassError
from gradcam.methods.base import Facts, MethodInput, MethodOutput
from gradcam.methods.formulas import grad_cam, hires_cam, plus_plus_weights, weighted
from gradcam.saliency import resize
from gradcam.types import Floats

_COPIES_AT_ONCE = 4  # noisy copies per forward pass of Smooth Grad-CAM++


def finer_cam(asked: MethodInput) -> MethodOutput:
    """Finer-CAM (Zhang et al. 2025, arXiv:2501.11309, eq. 5): Grad-CAM of y_c − γ · mean(y_d).

    Where Grad-CAM is known to fail (the ViT of a CLIP), HiResCAM of it: like the paper's other
    bases, it takes any gradient.

    γ is `gamma`; d are the classes (indices) in `against`, or else the `nearest` classes whose
    logits are closest to y_c. The gradient of a difference is the difference of the gradients, so
    one backward pass serves every combination of classes.
    """
    logits, K = asked.capture.logits, asked.classes.shape[1]
    rivals = [
        [_rivals(asked, logits[n], int(c)) for c in row] for n, row in enumerate(asked.classes)
    ]
    weights, needed = _contrasts(asked.classes, rivals, asked.options["gamma"])
    base = hires_cam if "gradcam" in asked.clf.unsuited else grad_cam
    maps = {}
    for layer, G in asked.capture.gradients(needed).items():
        difference: Floats = np.einsum("nkm,nmchw->nkchw", weights, G)
        maps[layer] = base(asked.capture.activations[layer], difference)
    facts: Facts = {
        (layer, n, k): {"against": rivals[n][k]}
        for layer in asked.layers
        for n in range(len(logits))
        for k in range(K)
    }
    return MethodOutput(maps, facts)


def smooth_grad_cam_plus_plus(asked: MethodInput) -> MethodOutput:
    """Smooth Grad-CAM++ (Omeiza et al. 2019, arXiv:1908.01224, eq. 3 to 8).

    D1, D2, D3 are G, G² and G³ averaged over `samples` copies of x with Gaussian noise of
    `noise` · (max x − min x);  α = D2 / (2 D2 + D3 ΣA);  w_c = Σ α ReLU(D1);  map = Σ_c w_c A_c,
    where A are the activations of x itself. The noise is seeded, so that results repeat.
    """
    asked.watch.expect(len(asked.inputs) * asked.options["samples"])
    per_image = [_smooth(asked, n) for n in range(len(asked.inputs))]
    return MethodOutput(
        {layer: np.concatenate([m[layer] for m in per_image]) for layer in asked.layers}
    )


def guided_grad_cam(asked: MethodInput) -> MethodOutput:
    """Guided Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391, section 3.2), (N, K, h_in, w_in).

    ReLU(Grad-CAM), upsampled, times guided backpropagation (Springenberg et al. 2015,
    arXiv:1412.6806) summed over the three colours. Guided backpropagation is defined only for
    networks of ReLUs; for others MethodError names the activation it cannot handle.
    """
    edges = asked.clf.guided(asked.inputs, asked.classes).sum(axis=-1)
    maps = {}
    for layer, A in asked.capture.activations.items():
        positive = np.maximum(grad_cam(A, asked.gradients[layer]), 0)
        size = (asked.inputs.shape[1], asked.inputs.shape[2])
        product: Floats = resize(positive, size) * edges
        maps[layer] = product
    return MethodOutput(maps)


def nearest_classes(logits: Floats, index: int, count: int) -> NDArray[np.intp]:
    """Return the `count` other classes whose logits (K_all,) are closest to that of `index`."""
    distance = np.abs(logits - logits[index])
    distance[index] = np.inf
    return np.argsort(distance, kind="stable")[: min(count, len(logits) - 1)]


def _rivals(asked: MethodInput, logits: Floats, index: int) -> tuple[int, ...]:
    """Return the classes that `index` is contrasted with."""
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
    """Return weights (N, K, M) that combine the logits of classes (N, M) to y_c − γ · mean(y_d)."""
    per_image = [
        list(dict.fromkeys([*row.tolist(), *(d for of_one in others for d in of_one)]))
        for row, others in zip(classes, rivals, strict=True)
    ]
    most = max(map(len, per_image))
    needed = np.array([(row * most)[:most] for row in per_image], np.intp)
    weights = np.zeros((*classes.shape, most), np.float32)
    for n, row in enumerate(per_image):
        for k, index in enumerate(classes[n]):
            weights[n, k, row.index(index)] = 1
            for d in rivals[n][k]:
                weights[n, k, row.index(d)] -= gamma / len(rivals[n][k])
    return weights, needed


def _smooth(asked: MethodInput, n: int) -> dict[str, Floats]:
    """Return Smooth Grad-CAM++ of image `n`: per layer (1, K, h, w)."""
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
