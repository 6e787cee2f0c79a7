"""How faithful the maps of one photo are: measured on a thread, and what is known of it so far.

Every curve comes twice: first in a few steps, so that all of them are there soon, then in as many
as the paper takes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import streamlit as st

from gradcam import METHODS, MethodError, Request
from gradcam.answer import answer
from gradcam.backends import Classifier
from gradcam.images import Opened
from gradcam.metrics import Faithful, Prober
from gradcam.metrics.baselines import BASELINES, baselines
from gradcam.metrics.curves import COARSE
from gradcam.prepared import Prepared, prepare
from gradcam.saliency import SaliencyMap
from gradcam.types import Prediction
from gradcam.watch import Cancelled, Progress, Watch

from .. import engine, state
from ..jobs import Job, answers
from ..pictures import Picture
from ..turns import turns
from ..view import ViewState

FINER = ("deletion", "insertion")  # measured twice
_JOB = "faithful_job"


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
    def about(self) -> Hashable:
        """What tells it from all others, whatever the methods."""
        view, model = self.view, engine.identity(self.clf)
        options = (view.fit, view.channels, view.against)
        return ("faithful", model, self.picture.digest, self.layer, self.index, options)

    @property
    def label(self) -> str:
        """The name of the class. It is untrusted text, as all labels are."""
        return self.clf.labels[self.index]

    @property
    def rows(self) -> int:
        """The rows of the model's input, which is how many steps the paper takes."""
        return self.clf.preprocessing.crop[0]

    def request(self, method: str) -> Request:
        """Return what is asked of a method: the same as on Explore, so it is the same map."""
        request = self.view.request((self.layer,), method, (self.index,))
        return replace(request, augment=False)


@dataclass(eq=False)
class Measured:
    """The maps measured so far, by method; it grows while a thread runs.

    steps : those of the curves, for each map. failed : methods that could not make one.
    changed : for the browser, by method and steps: see `pictured.changed_at`.
    """

    found: dict[str, Faithful] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    failed: dict[str, MethodError] = field(default_factory=dict)
    changed: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def add(self, one: Faithful, steps: int) -> None:
        """Add what was measured of a map, in place of what was measured before."""
        if known := self.found.get(one.method):
            scores, curves = {**known.scores, **one.scores}, {**known.curves, **one.curves}
            one = replace(known, scores=scores, curves=curves)
        self.found[one.method] = one
        self.steps[one.method] = steps  # last: the page may look in between

    def of(self, asked: Question) -> list[Faithful]:
        """Return what is known of the methods asked for, in their order, then of the baselines."""
        names = (*asked.methods, *BASELINES)
        return [self.found[name] for name in names if name in self.found]

    def has(self, asked: Question) -> bool:
        """Whether nothing is left to measure."""
        names = (*asked.methods, *BASELINES)
        return all(self.steps.get(n) == asked.rows or n in self.failed for n in names)


def kept(asked: Question) -> Measured:
    """Return what is known, whoever asked for it."""
    whose = engine.owner(asked.clf, asked.picture)
    found: Measured = engine.findings().get(asked.about, Measured, whose)
    return found


def measure(asked: Question) -> tuple[Measured, Job | None]:
    """Return what is known so far, and the job that goes on with it; None if nothing is left.

    The visitor's job for another question is given up.
    """
    measured, visitor = kept(asked), state.visitor()
    key = (asked.about, asked.methods)
    before: Job | None = st.session_state.get(_JOB)
    if before is not None and before.key != key:
        before.leave(visitor)
    if measured.has(asked):
        return measured, None
    title = f"Measuring {len(asked.methods) + len(BASELINES)} maps"
    make = partial(_measure, measured, asked, asked.picture.opened)
    ask = partial(answers().ask, key, title, make, visitor=visitor, name=asked.picture.name)
    job = ask()
    if job.ended.is_set() and job.error is None:
        answers().forget([key], visitor)  # what it found has been dropped since
        job = ask()
    st.session_state[_JOB] = job
    return measured, job


def _measure(
    measured: Measured, asked: Question, photo: Opened, progress: Progress, cancelled: Cancelled
) -> None:
    """Measure all maps in a few steps, then deletion and insertion again in as many as rows."""
    clf, rows = asked.clf, asked.rows
    names = [name for name in (*asked.methods, *BASELINES) if measured.steps.get(name) != rows]
    new = [name for name in names if name not in measured.found]
    later = [len(names) * len(FINER) * (rows + 1)]  # steps, until they are part of the total
    watch = Watch(lambda done, total: progress(done, total + later[0]), cancelled, turns().slice)
    prepared = prepare(clf, photo, asked.view.fit)
    coarse = Prober(clf, prepared, asked.index, steps=COARSE, watch=watch)
    watch.expect(len(new) * coarse.cost)
    for name, title, found in _maps(asked, new, prepared, coarse.prediction, watch):
        if isinstance(found, MethodError):
            measured.failed[name] = found
            watch.step(coarse.cost)
        else:
            measured.add(coarse.score(found, title), COARSE)
    maps = [measured.found[name] for name in names if name in measured.found]
    fine = Prober(clf, prepared, asked.index, steps=rows, metrics=FINER, watch=watch)
    later[0] = 0
    watch.expect(len(maps) * fine.cost)
    for one in maps:
        measured.add(fine.score(one.map, one.title), rows)


def _maps(
    asked: Question, names: Sequence[str], photo: Prepared, prediction: Prediction, watch: Watch
) -> Iterator[tuple[str, str, SaliencyMap | MethodError]]:
    """Yield the name, the title and the map of each method and baseline, or why there is none."""
    for name in names:
        if name in BASELINES:
            continue
        try:
            (explained,) = answer(asked.clf, [photo], asked.request(name), watch)
        except MethodError as error:
            yield name, METHODS[name].title, error
        else:
            yield name, METHODS[name].title, explained.maps[0]
    shape = next(one.shape for one in asked.clf.layers() if one.name == asked.layer)
    window, size = photo.input.window, photo.size
    for blind in baselines(prediction, asked.layer, shape[1:], window, size):
        if blind.method in names:
            yield blind.method, BASELINES[blind.method], blind
