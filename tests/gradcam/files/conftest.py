"""A real explanation, and a way to make one with given values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import gradcam
from gradcam.backends.numpy import NumpyClassifier

PHOTO = np.zeros((10, 20, 3), np.uint8)
PHOTO[:, :10, 0] = 200

Make = Callable[..., gradcam.Explanation]


@pytest.fixture
def result() -> gradcam.Explanation:
    """Red on the left and nothing green, so the second map is empty; cropped to the middle."""
    clf = NumpyClassifier(np.eye(3), np.eye(3), ["red / ../etc", "green", "blue"], size=8)
    return gradcam.explain(clf, PHOTO, classes=[0, 1])


@pytest.fixture
def make(result) -> Make:
    """A function that makes an explanation from one row of values per map.

    Each map is one row of 20 cells covering the whole photo; values are repeated to fill it.
    """

    def made(*rows: list[float], sign: str = "for") -> gradcam.Explanation:
        one = replace(result.maps[0], window=gradcam.Window(0, 0, 20, 10), sign=sign)
        maps = [replace(one, values=np.float32([np.repeat(row, 20 // len(row))])) for row in rows]
        return replace(result, maps=tuple(maps))

    return made
