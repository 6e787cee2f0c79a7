"""Where the object is, and whether the map points at it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcam.metrics.ordering import Order
from gradcam.saliency import covered_parts
from gradcam.types import Floats, Window

Box = tuple[float, float, float, float]  # left, top, right, bottom: edges, in photo pixels
TOLERANCE = 15  # photo pixels


def hit(order: Order, size: tuple[int, int], window: Window, boxes: Sequence[Box]) -> bool:
    """Return whether the map's peak is less than 15 photo pixels from a pixel of the object.

    The pointing game (Zhang et al. 2016, arXiv:1608.00507), with the tolerance of TorchRay
    (Fong et al. 2019, arXiv:1910.08485).

    order : the pixels of the model's input, of `size` (h, w), the peak first.
    boxes : whole pixels of the photo, which are measured to their centres.
    """
    row, column = divmod(int(order[0]), size[1])
    x = window.left + (column + 0.5) / size[1] * (window.right - window.left)
    y = window.top + (row + 0.5) / size[0] * (window.bottom - window.top)
    return any(_distance(x, y, box) < TOLERANCE for box in boxes)


def energy(heat: Floats, window: Window, boxes: Sequence[Box]) -> float:
    """Return the share of a map's evidence (h, w) that lies in the boxes, from 0 to 1.

    The energy-based pointing game (Wang et al. 2020, arXiv:1910.01279). What two
    boxes have in common counts once.
    """
    strength = np.abs(heat, dtype=np.float64)
    return float((strength * inside(heat.shape, window, boxes)).sum() / strength.sum())


def inside(size: tuple[int, ...], window: Window, boxes: Sequence[Box]) -> Floats:
    """Return how much of each pixel of the model's input (h, w) lies in one of the boxes."""
    covered = np.zeros((size[0], size[1]), np.float32)
    for left, top, right, bottom in boxes:
        down = covered_parts(top, bottom, window.top, window.bottom, size[0])
        across = covered_parts(left, right, window.left, window.right, size[1])
        covered = np.maximum(covered, np.outer(down, across))
    return covered


def _distance(x: float, y: float, box: Box) -> float:
    left, top, right, bottom = box
    across = max(left + 0.5 - x, x - (right - 0.5), 0.0)
    down = max(top + 0.5 - y, y - (bottom - 0.5), 0.0)
    return float(np.hypot(across, down))
