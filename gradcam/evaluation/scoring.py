"""A photo's row: the class explained, and every method's scores at every layer.

The row is nested, because a photo is what a run continues at. `gradcam.evaluation.files` writes
the same as a flat table, with a row for each photo, layer and method.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gradcam.answer import answer
from gradcam.backends import Classifier
from gradcam.errors import CancelledError, ClassError, GradcamError, MethodError, NonFiniteError
from gradcam.evaluation.asking import Asked
from gradcam.evaluation.boxes import boxes_of
from gradcam.expected import Names
from gradcam.images import Opened
from gradcam.methods import METHODS
from gradcam.metrics.baselines import BASELINES, baselines
from gradcam.metrics.curves import Curve
from gradcam.metrics.pointing import Box
from gradcam.metrics.probing import Faithful, Prober
from gradcam.prepared import Prepared, prepare
from gradcam.preprocess import recorded
from gradcam.request import Request
from gradcam.rows import Given
from gradcam.watch import Watch

if TYPE_CHECKING:
    import pyarrow as pa

NOTHING: Mapping[str, Any] = MappingProxyType({})
# Counted up when a metric or a method gives other numbers, so that no table mixes old and new.
_PROTOCOL = 1


@dataclass(frozen=True)
class ScoreRows:
    """Scores a photo: what `gradcam.rows.work_out` makes a table of.

    load : loads the model, in whichever process works.
    asked : what to score.
    key : see `rows_of`, which makes it.
    """

    load: Callable[[], Classifier]
    asked: Asked
    key: str

    def schema(self) -> pa.Schema:
        """Return the columns of a photo's row."""
        return schema(self.asked.metrics)

    def open(self) -> Scorer:
        """Load the model."""
        return Scorer(self.load(), self.asked)


@dataclass(frozen=True, eq=False)
class _Read:
    """A photo to score, the boxes on it, and the class that its name says it shows."""

    photo: Prepared
    boxes: tuple[Box, ...]
    of: int | None


class Scorer:
    """A model at work on photos, one at a time: a photo is hundreds of passes through it."""

    batch = 1

    def __init__(self, clf: Classifier, asked: Asked) -> None:
        self._clf, self._asked = clf, asked
        self._sizes = {one.name: one.shape[1:] for one in clf.layers()}
        self._names = Names(clf.labels) if asked.of == "labelled" else None

    def read(self, given: Given, opened: Opened) -> _Read:
        """Return the photo with what is known of it; raises ClassError if its class is not."""
        of = self._class(given)
        photo = prepare(self._clf, opened, self._asked.fit)
        return _Read(photo, boxes_of(self._asked.boxes, given.name), of)

    def rows(
        self, items: Sequence[_Read], watch: Watch
    ) -> Sequence[Mapping[str, Any] | GradcamError]:
        """Score photos; what is wrong with one of them is that photo's error."""
        return [self._one(item, watch) for item in items]

    def _one(self, item: _Read, watch: Watch) -> Mapping[str, Any] | GradcamError:
        try:
            return self._scored(item, watch)
        except CancelledError:
            raise
        except GradcamError as error:
            return error

    def _scored(self, item: _Read, watch: Watch) -> Mapping[str, Any]:
        asked = self._asked
        # One for all layers, so that what their maps have in common is run once.
        prober = Prober(
            self._clf, item.photo, item.of, metrics=asked.metrics, steps=asked.steps,
            boxes=item.boxes, seed=asked.seed, watch=watch,
        )  # fmt: skip
        maps = (len(asked.methods) + len(BASELINES)) * len(asked.layers)
        watch.expect(prober.cost * maps)
        found = [one for method in asked.methods for one in self._of(method, prober, watch)]
        for layer in asked.layers:
            found += self._blind(layer, prober)
        prediction = prober.prediction
        return {
            "class_index": prediction.index,
            "class_label": prediction.label,
            "probability": prediction.probability,
            "scores": found,
        }

    def _of(self, method: str, prober: Prober, watch: Watch) -> Iterator[Mapping[str, Any]]:
        """Yield a method's scores at every layer; what is wrong with it costs no other method."""
        classes = (prober.prediction.index,)
        request = Request(self._asked.layers, method, classes=classes, fit=self._asked.fit)
        try:
            (explained,) = answer(self._clf, [prober.prepared], request, watch)
        except (MethodError, NonFiniteError) as error:
            for layer in self._asked.layers:
                watch.step(prober.cost)
                yield _row(layer, method, self._asked.metrics, why=str(error))
            return
        for one in explained.maps:
            yield self._score(prober.score(one, METHODS[method].title))

    def _blind(self, layer: str, prober: Prober) -> Iterator[Mapping[str, Any]]:
        size, window = self._sizes[layer], prober.prepared.input.window
        about = (prober.prediction, layer, size, window, prober.prepared.size)
        for one in baselines(*about, self._asked.seed):
            yield self._score(prober.score(one, BASELINES[one.method]))

    def _score(self, one: Faithful) -> Mapping[str, Any]:
        why = " ".join(dict.fromkeys(one.why.values()))
        return _row(one.map.layer, one.method, self._asked.metrics, one.scores, one.curves, why)

    def _class(self, given: Given) -> int | None:
        if self._names is None:
            return None
        said = self._names.of(given.name)
        if said.index is None:
            raise ClassError(
                said.why or "Neither its folder nor its name says which class it shows.",
                hint="Name the folder after a class of the model, or explain the predicted class.",
            )
        return said.index


def rows_of(clf: Classifier, load: Callable[[], Classifier], asked: Asked) -> ScoreRows:
    """Return what scores photos with `clf`, which `load` loads again in another process."""
    parts = {
        "protocol": _PROTOCOL,
        "model": clf.digest,
        "preprocessing": repr(recorded(clf.preprocessing)),
        "labels": clf.labels,
        "asked": dataclasses.asdict(asked),
    }
    text = json.dumps(parts, sort_keys=True, default=list)
    return ScoreRows(load, asked, hashlib.sha256(text.encode()).hexdigest())


def schema(metrics: Sequence[str]) -> pa.Schema:
    """Return the columns of a photo's row, with a list of scores within."""
    import pyarrow as pa

    curve = pa.struct(
        [
            ("name", pa.string()),
            ("fractions", pa.list_(pa.float64())),
            ("probabilities", pa.list_(pa.float64())),
        ]
    )
    score = pa.struct(
        [
            ("layer", pa.string()),
            ("method", pa.string()),
            ("why", pa.string()),
            *((metric, pa.float64()) for metric in metrics),
            ("curves", pa.list_(curve)),
        ]
    )
    return pa.schema(
        [
            ("class_index", pa.int32()),
            ("class_label", pa.string()),
            ("probability", pa.float64()),
            ("scores", pa.list_(score)),
        ]
    )


def _row(
    layer: str,
    method: str,
    metrics: Sequence[str],
    scores: Mapping[str, float | None] = NOTHING,
    curves: Mapping[str, Curve] = NOTHING,
    why: str = "",
) -> Mapping[str, Any]:
    drawn = [
        {"name": name, "fractions": list(one.fractions), "probabilities": list(one.probabilities)}
        for name, one in curves.items()
    ]
    numbers = {metric: scores.get(metric) for metric in metrics}
    return {"layer": layer, "method": method, "why": why, **numbers, "curves": drawn}
