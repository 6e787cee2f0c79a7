"""Background jobs: each runs on its own thread, reports progress and stops on request."""

from __future__ import annotations

import atexit
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from math import inf
from threading import Event, Lock, Thread
from typing import Any
from weakref import WeakSet

import streamlit as st

from gradcam.errors import CancelledError, GradcamError

from .turns import step_back

log = logging.getLogger("gradcam.explorer")
_KEPT = 64
_FAILED = 30.0  # seconds after which a job that failed is tried again for whoever asks
_LAST = 5.0  # seconds that jobs have to stop in when the server ends
_UNSEEN = 5.0  # seconds without a look from the page, after which it must have been closed
_AWAY = 120.0  # seconds on another page, after which nobody waits for a folder any more
Progress = Callable[[int, int | None], None]
Cancelled = Callable[[], bool]
Visitor = Hashable  # who waits for a job; None where nobody tells visitors apart
Run = Callable[[Progress, Cancelled], Any]


@dataclass(eq=False)
class Job:
    """One piece of work. `ended` is set last, once there is a `result` or an `error`.

    done, total : in steps or bytes.
    started : when the first step was reported, by time.monotonic().
    seen : when each visitor's page last looked, by the same clock.
    left : the visitors who cancelled it; it goes on for the others.
    patience : seconds without a look after which the job stops by itself; None means never.
    """

    key: Hashable
    title: str
    done: int = 0
    total: int = 0
    started: float = 0.0
    seen: dict[Visitor, float] = field(default_factory=dict)
    left: set[Visitor] = field(default_factory=set)
    patience: float | None = None
    result: Any = None
    error: GradcamError | None = None
    ended: Event = field(default_factory=Event)
    ended_at: float = 0.0
    stop: Event = field(default_factory=Event)

    @property
    def share(self) -> float:
        """The fraction done, from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """An estimate from the pace so far; None while it is too early to tell."""
        if not self.started or self.share < 0.02:
            return None
        return (time.monotonic() - self.started) * (1 / self.share - 1)

    @property
    def cancelled(self) -> bool:
        """Whether it was stopped, or is about to be, before it had a result or failed."""
        ended_otherwise = self.ended.is_set() and not isinstance(self.error, CancelledError)
        return not ended_otherwise and (self.stop.is_set() or self.ended.is_set())

    @property
    def stale(self) -> bool:
        """Whether to start it again for whoever asks: nobody was looking, or it failed long ago."""
        if self.cancelled:
            return not self.stop.is_set()
        failed = self.ended.is_set() and self.error is not None
        return failed and time.monotonic() - self.ended_at > _FAILED

    def report(self, done: int, total: int | None) -> None:
        """Record progress; a `total` of None keeps the known one."""
        self.started = self.started or time.monotonic()
        self.done, self.total = done, total or self.total

    def look(self, visitor: Visitor = None) -> None:
        """Record that a visitor's page is still waiting, unless the visitor cancelled the job."""
        if visitor not in self.left:
            self.seen[visitor] = time.monotonic()

    def leave(self, visitor: Visitor = None) -> None:
        """Cancel it for one visitor; it stops once nobody else's page is waiting for it."""
        self.left.add(visitor)
        self.seen.pop(visitor, None)
        if not self._watched(_UNSEEN):
            self.stop.set()

    def cancelled_by(self, visitor: Visitor) -> bool:
        """Whether there will be no result for this visitor, who cancelled it or saw it stopped."""
        return self.cancelled or (visitor in self.left and not self.ended.is_set())

    def should_stop(self) -> bool:
        """Whether it was told to stop, or no page has looked for too long."""
        unseen = self.patience is not None and not self._watched(self.patience)
        return self.stop.is_set() or unseen

    def _watched(self, seconds: float) -> bool:
        # A copy, because pages look from threads of their own.
        return time.monotonic() - max(self.seen.copy().values(), default=-inf) <= seconds

    def run(self, make: Run, turn: Callable[[Job], AbstractContextManager[None]]) -> None:
        """Wait for `turn`, then run `make`. This is the body of the thread."""
        step_back()
        try:
            with turn(self):
                self.result = make(self.report, self.should_stop)
        except CancelledError as error:
            self.error = error
        except GradcamError as error:
            log.warning("%s", error, exc_info=error)
            self.error = error
        except Exception as error:
            log.exception("unexpected", exc_info=error)
            self.error = GradcamError(f"{self.title} failed.", hint="See the server log.")
        finally:
            self.ended_at = time.monotonic()
            self.ended.set()


_STARTED: WeakSet[Job] = WeakSet()  # and not done with, or somebody still knows of them


class Jobs:
    """The jobs of one kind by key, shared by all sessions; only the most recent are kept.

    Parameters
    ----------
    one_at_a_time : run jobs one after another, for work that uses all cores.
    patience : seconds a job runs on while no page looks at it; None means to its end.
    """

    def __init__(self, *, one_at_a_time: bool = False, patience: float | None = None) -> None:
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self._lock = Lock()
        self._turn = Lock()
        self._in_turn = self._one_at_a_time if one_at_a_time else _at_once
        self._patience = patience

    def ask(
        self, key: Hashable, title: str, make: Run, *, total: int = 0, visitor: Visitor = None
    ) -> Job:
        """Return the job with this key, starting it if it is new, for a visitor to wait for.

        A failed or stopped job is returned as it is until `forget`, except that one which stopped
        because no page was looking, or failed half a minute ago, starts again.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.stale:
                job = Job(key, title, total=total, patience=self._patience)
                self._jobs[key] = job
                job.look(visitor)
                _STARTED.add(job)
                Thread(target=job.run, args=(make, self._in_turn), daemon=True).start()
            job.look(visitor)
            self._jobs.move_to_end(key)
            while len(self._jobs) > _KEPT:
                self._jobs.popitem(last=False)[1].stop.set()
            return job

    def forget(self, keys: Iterable[Hashable], visitor: Visitor = None) -> None:
        """Let the visitor's next `ask` restart these jobs, or join those that are still running."""
        with self._lock:
            for key in keys:
                job = self._jobs.get(key)
                if job:
                    job.left.discard(visitor)
                if job and (job.ended.is_set() or job.stop.is_set()):
                    del self._jobs[key]

    @contextmanager
    def _one_at_a_time(self, job: Job) -> Iterator[None]:
        while not self._turn.acquire(timeout=0.1):
            if job.should_stop():
                raise CancelledError("Cancelled.", hint="Start it again.")
        try:
            # The job before used all cores, which may have kept the page from looking in time.
            latest = time.monotonic() - _UNSEEN / 2
            for visitor, seen in job.seen.copy().items():
                job.seen[visitor] = max(seen, latest)
            yield
        finally:
            self._turn.release()


@atexit.register
def _stop_all() -> None:
    """Let no thread be in PyTorch or TensorFlow when Python ends: it would abort the process."""
    until = time.monotonic() + _LAST
    for job in tuple(_STARTED):
        job.stop.set()
    for job in tuple(_STARTED):
        job.ended.wait(max(0.0, until - time.monotonic()))


def counted() -> dict[str, float]:
    """Return how many jobs run and how many wait for their turn."""
    going = [job for job in tuple(_STARTED) if not job.ended.is_set()]
    running = sum(bool(job.started) for job in going)
    return {"running": running, "waiting": len(going) - running}


def _at_once(_: Job) -> AbstractContextManager[None]:
    return nullcontext()


@st.cache_resource(show_spinner=False)
def answers() -> Jobs:
    """Slow answers of all sessions. Each uses all cores, so they run one at a time."""
    return Jobs(one_at_a_time=True, patience=_UNSEEN)


@st.cache_resource(show_spinner=False)
def sheets() -> Jobs:
    """Contact sheets of all sessions. Their small batches take turns, so nobody waits for a folder.

    Each holds few photos at a time, so several at once need little memory.
    """
    return Jobs(patience=_UNSEEN)


@st.cache_resource(show_spinner=False)
def folders() -> Jobs:
    """Work over whole folders, of all sessions, one at a time.

    What is done is kept by whoever works, so a visitor who was away for longer goes on from there.
    """
    return Jobs(one_at_a_time=True, patience=_AWAY)


@st.cache_resource(show_spinner=False)
def downloads() -> Jobs:
    """Downloads of weights by model id. They continue while no page looks."""
    return Jobs()


@st.cache_resource(show_spinner=False)
def sizes() -> Jobs:
    """Questions to the hub how large a model is, by its id; apart, to stop no download."""
    return Jobs()
