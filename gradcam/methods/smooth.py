"""Smooth Grad-CAM++: Grad-CAM++ from gradients averaged over noisy copies of the input."""

from __future__ import annotations

import numpy as np

from gradcam.methods.gradient import plus_plus_weights, weighted
from gradcam.methods.question import Answer, Question
from gradcam.types import Floats

_COPIES_AT_ONCE = 4


def smooth_grad_cam_plus_plus(asked: Question) -> Answer:
    """Smooth Grad-CAM++ (Omeiza et al. 2019, arXiv:1908.01224, eq. 3 to 8).

    D1, D2, D3 are G, G² and G³ averaged over `samples` copies of x with Gaussian noise of
    `noise` · (max x − min x);  α = D2 / (2 D2 + D3 ΣA);  w_c = Σ α ReLU(D1);  map = Σ_c w_c A_c,
    with A the activations of x itself. The noise is the same every time.
    """
    asked.watch.expect(len(asked.inputs) * asked.options["samples"])
    per_image = [_of_one(asked, n) for n in range(len(asked.inputs))]
    return Answer({layer: np.concatenate([m[layer] for m in per_image]) for layer in asked.layers})


def _of_one(asked: Question, n: int) -> dict[str, Floats]:
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
