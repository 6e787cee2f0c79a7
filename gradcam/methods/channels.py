"""Methods that try every channel: Score-CAM shows only that channel, Ablation-CAM removes it.

Both run the network, or the part after the layer, once per channel. Channels are tried in order
of decreasing energy, so that a cap drops the weakest ones.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gradcam.methods.base import MethodInput, MethodOutput
from gradcam.methods.formulas import weighted
from gradcam.saliency import resize
from gradcam.types import Floats

# Bytes per batch: of masked inputs, whose activations take about ten times as much memory, and of
# ablated activations.
_MASKED_BYTES = 48e6
_VARIANT_BYTES = 64e6

Scores = Callable[[MethodInput, str, int, NDArray[np.intp]], Floats]


def score_cam(asked: MethodInput) -> MethodOutput:
    """Score-CAM (Wang et al. 2020, arXiv:1910.01279, eq. 7 to 9).

    map = Σ_c softmax_c(logit(x ⊙ H_c) − logit(baseline)) A_c, with H_c the channel upsampled to
    the input and scaled to [0, 1]. The baseline's logit is the same for every channel, so it
    cancels in the softmax and is not computed. A constant channel masks nothing and is left out.
    `channels` caps how many of the strongest channels are tried; None tries all.
    """
    return _by_channel(asked, _masked_logits, softmax)


def ablation_cam(asked: MethodInput) -> MethodOutput:
    """Ablation-CAM (Ramaswamy et al. 2020, WACV, eq. 3): map = Σ_c (y − y without A_c) / |y| A_c.

    The paper divides by y; dividing by |y| keeps the map's sign right for a negative logit. The
    network is run from the layer onwards, not from the photo. `channels` caps how many of the
    strongest channels are tried; None tries all.
    """
    return _by_channel(asked, _drops, lambda drops: drops)


def softmax(scores: Floats) -> Floats:
    """Return the softmax over the last axis."""
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Floats = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return shares


def by_energy(A: Floats, most: int | None) -> tuple[NDArray[np.intp], float]:
    """Return at most `most` channels of A (C, h, w) by decreasing ΣA², and their share of it.

    Channels that are zero everywhere are left out.
    """
    energy = np.square(A, dtype=np.float64).sum(axis=(1, 2))
    order = np.argsort(-energy, kind="stable")[: int((energy > 0).sum())][:most]
    total = energy.sum()
    return order, float(energy[order].sum() / total) if total else 1.0


def _by_channel(
    asked: MethodInput, scores: Scores, to_weights: Callable[[Floats], Floats]
) -> MethodOutput:
    chosen = {
        (layer, n): by_energy(A, asked.options["channels"])
        for layer in asked.layers
        for n, A in enumerate(asked.capture.activations[layer])
    }
    asked.watch.expect(sum(len(channels) for channels, _ in chosen.values()))
    found = MethodOutput({})
    for layer in asked.layers:
        A = asked.capture.activations[layer]
        weights = np.zeros((len(A), asked.classes.shape[1], A.shape[1]), np.float32)
        tried = np.full_like(weights, np.nan)
        for n in range(len(A)):
            channels, share = chosen[layer, n]
            tried[n][:, channels] = scores(asked, layer, n, channels)
            weights[n][:, channels] = to_weights(tried[n][:, channels])
            for k in range(weights.shape[1]):
                found.facts[layer, n, k] = {"channels": len(channels), "energy": share}
        found.maps[layer] = weighted(weights, A)
        found.weights[layer], found.scores[layer] = weights, tried
    return found


def _masked_logits(asked: MethodInput, layer: str, n: int, channels: NDArray[np.intp]) -> Floats:
    """Return the classes' logits (K, channels) for the input masked by each channel."""
    x = asked.inputs[n]
    A = asked.capture.activations[layer][n]
    scores = np.full((asked.classes.shape[1], len(channels)), -np.inf, np.float32)
    for part in asked.watch.slices(len(channels), max(1, int(_MASKED_BYTES / x.nbytes))):
        masks = resize(A[channels[part]], (x.shape[0], x.shape[1]))
        low = masks.min(axis=(1, 2), keepdims=True)
        height = masks.max(axis=(1, 2), keepdims=True) - low
        constant = height[:, 0, 0] == 0
        masks = (masks - low) / np.where(height == 0, 1, height)
        logits = asked.clf.capture(x * masks[..., None], ()).logits
        part_scores = logits[:, asked.classes[n]].T
        scores[:, part] = np.where(constant, -np.inf, part_scores)
    return scores if np.isfinite(scores).any() else np.zeros_like(scores)


def _drops(asked: MethodInput, layer: str, n: int, channels: NDArray[np.intp]) -> Floats:
    """Return the relative drop (K, channels) of each class's logit without each channel."""
    x = asked.inputs[n : n + 1]
    A = asked.capture.activations[layer][n]
    y = asked.capture.logits[n, asked.classes[n]][:, None]
    drops = np.zeros((asked.classes.shape[1], len(channels)), np.float32)
    for part in asked.watch.slices(len(channels), max(1, int(_VARIANT_BYTES / A.nbytes))):
        variants = np.repeat(A[None], len(channels[part]), axis=0)
        variants[np.arange(len(variants)), channels[part]] = 0
        logits = asked.clf.resume(x, layer, variants)
        drops[:, part] = y - logits[:, asked.classes[n]].T
    size = np.abs(y)
    shares: Floats = np.divide(drops, size, out=np.zeros_like(drops), where=size != 0)
    return shares
