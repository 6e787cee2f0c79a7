"""Which part of a photo somebody's preprocessing shows the model, measured from what it does.

Photos whose brightness is their own x or y coordinate are sent through it. Each pixel that comes
out then says where in the photo it came from, and a straight line through these gives the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gradcam.transforms.calling import Apply
from gradcam.types import Floats, Photo, Window

_BANDS = 8
_EDGE = 2  # outermost pixels, which a filter at the photo's edge pulls inwards
_WAVES = 13


@dataclass(frozen=True)
class Brightness:
    """How the code turns grey levels into values: `curve`[i] is what `levels`[i] becomes."""

    levels: Floats
    curve: Floats

    @classmethod
    def of(cls, apply: Apply, size: tuple[int, int]) -> Self | None:
        """Measure it on plain grey photos of `size`, or return None if it is not one to one."""
        levels = np.linspace(0, 255, 18).astype(np.uint8)
        greys = [apply(np.full((*size, 3), level, np.uint8)) for level in levels]
        curve = np.array([_light(grey)[_middle(grey)].mean() for grey in greys])
        span = curve[-1] - curve[0]
        if span == 0 or (np.diff(curve) / span < 0.01 / len(levels)).any():
            return None
        sign = np.sign(span)  # np.interp needs rising values
        return cls(*(np.asarray(a[:: int(sign)], np.float32) for a in (levels, curve)))

    def level(self, values: Floats) -> Floats:
        """Return the grey levels in [0, 255], (h, w), that became `values` (h, w, 3)."""
        return np.interp(_light(values), self.curve, self.levels).astype(np.float32)


def window(apply: Apply, size: tuple[int, int], brightness: Brightness) -> Window | None:
    """Measure the window of photos of `size` = (H, W).

    Returns
    -------
    The Window, exact to a fraction of a pixel of the model's input; or None if the model does not
    see one upright rectangle of the photo: it is turned, mirrored, bent, or in several pieces.
    """
    black, white = (apply(np.full((*size, 3), level, np.uint8)) for level in (0, 255))
    contrast = brightness.level(white) - brightness.level(black)
    rows, columns = _rectangle(contrast > 127)
    if not (len(rows) and len(columns)):
        return None
    rows, columns = _trimmed(rows), _trimmed(columns)
    ys, xs = (brightness.level(apply(ramp(size, axis)))[np.ix_(rows, columns)] for axis in (0, 1))
    across = _line(xs, columns, size[1], white.shape[1])
    down = _line(ys.T, rows, size[0], white.shape[0])
    if across is None or down is None:
        return None
    return Window(across[0], down[0], across[1], down[1])


def ramp(size: tuple[int, int], axis: int) -> Photo:
    """Return a grey photo (H, W, 3) whose level is the coordinate along `axis`: 0 to 255.

    Across the axis the level rises and falls by one in waves, so that rounding to whole levels,
    before and after the code resizes, averages out over the lines.
    """
    along, across = (_centres(size[a]) for a in (axis, 1 - axis))
    waves = np.abs(2 * _WAVES * across % 2 - 1)
    level = (255 * along[None] + waves[:, None]).astype(np.uint8)
    return np.repeat((level.T if axis == 0 else level)[..., None], 3, axis=2)


def _centres(count: int) -> NDArray[np.float64]:
    return (np.arange(count) + 0.5) / count


def _line(
    levels: Floats, places: NDArray[np.intp], length: int, cells: int
) -> tuple[float, float] | None:
    """Fit photo coordinate = start + step · place, and return it at both ends of the input.

    levels : (lines, n), grey levels along each line, at the n `places` (pixels of the input).
    length : of the photo along the axis. cells : of the input along the axis.

    Returns None unless every part of every line is on the fitted one, to a pixel of the input.
    """
    if len(places) < 3:
        return None
    bands = np.array_split(levels, min(_BANDS, len(levels)))
    found = np.array([band.mean(axis=0) for band in bands]) / 255 * length
    step, start = np.polyfit(places + 0.5, found.mean(axis=0), 1)
    error = np.abs(found - (start + step * (places + 0.5))).max()
    # Interpolation by the nearest pixel is off by up to half a pixel of the photo or the input.
    if step <= 0 or error > 0.75 * step + 0.75 + 0.5 * length / 255:
        return None
    return float(start), float(start + step * cells)


def _rectangle(inside: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows and columns of the one rectangle in `inside`; empty if it is not filled.

    Its outermost pixels may be missing: a border is mixed into them, and twice into the corners.
    """
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    none = np.array([], np.intp)
    if not len(rows) or not inside[np.ix_(rows[1:-1], columns[1:-1])].all():
        return none, none
    whole = len(rows) == np.ptp(rows) + 1 and len(columns) == np.ptp(columns) + 1
    return (rows, columns) if whole else (none, none)


def _trimmed(places: NDArray[np.intp]) -> NDArray[np.intp]:
    edge = min(_EDGE, len(places) // 5)
    return places[edge : len(places) - edge]


def _light(values: Floats) -> Floats:
    light: Floats = values.mean(axis=2)
    return light


def _middle(values: Floats) -> tuple[slice, slice]:
    """The middle third of (h, w, 3), where no border is."""
    height, width = values.shape[:2]
    return slice(height // 3, -(-2 * height // 3)), slice(width // 3, -(-2 * width // 3))
