"""One class's map: what counts as evidence, how it is scaled, and where it lies in the photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcam.types import Floats, Prediction, Sign, Window


@dataclass(frozen=True)
class SaliencyMap:
    """One class seen from one layer.

    values : float32 (h, w), signed and unscaled, in units of (logit change)·(activation).
    prediction : the class that is explained.
    layer, method : the layer's name (fused layers joined by " + "), the method's key.
    photo_size : (H, W) of the photo, and `window` where the model's view lies in it.
    sign : which evidence is drawn: "for" the class, "against" it, "both" with their signs, or
        "abs", both without.
    parameters : the method's options and what it found out, such as how many channels there were.
        Where a method overrode an option, the requested value is kept under "asked".
    uniform_gradient : the gradient is the same at every position, so that Grad-CAM, HiResCAM and
        XGrad-CAM are the same map by theory.
    took_gradient : whether the method looked at gradients at all.
    """

    values: Floats
    prediction: Prediction
    layer: str
    method: str
    window: Window
    photo_size: tuple[int, int]
    sign: Sign = "for"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    uniform_gradient: bool = False
    took_gradient: bool = True

    @property
    def peak(self) -> float:
        """The largest value of the drawn sign, unscaled; never negative."""
        return max(0.0, float(np.abs(evidence(self.values, self.sign)).max()))

    @property
    def empty_reason(self) -> str:
        """Why nothing would be drawn, or "" when there is something to draw."""
        if not self.values.any():
            if self.took_gradient:
                return "The gradient of this class is zero at this layer."
            return "The map is zero everywhere at this layer."
        if self.peak > 0:
            return ""
        if self.sign == "against":
            return "No evidence against this class at this layer."
        return "No positive evidence for this class at this layer."

    def heat(self, *, scale: float | None = None) -> Floats:
        """float32 (h, w): the evidence of `sign`, divided by `scale` (default: the peak).

        In [0, 1], or in [-1, 1] where both signs are kept.
        """
        return heat(self.values, scale, self.sign)

    def on_image(self, *, scale: float | None = None) -> Floats:
        """float32 (H, W): `heat` at `scale`, upsampled and placed over the photo, 0 outside."""
        return place(self.heat(scale=scale), self.window, self.photo_size)


def evidence(values: Floats, sign: Sign) -> Floats:
    """What of signed `values` (h, w) counts.

    "for" cuts negatives (Grad-CAM's eq. 2), "against" keeps only them, turned positive (its
    section 3.3), "abs" takes magnitudes, "both" leaves the values as they are.
    """
    if sign == "both":
        return values
    if sign == "abs":
        return np.abs(values)
    kept: Floats = np.maximum(-values if sign == "against" else values, 0)
    return kept


def heat(values: Floats, scale: float | None = None, sign: Sign = "for") -> Floats:
    """float32 (h, w) in [0, 1], or [-1, 1] for "both": the evidence divided by `scale`.

    `scale` defaults to the largest evidence; what exceeds it is cut to 1. Without evidence, or
    with a scale that is not positive, everything is 0: no contrast is invented (DESIGN 5.3).
    """
    kept = evidence(values, sign)
    top = float(np.abs(kept).max()) if scale is None else scale
    if top <= 0:
        return np.zeros_like(kept, np.float32)
    # float64, so that the tiniest peak does not overflow on the way to 1.
    return np.clip(kept.astype(np.float64) / top, -1, 1).astype(np.float32)


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
