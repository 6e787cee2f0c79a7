"""How a map is made: one class's map taken apart into the channels it is the sum of.

The parts are those `explain` computes on its way: the activations, the gradients, the weight that
the method gives each channel, and the products, which add up to the map.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gradcam.answer import PREDICTIONS, ask, maps_of, resolve, run
from gradcam.backends import Classifier
from gradcam.classes import most_probable, predictions
from gradcam.errors import LayerError, MethodError
from gradcam.images import ImageSource
from gradcam.methods import METHODS
from gradcam.methods.base import MethodInput, MethodOutput
from gradcam.prepared import Prepared, prepare
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.types import Floats, Prediction
from gradcam.watch import Watch

# The methods whose map is Σ_c weight_c · A_c. A formula says so; trying every channel implies it.
SUMS: tuple[str, ...] = (
    *(key for key, method in METHODS.items() if method.weights is not None),
    "scorecam",
    "ablationcam",
)


@dataclass(frozen=True, eq=False)
class Making:
    """One class's map at one layer, and what it is made of.

    map : the map, as `explain` returns it.
    activations : A, float32 (C, h, w).
    gradients : d logit / d A, float32 (C, h, w); None if the method uses none.
    weights : what A is multiplied by, float32 (C,), or (C, h, w) with one for each position.
    scores : what the weights were computed from, float32 (C,), if the method tried every channel:
        for Score-CAM the logit of the photo masked by it, for Ablation-CAM the relative drop
        without it. NaN for channels that were not tried. None for other methods.
    predictions : the most probable classes, best first.
    """

    map: SaliencyMap
    activations: Floats
    gradients: Floats | None
    weights: Floats
    scores: Floats | None
    predictions: tuple[Prediction, ...]

    @cached_property
    def contributions(self) -> Floats:
        """Weight times activation, float32 (C, h, w); their sum over channels is `map.values`."""
        weights = self.weights if self.weights.ndim == 3 else self.weights[:, None, None]
        products: Floats = weights * self.activations
        return products

    @cached_property
    def strengths(self) -> NDArray[np.float64]:
        """How far each channel moves the map, either way: Σ |contribution| over positions: (C,)."""
        sums: NDArray[np.float64] = np.abs(self.contributions).sum(axis=(1, 2), dtype=np.float64)
        return sums

    @cached_property
    def totals(self) -> NDArray[np.float64]:
        """What each channel adds to the map in all: Σ contribution over positions, (C,)."""
        sums: NDArray[np.float64] = self.contributions.sum(axis=(1, 2), dtype=np.float64)
        return sums

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The channels by decreasing strength, equal ones by number: (C,)."""
        return np.argsort(-self.strengths, kind="stable")

    def partial(self, count: int) -> Floats:
        """Return the sum of the `count` strongest contributions, float32 (h, w).

        Added up in float64: large contributions of both signs may almost cancel.
        """
        chosen = self.contributions[self.order[:count]]
        total: Floats = chosen.sum(axis=0, dtype=np.float64).astype(np.float32)
        return total

    def rest(self, count: int) -> Floats:
        """Return what the other channels add: `map.values` without `partial(count)`, (h, w)."""
        others = self.map.values - self.partial(count).astype(np.float64)
        return others.astype(np.float32)

    def settled(self, tolerance: float = 0.1) -> int:
        """Return after how many of the strongest channels the map has found its shape.

        From there on no position is further from its final value than `tolerance` of the largest
        absolute value.
        """
        sums = np.cumsum(self.contributions[self.order], axis=0, dtype=np.float64)
        far = np.abs(sums - sums[-1]).max(axis=(1, 2))
        beyond = np.flatnonzero(far > tolerance * np.abs(sums[-1]).max())
        return min(int(beyond[-1]) + 2, len(sums)) if len(beyond) else min(1, len(sums))


def making(
    clf: Classifier, image: ImageSource | Prepared, request: Request, watch: Watch | None = None
) -> Making:
    """Take one map apart: the map of the request's only class at its only layer.

    Raises
    ------
    MethodError : the method's map is not a weighted sum of a layer's channels, or is an average
        over several views of the photo.
    LayerError : the request has not exactly one layer and one class.
    GradcamError : for the same reasons as `gradcam.explain`.
    """
    request = _one(resolve(request, clf))
    prepared = image if isinstance(image, Prepared) else prepare(clf, image, request.fit)
    watch = watch or Watch()
    watch.begin(1, 0)
    asked = ask(clf, request, [prepared.input], (prepared.digest,), watch)
    output = run(request, asked)
    logits, classes = asked.capture.logits[0], asked.classes[0].tolist()
    (found,) = maps_of(request, output, 0, prepared, predictions(clf, logits, classes))
    best = most_probable(logits[None], PREDICTIONS)[0].tolist()
    return _apart(found, asked, output, predictions(clf, logits, best))


def _one(request: Request) -> Request:
    """Return the request for one map without a merge; refuse what is not one weighted sum."""
    if request.method not in SUMS or request.augment:
        title = METHODS[request.method].title
        why = "an average over several views" if request.augment else "no weighted sum of channels"
        known = ", ".join(METHODS[key].title for key in SUMS)
        raise MethodError(f"This map by {title} is {why}.", hint=f"Use one of {known}, unaveraged.")
    if len(request.layers or ()) != 1 or len(request.classes or ()) != 1:
        raise LayerError(
            "A map is taken apart for one class at one layer.", hint="Name one of each."
        )
    return replace(request, fuse=None)


def _apart(
    found: SaliencyMap,
    asked: MethodInput,
    output: MethodOutput,
    best: tuple[Prediction, ...],
) -> Making:
    layer, weigh = found.layer, METHODS[found.method].weights
    A = asked.capture.activations[layer]
    if weigh is None:
        weights, scores = output.weights[layer][0, 0], output.scores[layer][0, 0]
        return Making(found, A[0], None, weights, scores, best)
    G = asked.gradients[layer]
    return Making(found, A[0], G[0, 0], weigh(A, G)[0, 0], None, best)
