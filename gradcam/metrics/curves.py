"""Curves: the probability of a class while more and more of a photo is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gradcam.errors import GradcamError

Steps = Literal["fine", "coarse"] | int
COARSE = 28


@dataclass(frozen=True)
class Curve:
    """The probability of the class, and the fraction of pixels that were changed before it.

    fractions : from 0 to 1, rising; for ROAD from 0.1 to 0.9.
    probabilities : as many, each from 0 to 1.
    """

    fractions: tuple[float, ...]
    probabilities: tuple[float, ...]

    @property
    def auc(self) -> float:
        """The area under the curve by the trapezoid rule, as a share of its width.

        >>> Curve((0, 0.5, 1), (1, 0.5, 0.5)).auc
        0.625
        """
        area = float(np.trapezoid(self.probabilities, self.fractions))
        return area / (self.fractions[-1] - self.fractions[0])

    @property
    def mean(self) -> float:
        """The mean of its points, which is how ROAD sums its curves up."""
        return float(np.mean(self.probabilities))


def counts(size: tuple[int, int], steps: Steps) -> NDArray[np.intp]:
    """Return how many pixels of an input (h, w) are changed at each step, from none to all.

    steps : "fine" changes as many at a step as a row has (Petsiuk et al.: 224 of 224 × 224),
        "coarse" takes 28 steps, a number as many as it says.

    Raises GradcamError for other steps.

    >>> counts((4, 4), "fine").tolist()
    [0, 4, 8, 12, 16]
    """
    number = {"fine": size[0], "coarse": COARSE}.get(steps) if isinstance(steps, str) else steps
    if number is None or isinstance(number, bool) or number < 1:
        raise GradcamError(
            f"A curve cannot have {steps!r} steps.", hint='Give "fine", "coarse" or a number.'
        )
    pixels = size[0] * size[1]
    # A small input has fewer pixels than there are steps.
    return np.unique(np.rint(np.linspace(0, pixels, number + 1)).astype(np.intp))
