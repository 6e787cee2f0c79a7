"""Light clicks beside others' slow work, without a browser: the same calls on the same threads.

    python -m benches.beside [model]

Quiet and busy times alternate in short blocks, so that whatever else the machine does weighs on
both. A click is what a run of the page computes for a new photo, for as long as the page would say
that it is at work; slow work is Score-CAM of all channels, for one visitor or for three.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from threading import Thread

import numpy as np

import gradcam
from benches.table import Row
from components.jobs import Job, Jobs
from components.samples import SAMPLES, load
from components.turns import turns
from gradcam import Classifier, Request
from gradcam.answer import answer
from gradcam.images import Opened
from gradcam.types import Photo
from gradcam.watch import Cancelled, Progress, Watch

MODEL = "bundled/efficientnet-lite0"
_BLOCKS, _CLICKS = 6, 15
_PAUSE = 0.15  # seconds between two clicks
_LIMIT = 1.5


@dataclass
class Beside:
    """Seconds of clicks by how many visitors' slow work ran, and slices of that work a second."""

    clicks: dict[int, list[float]]
    share: dict[int, list[float]]


def rows(model: str = MODEL) -> Iterator[Row]:
    """Measure clicks beside the slow work of no visitor, of one, and of three."""
    found = measured(gradcam.load_model(model))
    quiet = found.clicks[0]
    alone = 1000 * statistics.median(quiet)
    yield Row("light answer with nothing beside it", alone, "ms", 250, note=_told(quiet))
    for visitors in (1, 3):
        busy = found.clicks[visitors]
        for name, of in (("median", statistics.median), ("p95", p95)):
            what = f"light answer beside {visitors} × Score-CAM, {name}, to its quiet one"
            yield Row(what, of(busy) / of(quiet), "×", _LIMIT, note=_told(busy))


def measured(clf: Classifier, blocks: int = _BLOCKS, clicks: int = _CLICKS) -> Beside:
    """Click in blocks, with no slow work, one visitor's and three visitors' in turn."""
    clf.layers()
    photos = _photos()
    request = Request((_layer(clf),), clf.usual_method)
    jobs = Jobs(at_once=4)
    found = Beside({0: [], 1: [], 3: []}, {0: [], 1: [], 3: []})
    _click(clf, request, next(photos), [])
    for block in range(blocks):
        for visitors in (0, 1, 3):
            going = [_slow(jobs, clf, next(photos), f"{block} {n}") for n in range(visitors)]
            _until_begun(going)
            begun, done = time.monotonic(), sum(job.done for job in going)
            for _ in range(clicks):
                # Streamlit runs each click on a thread of its own.
                thread = Thread(
                    target=_click, args=(clf, request, next(photos), found.clicks[visitors])
                )
                thread.start()
                thread.join()
                time.sleep(_PAUSE)
            steps = sum(job.done for job in going) - done
            found.share[visitors].append(steps / (time.monotonic() - begun))
            for job in going:
                job.stop.set()
            for job in going:
                job.ended.wait(60)
    return found


def p95(taken: list[float]) -> float:
    """Return the time that one in twenty exceeds."""
    return float(np.quantile(taken, 0.95))


def _click(clf: Classifier, request: Request, photo: Photo, taken: list[float]) -> None:
    began = time.perf_counter()
    with turns().quick():
        answer(clf, [Opened(photo)], request, Watch())
    taken.append(time.perf_counter() - began)


def _slow(jobs: Jobs, clf: Classifier, photo: Photo, visitor: str) -> Job:
    request = Request((_layer(clf),), "scorecam", top_k=3)
    make = partial(_score, clf, photo, request)
    return jobs.ask(visitor, "Score-CAM", make, visitor=visitor)


def _score(
    clf: Classifier, photo: Photo, request: Request, progress: Progress, cancelled: Cancelled
) -> None:
    watch = Watch(progress, cancelled, turns().slice)
    while True:  # until it is cancelled, however fast the model is
        answer(clf, [Opened(photo)], request, watch)


def _until_begun(jobs: list[Job]) -> None:
    while any(job.done == 0 and not job.ended.is_set() for job in jobs):
        time.sleep(0.01)


def _layer(clf: Classifier) -> str:
    return next(one.name for one in clf.layers() if one.recommended)


def _photos() -> Iterator[Photo]:
    """Yield ever new photos of one size."""
    photo = load(SAMPLES[0].id)
    for n in count():
        yield np.roll(photo, 16 * n, axis=1)


def _told(taken: list[float]) -> str:
    return f"{len(taken)} clicks, p95 {1000 * p95(taken):.0f} ms, slowest {1000 * max(taken):.0f}"


if __name__ == "__main__":
    for row in rows(*sys.argv[1:]):
        print(row)
