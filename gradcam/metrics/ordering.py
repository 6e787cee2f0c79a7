"""The one order of pixels that every metric follows, so that ties favour no method."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gradcam.saliency import SaliencyMap, resize
from gradcam.types import Floats

Order = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Drawn:
    """A map as it is drawn on the model's input, and the order of pixels that follows from it.

    heat : float32 (h_in, w_in) in [0, 1]; with the sign "both" in [-1, 1].
    order : flat indices, the most relevant pixel first.
    """

    heat: Floats
    order: Order

    @classmethod
    def of(cls, saliency_map: SaliencyMap, size: tuple[int, int], seed: int = 0) -> Drawn:
        """Rectify a map, upsample it bilinearly to the input's `size`, and order its pixels."""
        heat = resize(saliency_map.heat(), size)
        return cls(heat, order(heat, seed))

    @cached_property
    def ranks(self) -> NDArray[np.int32]:
        """How many pixels come before each pixel, int32 (h_in, w_in): 0 at the most relevant."""
        found = np.empty(len(self.order), np.int32)
        found[self.order] = np.arange(len(self.order), dtype=np.int32)
        return found.reshape(self.heat.shape)


def order(heat: Floats, seed: int = 0) -> Order:
    """Return the pixels of `heat` (h, w) from the most to the least relevant, as flat indices.

    Equal values, such as the zeros that rectifying leaves, come in one random order of all pixels,
    which depends on the size and the seed alone. It is the same for every method and every model.

    >>> order(np.float32([[0, 1], [2, 0]])).tolist()[:2]
    [2, 1]
    """
    shuffled = np.random.default_rng(seed).permutation(heat.size)
    return shuffled[np.argsort(-heat.ravel()[shuffled], kind="stable")]
