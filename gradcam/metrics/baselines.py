"""Two maps that know nothing of the model, to compare every method with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from gradcam.saliency import SaliencyMap
from gradcam.types import Floats, Prediction, Window

BASELINES: Mapping[str, str] = MappingProxyType({"random": "Random map", "centre": "Centred blob"})
_CELLS = 28  # of the blob's side
_WIDTH = 0.25  # standard deviation of the blob, as a share of the side


def baselines(
    prediction: Prediction,
    layer: str,
    size: tuple[int, int],
    window: Window,
    photo_size: tuple[int, int],
    seed: int = 0,
) -> tuple[SaliencyMap, ...]:
    """Return the two baselines as maps of a class, in the order of `BASELINES`.

    size : the layer's (h, w). The random map has the same, so that it is as smooth as the maps
        that it is compared with; noise of single pixels would spoil any photo at once.
    seed : of the random map.
    """
    values = {"random": noise(size, seed), "centre": blob()}
    return tuple(
        SaliencyMap(values[name], prediction, layer, name, window, photo_size, took_gradient=False)
        for name in BASELINES
    )


def noise(size: tuple[int, int], seed: int = 0) -> Floats:
    """Return uniform noise in (0, 1], float32 (h, w)."""
    return 1 - np.random.default_rng(seed).random(size, np.float32)


def blob() -> Floats:
    """Return a Gaussian in the middle of what the model sees, a quarter of its side wide."""
    away = (np.arange(_CELLS) + 0.5) / _CELLS - 0.5
    side = np.exp(-np.square(away / _WIDTH) / 2)
    return np.outer(side, side).astype(np.float32)
