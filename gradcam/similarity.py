"""How alike two maps are: rank correlation and SSIM, and the edges of a photo to compare with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradcam.errors import GradcamError
from gradcam.types import Floats, Photo

Doubles = NDArray[np.float64]
WINDOW = 7  # pixels, the side of SSIM's square window
_K1, _K2 = 0.01, 0.03  # Wang et al. 2004, section III.B
_LUMINANCE = np.array((0.299, 0.587, 0.114), np.float32)  # ITU-R 601, as for grey models


def ranks(values: Floats) -> Doubles:
    """Return each value's rank, from 1 for the smallest, in the shape of `values`.

    Equal values share the mean of the ranks they take up.

    >>> ranks(np.float32([0.5, 2, 0.5, 7]))
    array([1.5, 3. , 1.5, 4. ])
    """
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    shared: Doubles = last - (counts - 1) / 2
    return shared[place].reshape(np.shape(values))


def rank_correlation(one: Floats, other: Floats) -> float | None:
    """Return Spearman's rank correlation of two maps of the same shape, from -1 to 1.

    It is the ordinary correlation of the values' ranks, so it depends on their order alone.

    Parameters
    ----------
    one, other : maps of any shape.

    Returns
    -------
    The correlation, or None where all values of a map are equal, so that they have no order.

    Raises
    ------
    GradcamError : the shapes differ, or a value is not finite.
    """
    _require_comparable(one, other)
    a, b = ranks(one).ravel(), ranks(other).ravel()
    a, b = a - a.mean(), b - b.mean()
    spread = float(np.sqrt((a @ a) * (b @ b)))
    return float(np.clip((a @ b) / spread, -1, 1)) if spread > 0 else None


def ssim(one: Floats, other: Floats) -> float:
    """Return the structural similarity of two maps, at most 1.

    Wang et al. 2004, doi:10.1109/TIP.2003.819861, eq. 13, in windows of 7 × 7 pixels, averaged over
    every window within the map; variances are those of a sample, as in scikit-image.

    Parameters
    ----------
    one, other : maps (h, w) with values in [0, 1].

    Returns
    -------
    1 for equal maps. Constant maps are compared by their brightness alone, so that two which are
    zero everywhere are equal too.

    Raises
    ------
    GradcamError : the shapes differ, a side is below 7 pixels, or a value is not finite.
    """
    _require_comparable(one, other)
    if one.ndim != 2 or min(one.shape) < WINDOW:
        raise GradcamError(
            f"SSIM compares windows of {WINDOW} × {WINDOW} pixels, and a map is {one.shape}.",
            hint="Enlarge both maps first.",
        )
    x, y = one.astype(np.float64), other.astype(np.float64)
    mean_x, mean_y = _windows(x), _windows(y)
    sample = WINDOW**2 / (WINDOW**2 - 1)
    var_x = sample * (_windows(x * x) - mean_x**2)
    var_y = sample * (_windows(y * y) - mean_y**2)
    together = sample * (_windows(x * y) - mean_x * mean_y)
    c1, c2 = _K1**2, _K2**2
    alike = (2 * mean_x * mean_y + c1) * (2 * together + c2)
    return float((alike / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))).mean())


def edges(photo: Photo) -> Floats:
    """Return how strong the edge at each pixel of a photo is: Sobel's magnitude, float32 (H, W).

    The luminance's change from left to right and from top to bottom, each smoothed across (1, 2, 1)
    and scaled so that a step from black to white gives 1; their root mean square. The border
    repeats the outermost pixels.
    """
    grey = photo.astype(np.float32) @ _LUMINANCE / np.float32(255)
    wide = np.pad(grey, 1, mode="edge")
    across, down = wide[:, 2:] - wide[:, :-2], wide[2:] - wide[:-2]
    from_left = (across[:-2] + 2 * across[1:-1] + across[2:]) / 4
    from_top = (down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) / 4
    found: Floats = np.sqrt((from_left**2 + from_top**2) / 2).astype(np.float32)
    return found


def _windows(values: Doubles) -> Doubles:
    """Return the mean of every window that lies within values (h, w), from their running sums."""
    sums = np.pad(values.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    n = WINDOW
    found: Doubles = (sums[n:, n:] - sums[:-n, n:] - sums[n:, :-n] + sums[:-n, :-n]) / n**2
    return found


def _require_comparable(one: Floats, other: Floats) -> None:
    if one.shape != other.shape:
        raise GradcamError(
            f"Maps of {one.shape} and {other.shape} cannot be compared.",
            hint="Resize one of them first.",
        )
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        raise GradcamError(
            "A map with NaN or infinity cannot be compared.", hint="Check the model's weights."
        )
