"""From raw values to what may be drawn: rectify, scale, upsample, place in the window."""

from __future__ import annotations

import numpy as np

from gradcam.types import Activation, Floats, Window


def heat(values: Floats, scale: float | None = None, activation: Activation = "relu") -> Floats:
    """float32 (h, w) in [0, 1]: after `activation`, divided by `scale` (default: the largest).

    "relu" cuts negatives (Grad-CAM's eq. 2), "against" keeps only them (its section 3.3), "abs"
    turns them round, "none" keeps both, so that the result lies in [-1, 1]. What exceeds a shared
    `scale` is cut to 1. With nothing left, or a scale that is not positive, everything is 0: no
    contrast is invented (DESIGN 5.3).
    """
    kept = _rectified(values, activation)
    top = float(np.abs(kept).max()) if scale is None else scale
    if top <= 0:
        return np.zeros_like(kept, np.float32)
    # float64, so that the tiniest peak does not overflow on the way to 1.
    return np.clip(kept.astype(np.float64) / top, -1, 1).astype(np.float32)


def _rectified(values: Floats, activation: Activation) -> Floats:
    if activation == "none":
        return values
    if activation == "abs":
        return np.abs(values)
    kept: Floats = np.maximum(-values if activation == "against" else values, 0)
    return kept


def resize(maps: Floats, size: tuple[int, int]) -> Floats:
    """Maps (…, h, w) at another resolution, float32 (…, *size): bilinear, half-pixel aligned."""
    wide = _along(maps, maps.ndim - 1, size[1], 0, size[1])
    return _along(wide, maps.ndim - 2, size[0], 0, size[0])


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
    shape = (-1, *(1,) * (values.ndim - 1 - axis))
    fraction = (position - low).astype(np.float32).reshape(shape)
    inside = ((share >= 0) & (share < 1)).astype(np.float32).reshape(shape)
    lower, upper = values.take(low, axis), values.take(high, axis)
    placed: Floats = (lower + (upper - lower) * fraction) * inside
    return placed
