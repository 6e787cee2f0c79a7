"""Where a map's heat lies, in numbers, and what the model sees there.

Everything is measured over what the model saw, not over the photo, because that is where a mark
that was in the training photos lies at the same place.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradcam.saliency import evidence, resize
from gradcam.types import Floats

GRID = 16  # cells along each side of the common grid
LONGEST = 256  # numbers of a texture; those of a wider layer are projected to so many
_FINE = 4  # samples along a cell's side
_EDGE = GRID // 8  # cells
_CORNER = GRID // 4  # cells
_SEED = 0  # of the projection, which must be the same on every machine


class Lying(NamedTuple):
    """Where a map's heat lies, in shares of what the model saw.

    border : the share of the heat within an eighth of an edge, which cover 44 % of the view.
    upper_left, upper_right, lower_left, lower_right : the share of it in each corner, a quarter of
        the view wide and high.
    x, y : its centre of mass, from the left and from the top.
    area : the share of the view in which it is above half its peak.
    entropy : from 0 for a single cell to 1 for heat that is equal everywhere.
    """

    border: float
    upper_left: float
    upper_right: float
    lower_left: float
    lower_right: float
    x: float
    y: float
    area: float
    entropy: float


def reduced(values: Floats) -> Floats | None:
    """Return a map's positive evidence on the common grid, summing to one.

    values : float32 (h, w), signed, over what the model saw.

    Returns float32 (GRID, GRID), or None if nothing is positive.
    """
    side = GRID * _FINE
    fine = resize(evidence(values, "for"), (side, side)).astype(np.float64)
    cells = fine.reshape(GRID, _FINE, GRID, _FINE).mean(axis=(1, 3))
    total = cells.sum()
    return (cells / total).astype(np.float32) if total > 0 else None


def lying(heat: Floats) -> Lying:
    """Measure a reduced map, (GRID, GRID) with a sum of one."""
    wide = heat.astype(np.float64)
    inner = wide[_EDGE:-_EDGE, _EDGE:-_EDGE].sum()
    left, right = slice(None, _CORNER), slice(-_CORNER, None)
    corners = (wide[down, across].sum() for down in (left, right) for across in (left, right))
    upper_left, upper_right, lower_left, lower_right = map(float, corners)
    at = (np.arange(GRID) + 0.5) / GRID
    positive = wide[wide > 0]
    entropy = -(positive * np.log(positive)).sum() / math.log(wide.size)
    return Lying(
        float(1 - inner),
        upper_left,
        upper_right,
        lower_left,
        lower_right,
        float(wide.sum(axis=0) @ at),
        float(wide.sum(axis=1) @ at),
        float((wide > wide.max() / 2).mean()),
        abs(float(entropy)),
    )


def texture(values: Floats, activations: Floats) -> Floats | None:
    """Return what the layer sees where the heat lies: its activations, averaged by the heat.

    Two photos whose heat lies on the same thing have nearly the same texture, wherever that thing
    is on each of them.

    Parameters
    ----------
    values : float32 (h, w), a map of any size over what the model saw.
    activations : float32 (C, h', w') of the layer that the map is of.

    Returns
    -------
    float32 (D,) of length one, D the smaller of C and `LONGEST`; None if nothing is positive, or
    the layer is silent there. Above `LONGEST`, one fixed random projection keeps the distances
    between photos to some 5 % (Johnson and Lindenstrauss 1984).
    """
    where = evidence(values, "for").astype(np.float64)
    if where.shape != activations.shape[1:]:
        where = resize(where.astype(np.float32), activations.shape[1:]).astype(np.float64)
    if where.sum() <= 0:
        return None
    pooled = np.tensordot(activations.astype(np.float64), where / where.sum(), 2)
    size = np.linalg.norm(pooled)
    if not size > 0:
        return None
    found = _projected(pooled / size)
    return (found / np.linalg.norm(found)).astype(np.float32)


def texture_length(channels: int) -> int:
    """Return how many numbers the texture of a layer with so many channels has."""
    return min(channels, LONGEST)


def _projected(pooled: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(pooled) <= LONGEST:
        return pooled
    found: NDArray[np.float64] = _signs(len(pooled)) @ pooled / math.sqrt(LONGEST)
    return found


@cache
def _signs(channels: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(_SEED)
    return rng.integers(0, 2, (LONGEST, channels), np.int8) * 2.0 - 1
