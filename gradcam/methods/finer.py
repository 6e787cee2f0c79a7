"""Finer-CAM: not why this class, but why this class and not the ones it is mistaken for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gradcam.errors import ClassError
from gradcam.methods.gradient import grad_cam
from gradcam.methods.question import Answer, Facts, Question
from gradcam.types import Floats


def finer_cam(asked: Question) -> Answer:
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
    return Answer(maps, facts)


def nearest_classes(logits: Floats, index: int, count: int) -> NDArray[np.intp]:
    """The `count` classes whose logits (K_all,) lie closest to that of `index`, it left out."""
    distance = np.abs(logits - logits[index])
    distance[index] = np.inf
    return np.argsort(distance, kind="stable")[: min(count, len(logits) - 1)]


def _rivals(asked: Question, logits: Floats, index: int) -> tuple[int, ...]:
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
