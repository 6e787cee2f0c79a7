"""ROAD's noisy linear imputation: pixels are filled in so smoothly that little gives them away.

Rong et al. 2022, arXiv:2202.00449. A patch of one colour has an outline, and a model
may go by the outline. So each removed pixel becomes the mean of its eight neighbours, the four
beside it weighing 1/6 each and the four at its corners 1/12; many neighbours are removed too, so
all are found at once, from one sparse system of equations.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcam.metrics.ordering import Order
from gradcam.types import Photo

EDGE, CORNER = 1 / 6, 1 / 12
NOISE = 0.01  # standard deviation, of pixel values in [0, 1]
PERCENT = (10, 20, 30, 40, 50, 60, 70, 80, 90)
_BESIDE = ((0, 1, EDGE), (1, 0, EDGE), (1, 1, CORNER), (1, -1, CORNER))
_SMALLEST = 24  # pixels in a part of the grid that is not divided further


def noise(size: tuple[int, int], seed: int = 0) -> NDArray[np.float64]:
    """Return ROAD's noise for every pixel of an input (h, w), as (h, w, 3)."""
    return np.random.default_rng(seed).normal(0, NOISE, (*size, 3))


def imputed(pixels: Photo, removed: Order, noise: NDArray[np.float64]) -> Photo:
    """Return the photo (h, w, 3) with pixels filled in from those that are left.

    removed : flat indices, not all.
    noise : (h, w, 3), added to what is filled in; pixel values lie in [0, 1] before that.

    A pixel at the photo's edge has fewer neighbours, whose weights are scaled to sum to one.
    """
    found = linear(pixels / 255, removed)
    found.reshape(-1, 3)[removed] += noise.reshape(-1, 3)[removed]
    return np.asarray(np.rint(np.clip(found, 0, 1) * 255), np.uint8)


def linear(values: NDArray[np.float64], removed: Order) -> NDArray[np.float64]:
    """Return `values` (h, w, 3) with pixels filled in, before noise is added.

    It is solved in 32 bits, to about 1e-4, where one of 256 levels is 4e-3.
    """
    from scipy.sparse.linalg import splu

    found = values.reshape(-1, 3).copy()
    found[removed] = 0
    system, place = _grid(values.shape[0], values.shape[1])
    rows = np.sort(place[removed])
    known = np.empty_like(found, np.float32)
    known[place] = found
    right = -(system @ known)[rows]
    # The order of elimination is the grid's own, and a diagonally dominant matrix needs no pivots.
    solved = splu(
        system[rows][:, rows].tocsc(),
        permc_spec="NATURAL",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    ).solve(right)
    known[rows] = solved
    found[removed] = known[place[removed]]
    return found.reshape(values.shape)


@lru_cache(maxsize=4)
def _grid(height: int, width: int) -> tuple[Any, Order]:
    """Return the equations of all pixels as a sparse matrix, and the row of each pixel in it.

    Row i says Σ_j w_ij (x_i − x_j) = 0 over the neighbours j. Which pixels are removed picks rows
    and columns. Rows stand in an order in which elimination fills in little, found once a size.
    """
    from scipy.sparse import coo_array, diags_array

    pixels = np.arange(height * width).reshape(height, width)
    place = np.empty(height * width, np.intp)
    place[np.concatenate(list(_dissected(pixels)))] = np.arange(height * width)
    first, second, weights = [], [], []
    for down, right, weight in _BESIDE:
        one = pixels[: height - down, max(0, -right) : width - max(0, right)]
        other = pixels[down:, max(0, right) : width - max(0, -right)]
        first.append(place[one.ravel()])
        second.append(place[other.ravel()])
        weights.append(np.full(one.size, weight, np.float32))
    a, b, w = (np.concatenate(parts) for parts in (first, second, weights))
    size = (height * width, height * width)
    joined = coo_array(
        (np.tile(w, 2), (np.concatenate([a, b]), np.concatenate([b, a]))), size
    ).tocsr()
    return (diags_array(joined.sum(axis=1)) - joined).tocsr(), place


def _dissected(pixels: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Return a grid's pixels in the order of nested dissection (George 1973).

    A line of pixels parts the grid in two; what is within either part is eliminated before it.
    """
    if pixels.size <= _SMALLEST:
        return [pixels.ravel()]
    along = pixels if pixels.shape[0] >= pixels.shape[1] else pixels.T
    middle = len(along) // 2
    return [*_dissected(along[:middle]), *_dissected(along[middle + 1 :]), along[middle]]
