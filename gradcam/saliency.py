"""One class's map: which values count as evidence, how they are scaled and placed on the photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from gradcam.text import clip, figures, shape
from gradcam.types import Floats, Prediction, Sign, Window

_LONGEST = 40  # characters of a name in what a map prints as


@dataclass(frozen=True, eq=False, repr=False)
class SaliencyMap:
    """The map of one class at one layer.

    Two maps are equal if all of this is, to the last bit of `values`; they have no hash.

    values : float32 (h, w), signed and unscaled, in units of (logit change)·(activation).
    prediction : the class that is explained.
    layer, method : the layer's name (fused layers are joined by " + ") and the method's key.
    window, photo_size : the part of the photo the model saw, and the photo's (H, W).
    sign : which evidence to show: "for" the class, "against" it, "both" with their signs, or
        "abs" for the magnitude of both.
    parameters : the method's options and findings, such as how many channels it tried. Where a
        method overrode an option, the requested value is kept under "asked".
    uniform_gradient : whether the gradient is the same at every position, in which case Grad-CAM,
        HiResCAM and XGrad-CAM give the same map.
    took_gradient : whether the method uses gradients.
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

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SaliencyMap):
            return NotImplemented
        return np.array_equal(self.values, other.values) and all(
            getattr(self, field.name) == getattr(other, field.name)
            for field in fields(self)
            if field.name != "values"
        )

    __hash__ = None  # type: ignore[assignment]  # as of an array

    def __repr__(self) -> str:
        label, layer = clip(self.prediction.label, _LONGEST), clip(self.layer, _LONGEST)
        size, peak = shape(self.values.shape), figures(self.peak)
        return f"<SaliencyMap of {label!r} by {self.method} at {layer!r}, {size}, peak {peak}>"

    @property
    def peak(self) -> float:
        """The largest evidence of `sign`, unscaled; never negative."""
        return max(0.0, float(np.abs(evidence(self.values, self.sign)).max()))

    @property
    def empty_reason(self) -> str:
        """Why the map shows nothing, or "" if it shows something."""
        if not self.values.any():
            if self.parameters.get("blocks") == 0:
                return "No block of the transformer comes before this layer."
            if self.took_gradient:
                return "The gradient of this class is zero at this layer."
            return "The map is zero everywhere at this layer."
        if self.peak > 0:
            return ""
        if self.sign == "against":
            return "No evidence against this class at this layer."
        return "No positive evidence for this class at this layer."

    def heat(self, *, scale: float | None = None) -> Floats:
        """Return the evidence of `sign` divided by `scale` (default: the peak), float32 (h, w).

        It lies in [0, 1], or in [-1, 1] if both signs are kept.
        """
        return heat(self.values, scale, self.sign)

    def on_image(self, *, scale: float | None = None) -> Floats:
        """Return `heat` upsampled onto the photo, float32 (H, W), and 0 outside the window.

        scale : as for `heat`.
        """
        return place(self.heat(scale=scale), self.window, self.photo_size)


def evidence(values: Floats, sign: Sign) -> Floats:
    """Return the part of signed `values` (h, w) that counts as evidence of `sign`.

    "for" drops negative values (the ReLU in Grad-CAM's eq. 2), "against" keeps only those and
    negates them (the paper's section 3.3), "abs" takes magnitudes, "both" keeps values unchanged.
    """
    if sign == "both":
        return values
    if sign == "abs":
        return np.abs(values)
    kept: Floats = np.maximum(-values if sign == "against" else values, 0)
    return kept


def heat(values: Floats, scale: float | None = None, sign: Sign = "for") -> Floats:
    """Return the evidence divided by `scale`: float32 (h, w) in [0, 1], or [-1, 1] for "both".

    `scale` defaults to the largest evidence; larger values are clipped to 1. Without evidence, or
    if `scale` is not positive, the heat is 0 everywhere: no contrast is invented (DESIGN 5.3).
    """
    kept = evidence(values, sign)
    top = float(np.abs(kept).max()) if scale is None else scale
    if top <= 0:
        return np.zeros_like(kept, np.float32)
    # In float32, dividing by the tiniest peaks would overflow.
    return np.clip(kept.astype(np.float64) / top, -1, 1).astype(np.float32)


def resize(maps: Floats, size: tuple[int, int]) -> Floats:
    """Resize maps (…, h, w) to float32 (…, *size), bilinearly with half-pixel alignment."""
    wide = _along(maps, maps.ndim - 1, size[1], 0, size[1])
    return _along(wide, maps.ndim - 2, size[0], 0, size[0])


def place(heat: Floats, window: Window, photo_size: tuple[int, int]) -> Floats:
    """Upsample `heat` (h, w) onto the photo: float32 (H, W), 0 outside the window.

    Values are interpolated bilinearly with half-pixel alignment: the photo's pixel centre x + ½
    lies at (x + ½ - left) / (right - left) · w - ½ in the map's pixels. Beyond the outermost
    centres the edge value is repeated.
    """
    wide = _along(heat, 1, photo_size[1], window.left, window.right)
    return _along(wide, 0, photo_size[0], window.top, window.bottom)


def covered_parts(start: float, end: float, first: float, last: float, parts: int) -> Floats:
    """Return how much of each of `parts` equal parts of [first, last] lies in [start, end]."""
    edges = np.linspace(first, last, parts + 1)
    inside = np.minimum(end, edges[1:]) - np.maximum(start, edges[:-1])
    return np.maximum(inside / np.diff(edges), 0).astype(np.float32)


def _along(values: Floats, axis: int, size: int, start: float, end: float) -> Floats:
    """Interpolate linearly along one axis, which becomes `size` long."""
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
