"""Scoring maps of one photo; whatever several maps have in common is run through the model once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from gradcam.arrays import require_finite
from gradcam.backends import Classifier
from gradcam.classes import find_class, most_probable, predictions
from gradcam.errors import ModelError, require_known
from gradcam.images import ImageSource
from gradcam.metrics import confidence, pointing
from gradcam.metrics.curves import Curve, Steps
from gradcam.metrics.ordering import Drawn
from gradcam.metrics.perturbing import Perturbed
from gradcam.metrics.pointing import Box
from gradcam.metrics.table import METRICS
from gradcam.prepared import Prepared, prepare
from gradcam.saliency import SaliencyMap
from gradcam.types import Fit, Floats
from gradcam.watch import Watch

Step = tuple[Hashable, Callable[[], Floats]]  # what identifies an input, and what makes it
# Of inputs in one forward pass: on a processor, batches whose activations leave its cache are
# slower (EfficientNet-Lite0 takes 24 ms a photo by fours, and 43 by sixteens).
_BATCH_BYTES = 2.5e6
# Maps that differ by less than this share of their peak are one map: the methods that are
# identical at a last layer differ by rounding, which would otherwise order a few pixels otherwise.
_SAME = 1e-5


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
    why: Mapping[str, str]


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
    watch : told of `cost` steps for each map.

    Raises GradcamError for unknown metrics and steps, NonFiniteError where the model gives NaN, and
    as `open_image` and `find_class` do.
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
        self.clf, self._seed, self._boxes = clf, seed, tuple(boxes)
        self.metrics = chosen_metrics(metrics, self._boxes)
        self._watch = watch or Watch()
        self.prepared = image if isinstance(image, Prepared) else prepare(clf, image, fit)
        values = self.prepared.input.values
        self._photo = Perturbed(values, clf.preprocessing, steps, seed)
        logits = clf.capture(values[None], []).logits
        require_finite(logits, "the logits")
        index = int(most_probable(logits, 1)[0, 0]) if of is None else find_class(clf, of)
        (self.prediction,) = predictions(clf, logits[0], [index])
        self._known: dict[Hashable, float] = {"whole": self.prediction.probability}
        self._drawn: list[tuple[Floats, Drawn]] = []
        self._batch = max(1, int(_BATCH_BYTES / values.nbytes))

    @property
    def cost(self) -> int:
        """How many inputs one map needs, at most as many forward passes."""
        return sum(len(self._photo.fractions(curve)) for curve in self._curves) + self._masks

    def score(self, saliency_map: SaliencyMap, title: str) -> Faithful:
        """Score one map of the class at any layer.

        saliency_map : a map of this photo, for the class of `prediction`.
        title : what to call it.

        Raises CancelledError if the watch says so, NonFiniteError where the model gives NaN.
        """
        if why := saliency_map.empty_reason:
            self._watch.step(self.cost)
            nothing: dict[str, float | None] = dict.fromkeys(self.metrics)
            reasons = dict.fromkeys(self.metrics, why)
            return Faithful(saliency_map.method, title, saliency_map, nothing, {}, reasons)
        number, drawn = self._draw(saliency_map)
        steps = {curve: self._steps(number, drawn, curve) for curve in self._curves}
        through: Step = ((number, "through"), partial(self._photo.through, drawn))
        self._learn([*(one for curve in steps.values() for one in curve), *[through] * self._masks])
        curves = {
            curve: Curve(
                tuple(self._photo.fractions(curve).tolist()),
                tuple(self._known[key] for key, _ in asked),
            )
            for curve, asked in steps.items()
        }
        why_not = {name: why for name in self.metrics if (why := self._unscored(name))}
        scores = {
            name: None if name in why_not else self._score(name, drawn, curves, through[0])
            for name in self.metrics
        }
        return Faithful(saliency_map.method, title, saliency_map, scores, curves, why_not)

    @property
    def _curves(self) -> tuple[str, ...]:
        return tuple(curve for name in self.metrics for curve in METRICS[name].curves)

    @property
    def _masks(self) -> bool:
        return any(METRICS[name].masks for name in self.metrics)

    def _score(
        self, name: str, drawn: Drawn, curves: Mapping[str, Curve], through: Hashable
    ) -> float:
        whole, window = self.prediction.probability, self.prepared.input.window
        if name == "road":
            return curves["road_least"].mean - curves["road_most"].mean
        if name == "average_drop":
            return confidence.drop(whole, self._known[through])
        if name == "increase":
            return confidence.increase(whole, self._known[through])
        if name == "pointing":
            return float(pointing.hit(drawn.order, self._photo.size, window, self._boxes))
        if name == "energy":
            return pointing.energy(drawn.heat, window, self._boxes)
        return curves[name].auc

    def _unscored(self, name: str) -> str:
        """Return why no map of this photo can be scored, or ""."""
        if name == "average_drop" and not self.prediction.probability:
            return "The class has no probability to lose."
        if not METRICS[name].needs_boxes:
            return ""
        if not self._boxes:
            return "No box says where the object is."
        if self.prepared.input.view is not None:
            return "It is not known which part of the photo the model sees."
        if not pointing.inside(self._photo.size, self.prepared.input.window, self._boxes).any():
            return "The object lies outside what the model sees."
        return ""

    def _steps(self, number: int, drawn: Drawn, curve: str) -> list[Step]:
        return [
            (
                self._photo.shared(curve, step) or (number, curve, step),
                partial(self._photo.at, drawn, curve, step),
            )
            for step in range(len(self._photo.fractions(curve)))
        ]

    def _learn(self, asked: Sequence[Step]) -> None:
        """Find the probability of the class for every input that is not known yet."""
        new = {key: make for key, make in asked if key not in self._known}
        self._watch.step(len(asked) - len(new))
        keys = list(new)
        for part in self._watch.slices(len(keys), self._batch):
            found = self._logits(np.stack([new[key]() for key in keys[part]]))
            require_finite(found, "the logits of a changed photo")
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
        return np.concatenate([self.clf.capture(one[None], []).logits for one in inputs])

    def _draw(self, saliency_map: SaliencyMap) -> tuple[int, Drawn]:
        """Return the map on the model's input, and the number of the first map that is like it."""
        heat = saliency_map.heat()
        for number, (kept, drawn) in enumerate(self._drawn):
            if kept.shape == heat.shape and np.allclose(kept, heat, rtol=0, atol=_SAME):
                return number, drawn
        self._drawn.append((heat, Drawn.of(saliency_map, self._photo.size, self._seed)))
        return len(self._drawn) - 1, self._drawn[-1][1]


def chosen_metrics(names: Sequence[str] | None, boxes: Sequence[Box]) -> tuple[str, ...]:
    """Return the metrics named, or all that can be measured. Raises GradcamError for others."""
    if names is None:
        return tuple(name for name, metric in METRICS.items() if boxes or not metric.needs_boxes)
    for name in names:
        require_known("a metric", name, METRICS)
    return tuple(dict.fromkeys(names))
