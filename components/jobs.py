"""Background jobs: each runs on its own thread, reports progress and stops on request."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any

import streamlit as st

from gradcam.errors import CancelledError, GradcamError

log = logging.getLogger("gradcam.explorer")
_KEPT = 64
_FAILED = 30.0  # seconds after which a job that failed is tried again for whoever asks
_UNSEEN = 5.0  # seconds without a look from the page, after which it must have been closed
Progress = Callable[[int, int | None], None]
Cancelled = Callable[[], bool]
Run = Callable[[Progress, Cancelled], Any]


@dataclass
class Job:
    """One piece of work. `ended` is set last, once there is a `result` or an `error`.

    done, total : in steps or bytes.
    started : when the first step was reported, by time.monotonic().
    seen : when a page last looked, by the same clock.
    patience : seconds without a look after which the job stops by itself; None means never.
    """

    key: Hashable
    title: str
    done: int = 0
    total: int = 0
    started: float = 0.0
    seen: float = field(default_factory=time.monotonic)
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

    def look(self) -> None:
        """Record that a page is still waiting for the job."""
        self.seen = time.monotonic()

    def should_stop(self) -> bool:
        """Whether it was told to stop, or no page has looked for too long."""
        unseen = self.patience is not None and time.monotonic() - self.seen > self.patience
        return self.stop.is_set() or unseen

    def run(self, make: Run, turn: Callable[[Job], AbstractContextManager[None]]) -> None:
        """Wait for `turn`, then run `make`. This is the body of the thread."""
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

    def ask(self, key: Hashable, title: str, make: Run, *, total: int = 0) -> Job:
        """Return the job with this key, starting it if it is new.

        A failed or stopped job is returned as it is until `forget`, except that one which stopped
        because no page was looking, or failed half a minute ago, starts again.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.stale:
                job = Job(key, title, total=total, patience=self._patience)
                self._jobs[key] = job
                Thread(target=job.run, args=(make, self._in_turn), daemon=True).start()
            job.look()
            self._jobs.move_to_end(key)
            while len(self._jobs) > _KEPT:
                self._jobs.popitem(last=False)[1].stop.set()
            return job

    def forget(self, keys: Iterable[Hashable]) -> None:
        """Let the next `ask` restart these jobs, unless they are still running."""
        with self._lock:
            for key in keys:
                job = self._jobs.get(key)
                if job and (job.ended.is_set() or job.stop.is_set()):
                    del self._jobs[key]

    @contextmanager
    def _one_at_a_time(self, job: Job) -> Iterator[None]:
        while not self._turn.acquire(timeout=0.1):
            if job.should_stop():
                raise CancelledError("Cancelled.", hint="Start it again.")
        try:
            # The job before used all cores, which may have kept the page from looking in time.
            job.seen = max(job.seen, time.monotonic() - _UNSEEN / 2)
            yield
        finally:
            self._turn.release()


def _at_once(_: Job) -> AbstractContextManager[None]:
    return nullcontext()


@st.cache_resource(show_spinner=False)
def answers() -> Jobs:
    """Slow answers of all sessions. Each uses all cores, so they run one at a time."""
    return Jobs(one_at_a_time=True, patience=_UNSEEN)


@st.cache_resource(show_spinner=False)
def downloads() -> Jobs:
    """Downloads of weights by model id. They continue while no page looks."""
    return Jobs()


@st.cache_resource(show_spinner=False)
def sizes() -> Jobs:
    """Questions to the hub how large a model is, by its id; apart, to stop no download."""
    return Jobs()
