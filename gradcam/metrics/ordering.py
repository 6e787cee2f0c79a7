"""The one order of pixels that every metric follows, so that ties favour no method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradcam.saliency import SaliencyMap, resize
from gradcam.types import Floats

Order = NDArray[np.intp]


def spread(saliency_map: SaliencyMap, size: tuple[int, int]) -> Floats:
    """Return the map as it is drawn on the model's input: heat in [0, 1], float32 (h_in, w_in).

    It is upsampled bilinearly, and rectified before that; with the sign "both" it keeps its sign.
    """
    return resize(saliency_map.heat(), size)


def order(heat: Floats, seed: int = 0) -> Order:
    """Return the pixels of `heat` (h, w) from the most to the least relevant, as flat indices.

    Equal values, such as the zeros that rectifying leaves, come in one random order of all pixels,
    which depends on the size and the seed alone. It is the same for every method and every model.

    >>> order(np.float32([[0, 1], [2, 0]])).tolist()[:2]
    [2, 1]
    """
    shuffled = np.random.default_rng(seed).permutation(heat.size)
    return shuffled[np.argsort(-heat.ravel()[shuffled], kind="stable")]


def ranks(order: Order, size: tuple[int, int]) -> NDArray[np.int32]:
    """Return how many pixels come before each pixel, int32 (h, w): 0 at the most relevant one."""
    found = np.empty(len(order), np.int32)
    found[order] = np.arange(len(order), dtype=np.int32)
    return found.reshape(size)
