"""The photo as the model sees it while pixels are removed, brought back or masked."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gradcam.errors import GradcamError, require_known
from gradcam.metrics import road
from gradcam.metrics.confidence import masked
from gradcam.metrics.curves import Steps, counts
from gradcam.metrics.ordering import Drawn
from gradcam.metrics.table import METRICS
from gradcam.preprocess import blank, convert, picture
from gradcam.types import AnyPreprocessing, Floats

CURVES = tuple(curve for metric in METRICS.values() for curve in metric.curves)
_RADIUS, _SIGMA = 5, 5.0  # a kernel of 11 × 11 pixels


class Perturbed:
    """One photo as it is at every step of every curve of any map.

    values : the model's input, float32 (h_in, w_in, 3), made by the preprocessing `how`.
    steps : of deletion and insertion, see `gradcam.metrics.curves.counts`.
    seed : of ROAD's noise, which is the same at every step and for every map.
    """

    def __init__(
        self, values: Floats, how: AnyPreprocessing, steps: Steps = "fine", seed: int = 0
    ) -> None:
        self.size: tuple[int, int] = (values.shape[0], values.shape[1])
        self._values, self._how, self._seed = values, how, seed
        self._counts = counts(self.size, steps)

    def fractions(self, curve: str) -> NDArray[np.float64]:
        """Return the fraction of pixels that is changed at each step of a curve."""
        require_known("a curve", curve, CURVES)
        if curve.startswith("road"):
            return np.array(road.PERCENT) / 100
        shares: NDArray[np.float64] = self._counts / (self.size[0] * self.size[1])
        return shares

    def at(self, drawn: Drawn, curve: str, step: int) -> Floats:
        """Return the input at a step of a map's curve, float32 (h_in, w_in, 3).

        Raises GradcamError if there is no such curve or step.
        """
        last = len(self.fractions(curve)) - 1
        if not 0 <= step <= last:
            raise GradcamError(f"{curve} has no step {step}.", hint=f"Steps run from 0 to {last}.")
        return self._made(curve)(drawn, step)

    def shared(self, curve: str, step: int) -> Hashable | None:
        """Return what identifies a step that is the same for all maps, or None for others."""
        last = len(self._counts) - 1
        return {
            ("deletion", 0): "whole",
            ("deletion", last): "blank",
            ("insertion", 0): "blurred",
            ("insertion", last): "whole",
        }.get((curve, step))

    def through(self, drawn: Drawn) -> Floats:
        """Return map ⊙ photo as model input, float32 (h_in, w_in, 3)."""
        return convert(masked(self._pixels, drawn.heat), self._how)

    def _made(self, curve: str) -> Callable[[Drawn, int], Floats]:
        return {
            "deletion": self._deleted,
            "insertion": self._inserted,
            "road_most": self._without_most,
            "road_least": self._without_least,
        }[curve]

    def _deleted(self, drawn: Drawn, step: int) -> Floats:
        """RISE, Petsiuk et al. 2018, arXiv:1806.07421: pixels are set to a constant.

        It is 0 after the normalisation, which is the mean colour, as in the authors' code.
        """
        changed = (drawn.ranks < self._counts[step])[..., None]
        return np.where(changed, self._blank, self._values)

    def _inserted(self, drawn: Drawn, step: int) -> Floats:
        """RISE: a blurred canvas has fewer edges to mislead the model than others."""
        changed = (drawn.ranks < self._counts[step])[..., None]
        return np.where(changed, self._values, self._blurred)

    def _without_most(self, drawn: Drawn, step: int) -> Floats:
        return self._imputed(drawn.order[: self._removed(step)])

    def _without_least(self, drawn: Drawn, step: int) -> Floats:
        return self._imputed(drawn.order[-self._removed(step) :])

    def _removed(self, step: int) -> int:
        return max(1, self.size[0] * self.size[1] * road.PERCENT[step] // 100)

    def _imputed(self, removed: NDArray[np.intp]) -> Floats:
        return convert(road.imputed(self._pixels, removed, self._noise), self._how)

    @cached_property
    def _blank(self) -> Floats:
        return blank(self._how)

    @cached_property
    def _blurred(self) -> Floats:
        return blurred(self._values)

    @cached_property
    def _pixels(self) -> NDArray[np.uint8]:
        return picture(self._values, self._how)

    @cached_property
    def _noise(self) -> NDArray[np.float64]:
        return road.noise(self.size, self._seed)


def blurred(values: Floats) -> Floats:
    """Return the input (h, w, 3) behind a Gaussian blur, sigma 5 in a kernel of 11 × 11 pixels.

    The kernel sums to one, and the photo is mirrored at its edges. Blurring before the
    normalisation would give the same.
    """
    from scipy.ndimage import gaussian_filter

    found: Floats = gaussian_filter(values, (_SIGMA, _SIGMA, 0), radius=(_RADIUS, _RADIUS, 0))
    return found
