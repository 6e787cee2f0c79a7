"""What came of scoring a folder: a number for every photo, method, layer and metric."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from gradcam.evaluation.summary import Interval, Values, differences, means
from gradcam.methods import METHODS
from gradcam.metrics import METRICS
from gradcam.metrics.baselines import BASELINES

# The pointing game is averaged over classes: see `gradcam.evaluation.summary.means`.
BY_CLASS = frozenset({"pointing"})


@dataclass(frozen=True, order=True)
class Setting:
    """A way to explain a photo: a method at a layer.

    A baseline stands at a layer too, because the random map is as coarse as the layer.
    """

    layer: str
    method: str

    @property
    def baseline(self) -> bool:
        """Whether it is a map that knows nothing of the model."""
        return self.method in BASELINES

    @property
    def title(self) -> str:
        """What to call its method."""
        return BASELINES[self.method] if self.baseline else METHODS[self.method].title


@dataclass(frozen=True)
class Standing:
    """How a setting does by one metric.

    mean : over the photos it gave a number for; None if there were none.
    behind : its difference from the best method's number, photo by photo; None for that method
        itself, and where no photo has both.
    missing : photos that it gave no number for, such as those with an empty map.
    """

    setting: Setting
    mean: Interval | None
    behind: Interval | None
    missing: int

    @property
    def level(self) -> bool:
        """Whether it is the best, or cannot be told apart from it on these photos."""
        return self.mean is not None and (self.behind is None or not self.behind.apart)


@dataclass(frozen=True)
class MeanCurve:
    """The mean probability of the class over the photos, at each share of pixels changed."""

    fractions: tuple[float, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Difference:
    """The mean of `first` minus `second`, photo by photo; None if no photo has both numbers."""

    first: Setting
    second: Setting
    interval: Interval | None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Every score of every photo.

    files, classes : the photos, and the index of the class explained on each.
    settings : methods at layers, in the order in which they were asked for, then the baselines.
    scores : by metric, (photos, settings), NaN where there is no number.
    curves : by name, such as "deletion", the mean curve of each setting that has one.
    reasons : why there is no number, by setting: each reason, and how many photos it was.
    failed : photos that could not be scored at all, and why.
    """

    files: tuple[str, ...]
    classes: tuple[int, ...]
    settings: tuple[Setting, ...]
    scores: Mapping[str, Values]
    curves: Mapping[str, Mapping[Setting, MeanCurve]]
    reasons: Mapping[Setting, Mapping[str, int]]
    failed: tuple[tuple[str, str], ...]

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """The layers, in the order in which they were asked for."""
        return tuple(dict.fromkeys(one.layer for one in self.settings))

    def standings(self, metric: str) -> tuple[Standing, ...]:
        """Return every setting's standing by `metric`, best first; those without a number last."""
        values, groups = self.scores[metric], self._groups(metric)
        found = means(values, groups)
        order = sorted(range(len(found)), key=lambda n: _rank(metric, found[n]))
        methods = [n for n in order if found[n] and not self.settings[n].baseline]
        best = methods[0] if methods else None
        behind: list[Interval | None] = [None] * len(found)
        if best is not None:
            behind = differences(values, [(n, best) for n in range(len(found))], groups)
            behind[best] = None
        missing = np.isnan(values).sum(axis=0)
        return tuple(
            Standing(self.settings[n], found[n], behind[n], int(missing[n])) for n in order
        )

    def differences(self, metric: str) -> tuple[Difference, ...]:
        """Return the difference between every two settings by `metric`, photo by photo."""
        pairs = list(combinations(range(len(self.settings)), 2))
        if not pairs:
            return ()
        found = differences(self.scores[metric], pairs, self._groups(metric))
        return tuple(
            Difference(self.settings[first], self.settings[second], interval)
            for (first, second), interval in zip(pairs, found, strict=True)
        )

    def _groups(self, metric: str) -> Sequence[str] | None:
        return [str(index) for index in self.classes] if metric in BY_CLASS else None


def gathered(rows: Iterable[Mapping[str, Any]], metrics: Sequence[str]) -> Evaluation:
    """Gather the rows of photos, as `gradcam.evaluation.rows` makes them, with these metrics."""
    files, classes, failed = [], [], []
    photos: list[Mapping[Setting, Mapping[str, Any]]] = []
    sums = _Sums()
    reasons: dict[Setting, dict[str, int]] = {}
    for row in rows:
        if row["error"]:
            failed.append((row["file"], row["error"]))
            continue
        files.append(row["file"])
        classes.append(row["class_index"])
        found = {Setting(one["layer"], one["method"]): one for one in row["scores"]}
        photos.append({setting: {m: one[m] for m in metrics} for setting, one in found.items()})
        for setting, one in found.items():
            sums.add(setting, one["curves"])
            if one["why"]:
                counts = reasons.setdefault(setting, {})
                counts[one["why"]] = counts.get(one["why"], 0) + 1
    settings = tuple(dict.fromkeys(setting for photo in photos for setting in photo))
    scores = {
        metric: np.array(
            [[_number(photo.get(s, {}).get(metric)) for s in settings] for photo in photos],
            np.float64,
        ).reshape(len(photos), len(settings))
        for metric in metrics
    }
    return Evaluation(
        tuple(files), tuple(classes), settings, scores, sums.means(), reasons, tuple(failed)
    )


class _Sums:
    """Adds up curves, so that those of single photos need not be kept."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Setting], tuple[tuple[float, ...], Values, int]] = {}

    def add(self, setting: Setting, curves: Sequence[Mapping[str, Any]]) -> None:
        for curve in curves:
            key, fractions = (curve["name"], setting), tuple(curve["fractions"])
            values = np.array(curve["probabilities"], np.float64)
            if key in self._found:
                values, count = self._found[key][1] + values, self._found[key][2] + 1
            else:
                count = 1
            self._found[key] = (fractions, values, count)

    def means(self) -> dict[str, dict[Setting, MeanCurve]]:
        named: dict[str, dict[Setting, MeanCurve]] = {}
        for (name, setting), (fractions, total, count) in self._found.items():
            named.setdefault(name, {})[setting] = MeanCurve(fractions, tuple(total / count))
        return named


def _rank(metric: str, found: Interval | None) -> tuple[bool, float]:
    if found is None:
        return True, 0.0
    return False, found.mean if METRICS[metric].better == "lower" else -found.mean


def _number(score: float | None) -> float:
    return math.nan if score is None else score
