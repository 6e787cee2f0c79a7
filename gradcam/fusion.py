"""Several layers' maps as one: detail from the early ones, certainty from the late ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, Literal

import numpy as np

from gradcam.saliency import heat, resize
from gradcam.types import Activation, Floats, SaliencyMap

Fusion = Literal["max", "mean", "product"]
FUSIONS: tuple[Fusion, ...] = ("max", "mean", "product")
JOINED = " + "  # between the layers' names


def fuse(maps: tuple[SaliencyMap, ...], how: Fusion) -> SaliencyMap:
    """One class's maps from several layers, in [0, 1] at the finest layer's resolution.

    Each is rectified and scaled by its own peak, upsampled, and merged: "max" keeps what any layer
    shows (LayerCAM, Jiang et al. 2021, section III-C), "product", the geometric mean, only what
    all of them do, "mean" weighs them alike.
    """
    size = max((m.values.shape for m in maps), key=lambda shape: shape[0] * shape[1])
    finest = (size[0], size[1])
    activation = rectified(maps[0].activation)
    heats = [resize(heat(m.values, None, activation), finest) for m in maps]
    merged: Floats = {"max": _largest, "mean": _mean, "product": _product}[how](heats)
    facts: Mapping[str, Any] = {
        **maps[0].parameters, "fusion": how, "rectified": activation,
    }  # fmt: skip
    name = JOINED.join(m.layer for m in maps)
    return replace(maps[0], values=merged, layer=name, parameters=facts, activation="relu")


def rectified(activation: Activation) -> Activation:
    """What is made of the layers' signs before they are merged: both cannot be kept."""
    return "relu" if activation == "none" else activation


def _largest(heats: list[Floats]) -> Floats:
    return reduce(np.maximum, heats)


def _mean(heats: list[Floats]) -> Floats:
    mean: Floats = np.mean(heats, axis=0)
    return mean


def _product(heats: list[Floats]) -> Floats:
    product: Floats = reduce(np.multiply, heats)
    return product ** np.float32(1 / len(heats))
