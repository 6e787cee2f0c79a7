"""How faithful the maps of one photo are: measured on a thread, and what is known of it so far.

Every curve comes twice: first in a few steps, so that all of them are there soon, then in as many
as the paper takes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import streamlit as st

from gradcam import METHODS, MethodError, Request
from gradcam.answer import answer
from gradcam.backends import Classifier
from gradcam.images import Opened
from gradcam.metrics import METRICS, Faithful, Prober
from gradcam.metrics.baselines import BASELINES, baselines
from gradcam.metrics.curves import COARSE
from gradcam.prepared import Prepared, prepare
from gradcam.saliency import SaliencyMap
from gradcam.types import Fit, Prediction
from gradcam.watch import Cancelled, Progress, Watch

from .. import engine, state
from ..jobs import Job, answers
from ..pictures import Picture
from ..turns import turns
from ..view import ViewState

FINER = ("deletion", "insertion")  # measured twice
KEPT = 16


@dataclass(frozen=True)
class Question:
    """What is measured: the maps of one class of a photo, by several methods at one layer.

    view : how the photo is fitted, and the methods' options, as on Explore.
    """

    clf: Classifier
    picture: Picture
    view: ViewState
    layer: str
    index: int
    methods: tuple[str, ...]

    @property
    def key(self) -> Hashable:
        """What tells it from all others."""
        model = engine.identity(self.clf)
        requests = tuple(map(self.request, self.methods))
        return ("faithful", model, self.picture.digest, self.layer, self.index, requests)

    @property
    def fit(self) -> Fit:
        """How the photo is fitted to the model's input."""
        return self.view.fit

    @property
    def label(self) -> str:
        """The name of the class. It is untrusted text, as all labels are."""
        return self.clf.labels[self.index]

    def request(self, method: str) -> Request:
        """Return what is asked of a method: the same as on Explore, so it is the same map."""
        return replace(self.view.request((self.layer,), method, (self.index,)), augment=False)


@dataclass(eq=False)
class Measured:
    """The maps measured so far, in the order asked, the baselines last.

    It grows while the thread runs, and stays once that is done or was stopped. `steps` are those of
    the curves, for each map. `failed` are the methods that could not make one. `whole` says that
    nothing is left to measure.
    """

    found: dict[str, Faithful] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    failed: dict[str, MethodError] = field(default_factory=dict)
    whole: bool = False

    def add(self, one: Faithful, steps: int) -> None:
        """Add what was measured of a map, in place of what was measured before."""
        if known := self.found.get(one.method):
            scores, curves = {**known.scores, **one.scores}, {**known.curves, **one.curves}
            one = replace(known, scores=scores, curves=curves)
        self.found[one.method] = one
        self.steps[one.method] = steps


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def kept(key: Hashable) -> Measured:  # noqa: ARG001
    """Return what is known of the question with this key, whoever asked it."""
    return Measured()


def measure(question: Question) -> tuple[Measured, Job]:
    """Return what is known so far, and the job that goes on with it, or has ended."""
    measured = kept(question.key)
    make = partial(_measure, measured, question, question.picture.opened)
    title = f"Measuring {len(question.methods)} maps of {question.picture.name}"
    return measured, answers().ask(question.key, title, make, visitor=state.visitor())


def _measure(
    measured: Measured, asked: Question, photo: Opened, progress: Progress, cancelled: Cancelled
) -> None:
    """Measure all maps in a few steps, then deletion and insertion again in as many as rows."""
    clf, rows = asked.clf, asked.clf.preprocessing.crop[0]
    finer = [name for name in FINER if name in METRICS]
    count = len(asked.methods) + len(BASELINES)
    later = [count * len(finer) * (rows + 1)]  # steps, until they are part of the total
    watch = Watch(lambda done, total: progress(done, total + later[0]), cancelled, turns().slice)
    prepared = prepare(clf, photo, asked.fit)
    coarse = Prober(clf, prepared, asked.index, steps=COARSE, watch=watch)
    watch.expect(count * coarse.cost)
    maps = []
    for title, found in _maps(asked, prepared, coarse.prediction, measured, watch):
        if found is None:
            watch.step(coarse.cost)
            continue
        measured.add(coarse.score(found, title), COARSE)
        maps.append((title, found))
    fine = Prober(clf, prepared, asked.index, steps=rows, metrics=finer, watch=watch)
    later[0] = 0
    watch.expect(len(maps) * fine.cost)
    for title, found in maps:
        measured.add(fine.score(found, title), rows)
    measured.whole = True


def _maps(
    asked: Question, photo: Prepared, prediction: Prediction, measured: Measured, watch: Watch
) -> Iterator[tuple[str, SaliencyMap | None]]:
    """Yield the title and the map of each method, then of the baselines; None where one fails."""
    for name in asked.methods:
        try:
            (explained,) = answer(asked.clf, [photo], asked.request(name), watch)
        except MethodError as error:
            measured.failed[name] = error
            yield METHODS[name].title, None
        else:
            yield METHODS[name].title, explained.maps[0]
    shape = next(one.shape for one in asked.clf.layers() if one.name == asked.layer)
    for blind in baselines(prediction, asked.layer, shape[1:], photo.input.window, photo.size):
        yield BASELINES[blind.method], blind
