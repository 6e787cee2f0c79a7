"""The photo as the model sees it while pixels are removed, or brought back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradcam.types import Floats

_RADIUS, _SIGMA = 5, 5.0  # a kernel of 11 × 11 pixels


def deleted(values: Floats, blank: Floats, ranks: NDArray[np.int32], count: int) -> Floats:
    """Return the input (h, w, 3) with its `count` most relevant pixels replaced by `blank`'s.

    RISE, Petsiuk et al. 2018, section 4.2: pixels are set to a constant. Here it is 0 after the
    normalisation, which is the mean colour, as in the authors' code.
    """
    found: Floats = np.where((ranks < count)[..., None], blank, values)
    return found


def inserted(values: Floats, blurred: Floats, ranks: NDArray[np.int32], count: int) -> Floats:
    """Return the `blurred` input (h, w, 3) with its `count` most relevant pixels as they were.

    RISE, Petsiuk et al. 2018, section 4.2: a blurred canvas has fewer edges to mislead the model
    than a constant one.
    """
    found: Floats = np.where((ranks < count)[..., None], values, blurred)
    return found


def blurred(values: Floats) -> Floats:
    """Return the input (h, w, 3) behind a Gaussian blur, sigma 5 in a kernel of 11 × 11 pixels.

    The kernel sums to one, and the photo is mirrored at its edges. Blurring before the
    normalisation would give the same.
    """
    from scipy.ndimage import gaussian_filter

    found: Floats = gaussian_filter(values, (_SIGMA, _SIGMA, 0), radius=(_RADIUS, _RADIUS, 0))
    return found
