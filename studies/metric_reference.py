"""Every metric a second time: in float64, with loops, straight from the papers.

It shares no code with gradcam.metrics but the order of pixels, which a paper cannot settle.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ask = Callable[[Array], float]  # model input (h, w, 3) → the probability of the class
Box = tuple[int, int, int, int]


def deletion(ask: Ask, x: Array, order: NDArray[np.intp], steps: int) -> float:
    """Petsiuk et al. 2018: the area while pixels are set to 0."""
    return _area(ask, x, np.zeros_like(x), order, steps)


def insertion(ask: Ask, x: Array, order: NDArray[np.intp], steps: int) -> float:
    """The same from a blurred photo to the whole one."""
    return _area(ask, blur(x), x, order, steps)


def _area(ask: Ask, start: Array, end: Array, order: NDArray[np.intp], steps: int) -> float:
    now, width = start.copy(), start.shape[1]
    points, done = [ask(now)], 0
    for step in range(1, steps + 1):
        until = round(step * len(order) / steps)
        for pixel in order[done:until]:
            now[divmod(pixel, width)] = end[divmod(pixel, width)]
        done = until
        points.append(ask(now))
    return (sum(points) - (points[0] + points[-1]) / 2) / steps


def blur(x: Array) -> Array:
    """Gaussian, sigma 5, cut to 11 × 11 and divided by its sum; the photo mirrored at its edges."""
    height, width, _ = x.shape
    found, total = np.zeros_like(x), 0.0
    for down in range(-5, 6):
        for right in range(-5, 6):
            weight = math.exp(-(down**2 + right**2) / (2 * 5**2))
            rows = [_mirrored(row + down, height) for row in range(height)]
            columns = [_mirrored(column + right, width) for column in range(width)]
            found += weight * x[rows][:, columns]
            total += weight
    return found / total


def _mirrored(at: int, size: int) -> int:
    at %= 2 * size
    return at if at < size else 2 * size - 1 - at


def filled(pixels: Array, removed: NDArray[np.intp]) -> Array:
    """Rong et al. 2022: each removed pixel the weighted mean of its neighbours."""
    from scipy.sparse import coo_array
    from scipy.sparse.linalg import spsolve

    height, width, _ = pixels.shape
    number = {int(pixel): n for n, pixel in enumerate(removed)}
    entries, b = [], np.zeros((len(removed), 3))
    for pixel, n in number.items():
        row, column = divmod(pixel, width)
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                y, x = row + down, column + right
                if (down, right) == (0, 0) or not (0 <= y < height and 0 <= x < width):
                    continue
                weight = 1 / 12 if down and right else 1 / 6
                entries.append((n, n, weight))
                if y * width + x in number:
                    entries.append((n, number[y * width + x], -weight))
                else:
                    b[n] += weight * pixels[y, x]
    rows, columns, weights = zip(*entries, strict=True)
    found = pixels.copy()
    found.reshape(-1, 3)[removed] = spsolve(coo_array((weights, (rows, columns))).tocsc(), b)
    return found


def road(ask: Ask, pixels: Array, noise: Array, order: NDArray[np.intp]) -> float:
    """The mean over 10 … 90 % of the probability, least relevant first less most relevant first.

    ask : takes pixels in [0, 1].
    """
    points = []
    for percent in range(10, 100, 10):
        count = len(order) * percent // 100
        for removed, side in ((order[:count], -1), (order[-count:], 1)):
            shown = filled(pixels, removed)
            for pixel in removed:
                shown.reshape(-1, 3)[pixel] += noise.reshape(-1, 3)[pixel]
            points.append(side * ask(np.rint(np.clip(shown, 0, 1) * 255) / 255))
    return sum(points) / 9


def average_drop(whole: float, through: float) -> float:
    """Chattopadhay et al. 2018, of one photo."""
    return max(0.0, whole - through) / whole


def pointing(peak: int, shape: tuple[int, int], box: Box) -> float:
    """TorchRay: whether any object pixel lies within less than 15 pixels of the peak."""
    left, top, right, bottom = box
    row, column = divmod(peak, shape[1])
    return float(
        any(
            (x - column) ** 2 + (y - row) ** 2 < 15**2
            for y in range(top, bottom)
            for x in range(left, right)
        )
    )


def energy(heat: Array, box: Box) -> float:
    """Wang et al. 2020: Σ map in the box / Σ map."""
    left, top, right, bottom = box
    return float(heat[top:bottom, left:right].sum() / heat.sum())
