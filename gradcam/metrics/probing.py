"""Scoring maps of one photo; whatever several maps have in common is run through the model once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gradcam.backends import Classifier
from gradcam.classes import find_class, most_probable, predictions
from gradcam.errors import GradcamError, ModelError, require_known
from gradcam.images import ImageSource
from gradcam.metrics.curves import Curve, Steps, counts
from gradcam.metrics.ordering import Order, order, ranks, spread
from gradcam.metrics.perturbing import blurred, deleted, inserted
from gradcam.metrics.table import METRICS
from gradcam.prepared import Prepared, prepare
from gradcam.preprocess import blank
from gradcam.saliency import SaliencyMap
from gradcam.types import Fit, Floats
from gradcam.watch import Watch

Box = tuple[float, float, float, float]  # left, top, right, bottom in photo pixels
Make = Callable[[], Floats]
_BATCH = 16
# Maps that differ by less than this share of their peak are one map: the methods that are
# identical at a last layer differ by rounding, which would otherwise order a few pixels otherwise.
_SAME = 1e-5
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Faithful:
    """How faithful one map is.

    method, title : a key of METHODS, or "random" or "centre"; and what to call it.
    map : the map.
    scores : by metric; None where there is no score.
    curves : "deletion", "insertion", "road_most", "road_least", as far as they were asked for.
    why : for each metric without a score, the reason in a sentence.
    """

    method: str
    title: str
    map: SaliencyMap
    scores: Mapping[str, float | None]
    curves: Mapping[str, Curve]
    why: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A map on the model's input: its heat, and the order of pixels that follows from it."""

    key: int
    small: Floats
    heat: Floats
    order: Order

    @cached_property
    def ranks(self) -> NDArray[np.int32]:
        return ranks(self.order, (self.heat.shape[0], self.heat.shape[1]))


class Prober:
    """Scores maps of one class on one photo.

    The whole photo, the empty one and the blurred one are run once for all maps, and maps that are
    the same up to scale are run once.

    Parameters
    ----------
    clf : the model.
    image : as for `gradcam.explain`, or a photo prepared for this model.
    of : the class, an index or a label; None uses the most probable one. It stays the same
        whatever is done to the photo.
    fit : as for `gradcam.explain`.
    metrics : keys of METRICS; None uses all, those that need boxes only if there are any.
    steps : of deletion and insertion, see `gradcam.metrics.curves.counts`.
    boxes : where objects of the class are, (left, top, right, bottom) in photo pixels.
    seed : of the order of ties and of ROAD's noise.
    watch : counts forward passes: `cost` of them for a map.

    Raises GradcamError for unknown metrics and steps, and as `open_image` and `find_class` do.
    """

    def __init__(
        self,
        clf: Classifier,
        image: ImageSource | Prepared,
        of: int | str | None = None,
        *,
        fit: Fit = "crop",
        metrics: Sequence[str] | None = None,
        steps: Steps = "fine",
        boxes: Sequence[Box] = (),
        seed: int = 0,
        watch: Watch | None = None,
    ) -> None:
        self.clf, self.seed, self.boxes = clf, seed, tuple(boxes)
        self.metrics = chosen_metrics(metrics, self.boxes)
        self.watch = watch or Watch()
        self.prepared = image if isinstance(image, Prepared) else prepare(clf, image, fit)
        self.values = self.prepared.input.values
        self.size = (self.values.shape[0], self.values.shape[1])
        self.counts = counts(self.size, steps)
        logits = clf.capture(self.values[None], []).logits
        index = int(most_probable(logits, 1)[0, 0]) if of is None else find_class(clf, of)
        (self.prediction,) = predictions(clf, logits[0], [index])
        self._known: dict[Hashable, float] = {"whole": self.prediction.probability}
        self._drawn: list[_Drawn] = []
        self._batch = _BATCH

    @property
    def cost(self) -> int:
        """How many forward passes one map takes, if it shares none with another."""
        return sum(len(self._points(curve)) for curve in self._curves)

    def score(self, saliency_map: SaliencyMap, title: str) -> Faithful:
        """Score one map of the class. Raises CancelledError if the watch says so."""
        if why := saliency_map.empty_reason:
            self.watch.step(self.cost)
            nothing = dict.fromkeys(self.metrics)
            reasons = dict.fromkeys(self.metrics, why)
            return Faithful(saliency_map.method, title, saliency_map, nothing, {}, reasons)
        drawn = self._draw(saliency_map)
        curves = self._run(drawn)
        scores = {name: self._score(name, curves) for name in self.metrics}
        return Faithful(saliency_map.method, title, saliency_map, scores, curves)

    def seen(self, saliency_map: SaliencyMap, curve: str, step: int) -> Floats:
        """Return the input at a step of a curve, float32 (h_in, w_in, 3)."""
        require_known("a curve", curve, [name for m in METRICS.values() for name in m.curves])
        last = len(self._points(curve)) - 1
        if not 0 <= step <= last:
            raise GradcamError(f"{curve} has no step {step}.", hint=f"Steps run from 0 to {last}.")
        _, make = self._input(self._draw(saliency_map), curve, step)
        return make()

    @property
    def _curves(self) -> list[str]:
        return [curve for name in self.metrics for curve in METRICS[name].curves]

    def _score(self, name: str, curves: Mapping[str, Curve]) -> float | None:
        return curves[name].auc

    def _points(self, curve: str) -> NDArray[np.float64]:  # noqa: ARG002
        """Return the fraction of pixels that is changed at each step of a curve."""
        shares: NDArray[np.float64] = self.counts / (self.size[0] * self.size[1])
        return shares

    def _run(self, drawn: _Drawn) -> dict[str, Curve]:
        points = {curve: self._points(curve) for curve in self._curves}
        asked = {
            curve: [self._input(drawn, curve, step) for step in range(len(points[curve]))]
            for curve in points
        }
        self._learn([one for steps in asked.values() for one in steps])
        return {
            curve: Curve(tuple(points[curve].tolist()), tuple(self._known[key] for key, _ in steps))
            for curve, steps in asked.items()
        }

    def _input(self, drawn: _Drawn, curve: str, step: int) -> tuple[Hashable, Make]:
        """Return what identifies a step among all maps' steps, and what makes its input."""
        count, last = int(self.counts[step]), len(self.counts) - 1
        if curve == "deletion":
            key = {0: "whole", last: "blank"}.get(step, (drawn.key, curve, step))
            return key, lambda: deleted(self.values, self._blank, drawn.ranks, count)
        key = {0: "blurred", last: "whole"}.get(step, (drawn.key, curve, step))
        return key, lambda: inserted(self.values, self._blurred, drawn.ranks, count)

    def _learn(self, asked: Sequence[tuple[Hashable, Make]]) -> None:
        """Find the probability of the class for every input that is not known yet."""
        new = {key: make for key, make in asked if key not in self._known}
        self.watch.step(len(asked) - len(new))
        keys = list(new)
        for part in self.watch.slices(len(keys), self._batch):
            found = self._logits(np.stack([new[key]() for key in keys[part]]))
            for key, logits in zip(keys[part], found, strict=True):
                (known,) = predictions(self.clf, logits, [self.prediction.index])
                self._known[key] = known.probability

    def _logits(self, inputs: Floats) -> Floats:
        if self._batch > 1:
            try:
                return self.clf.capture(inputs, []).logits
            except ModelError:
                if len(inputs) == 1:
                    raise
                self._batch = 1  # some models take one photo at a time
        alone = [self.clf.capture(one[None], []).logits for one in inputs]
        return np.concatenate(alone)

    def _draw(self, saliency_map: SaliencyMap) -> _Drawn:
        small = saliency_map.heat()
        for drawn in self._drawn:
            alike = drawn.small.shape == small.shape
            if alike and np.allclose(drawn.small, small, rtol=0, atol=_SAME):
                return drawn
        heat = spread(saliency_map, self.size)
        self._drawn.append(_Drawn(len(self._drawn), small, heat, order(heat, self.seed)))
        return self._drawn[-1]

    @cached_property
    def _blank(self) -> Floats:
        return blank(self.clf.preprocessing)

    @cached_property
    def _blurred(self) -> Floats:
        return blurred(self.values)


def chosen_metrics(names: Sequence[str] | None, boxes: Sequence[Box]) -> tuple[str, ...]:
    """Return the metrics named, or all that can be measured. Raises GradcamError for others."""
    if names is None:
        return tuple(name for name, metric in METRICS.items() if boxes or not metric.needs_boxes)
    for name in names:
        require_known("a metric", name, METRICS)
    return tuple(dict.fromkeys(names))
