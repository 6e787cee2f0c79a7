"""Scoring methods and layers over a folder: the job, where its numbers are, and what they say."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from gradcam import Classifier, GradcamError
from gradcam.evaluation import files
from gradcam.evaluation.asking import Asked
from gradcam.evaluation.results import Evaluation, gathered
from gradcam.evaluation.scoring import Scorer, ScoreRows, rows_of
from gradcam.photos import Given, shuffled
from gradcam.rows import done_so_far, work_out
from gradcam.watch import Cancelled, Progress, Watch

from .. import engine, state
from ..jobs import Job, folders
from ..turns import turns
from .searching import results, which
from .sources import Photos

_STEPS = 1000  # of progress, for each photo
_FILE = "photos.parquet"


@dataclass(frozen=True, eq=False)
class Study:
    """One question: these photos, scored by these methods at these layers.

    place : the folder of its numbers. Photos that come or go keep it, so that what is known of the
        others is used.
    """

    clf: Classifier
    asked: Asked
    rows: ScoreRows
    given: Sequence[Given]
    place: Path

    @classmethod
    def of(cls, clf: Classifier, asked: Asked, photos: Photos) -> Study:
        """Return the question."""
        rows = _rows(engine.identity(clf), repr(asked), clf, asked)
        return cls(clf, asked, rows, photos.given, results(photos.id) / f"scores-{rows.key[:24]}")

    @property
    def key(self) -> tuple[str, str]:
        """The job's key."""
        return ("scores", f"{self.place} {which(self.given)}")

    def job(self) -> Job:
        """Return the job that scores the photos, starting it if it is new."""
        title = f"Scoring {len(self.given):,} photos"
        total = len(self.given) * _STEPS
        make = partial(_score, self)
        return folders().ask(
            self.key, title, make, total=total, visitor=state.visitor(), alone=self.place
        )

    def so_far(self) -> Evaluation:
        """Return what the numbers say that there are, of these photos alone."""
        names = frozenset(one.name for one in self.given)
        return _gathered(str(self.place), _stamp(self.place), names, self)


class _Telling(Scorer):
    """A scorer that tells how far it is within a photo, which may take a minute."""

    def __init__(self, clf: Classifier, asked: Asked, progress: Progress) -> None:
        super().__init__(clf, asked)
        self._progress = progress
        self.done = 0

    def rows(
        self, items: Sequence[Any], watch: Watch
    ) -> Sequence[Mapping[str, Any] | GradcamError]:
        """Score photos, and tell of every step."""

        def tell(done: int, total: int) -> None:
            self._progress(round((self.done + done / max(total, 1)) * _STEPS), 0)

        return super().rows(items, Watch(tell, watch.cancelled, watch.turn))


def _score(study: Study, progress: Progress, cancelled: Cancelled) -> None:
    """Score the photos; the job's `make`."""
    total = len(study.given) * _STEPS
    worker = _Telling(study.clf, study.asked, lambda done, _: progress(done, total))

    def photos(done: int, _: int) -> None:
        worker.done = done
        progress(done * _STEPS, total)

    study.place.mkdir(parents=True, exist_ok=True)
    # In an order that has nothing to do with what they show, so that the first stand for all.
    work_out(
        shuffled(study.given), study.rows, study.place / _FILE, worker=worker, jobs=1,
        watch=Watch(photos, cancelled, turns().slice),
    )  # fmt: skip


@st.cache_resource(max_entries=16, show_spinner=False, scope="session")
def _rows(model: Hashable, asked: str, _clf: Classifier, _asked: Asked) -> ScoreRows:  # noqa: ARG001
    return rows_of(_clf, lambda: _clf, _asked)


@st.cache_resource(max_entries=8, show_spinner=False, scope="session")
def _gathered(
    place: str,  # noqa: ARG001 - this and the next say which numbers they are
    stamp: Hashable,  # noqa: ARG001
    names: frozenset[str],
    _study: Study,
) -> Evaluation:
    table = done_so_far(_study.rows, _study.place / _FILE)
    of_these = (row for row in files.photos(table) if row["file"] in names)
    return gathered(of_these, _study.asked.metrics)


def _stamp(place: Path) -> Hashable:
    found = [place / _FILE, *sorted(place.glob(f".{_FILE}.parts/*.parquet"))]
    return tuple((file.name, file.stat().st_mtime_ns) for file in found if file.is_file())
