"""From raw values to what may be drawn: rectify, scale, upsample, place in the window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradcam.types import Floats, Window


def heat(values: Floats, scale: float | None = None) -> Floats:
    """[0, 1] float32 (h, w): negatives cut, divided by `scale` (default: the largest value).

    What exceeds a shared `scale` is cut to 1. With nothing positive, or a scale that is not,
    everything is 0: no contrast is invented (DESIGN 5.3).
    """
    positive = np.maximum(values, 0)
    top = float(positive.max()) if scale is None else scale
    if top <= 0:
        return np.zeros_like(positive, np.float32)
    # float64, so that the tiniest peak does not overflow on the way to 1.
    return np.minimum(positive.astype(np.float64) / top, 1).astype(np.float32)


def place(heat: Floats, window: Window, photo_size: tuple[int, int]) -> Floats:
    """`heat` (h, w) laid over the photo: float32 (H, W), 0 outside the window.

    Bilinear in value space and half-pixel aligned: the photo's pixel centre x + ½ lies at
    (x + ½ - left) / (right - left) · w - ½ among the map's own pixels; beyond the outermost
    centres the edge value goes on.
    """
    rows = _weights(photo_size[0], heat.shape[0], window.top, window.bottom)
    columns = _weights(photo_size[1], heat.shape[1], window.left, window.right)
    return rows @ heat @ columns.T


def _weights(size: int, cells: int, start: float, end: float) -> Floats:
    """Linear interpolation along one axis as a matrix, float32 (size, cells)."""
    share = (np.arange(size) + 0.5 - start) / (end - start)
    inside = (share >= 0) & (share < 1)
    position = np.clip(share * cells - 0.5, 0, cells - 1)
    low: NDArray[np.intp] = np.minimum(position.astype(np.intp), max(cells - 2, 0))
    weights = np.zeros((size, cells), np.float32)
    pixels = np.arange(size)
    weights[pixels, np.minimum(low + 1, cells - 1)] = position - low
    weights[pixels, low] += 1 - (position - low)
    weights[~inside] = 0
    return weights
