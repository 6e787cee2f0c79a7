"""From raw values to what may be drawn: rectify, scale, upsample, place in the window."""

from __future__ import annotations

import numpy as np

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
    wide = _along(heat, 1, photo_size[1], window.left, window.right)
    return _along(wide, 0, photo_size[0], window.top, window.bottom)


def _along(values: Floats, axis: int, size: int, start: float, end: float) -> Floats:
    """Linear interpolation along one axis, which becomes `size` long."""
    cells = values.shape[axis]
    share = (np.arange(size) + 0.5 - start) / (end - start)
    position = np.clip(share * cells - 0.5, 0, cells - 1)
    low = np.minimum(position.astype(np.intp), max(cells - 2, 0))
    high = np.minimum(low + 1, cells - 1)
    shape = (-1, 1) if axis == 0 else (1, -1)
    fraction = (position - low).astype(np.float32).reshape(shape)
    inside = ((share >= 0) & (share < 1)).astype(np.float32).reshape(shape)
    lower, upper = values.take(low, axis), values.take(high, axis)
    placed: Floats = (lower + (upper - lower) * fraction) * inside
    return placed
