"""The ranges of pixel values that models are trained on, by the names people give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from gradcam.errors import require_known
from gradcam.types import Preprocessing

Range = Literal["0-1", "0-255", "-1-1"]
# The lowest and the highest value of a pixel.
RANGES: Mapping[Range, tuple[float, float]] = {"0-1": (0, 1), "0-255": (0, 255), "-1-1": (-1, 1)}


def with_range(how: Preprocessing, name: str) -> Preprocessing:
    """Return `how` with pixel values in the range `name`, a key of `RANGES`.

    Raises
    ------
    GradcamError : an unknown range; the hint lists the nearest.
    """
    require_known("a range of pixel values", name, RANGES)
    low, high = next(limits for known, limits in RANGES.items() if known == name)
    unit = 1 / (high - low)
    return replace(how, mean=(0 - low * unit,) * 3, std=(unit,) * 3)
