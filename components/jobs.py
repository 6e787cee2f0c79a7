"""Long work beside the page: run on a thread, watched while it runs, stopped on request."""

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
_UNSEEN = 5.0  # seconds without a look after which the page that asked must be gone
Progress = Callable[[int, int | None], None]
Cancelled = Callable[[], bool]
Run = Callable[[Progress, Cancelled], Any]


@dataclass
class Job:
    """One piece of work. `ended` is set last; then there is a `result` or an `error`.

    done, total : steps, or bytes.
    started : when the first step was reported, by time.monotonic().
    seen : when a page last looked, by the same clock.
    patience : seconds without a look after which the job stops by itself; None never.
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
    stop: Event = field(default_factory=Event)

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far; None while it is too early to tell."""
        if not self.started or self.share < 0.02:
            return None
        return (time.monotonic() - self.started) * (1 / self.share - 1)

    @property
    def cancelled(self) -> bool:
        """Whether it was stopped, or is about to be, before it had a result."""
        ended_otherwise = self.ended.is_set() and not isinstance(self.error, CancelledError)
        return not ended_otherwise and (self.stop.is_set() or self.ended.is_set())

    def report(self, done: int, total: int | None) -> None:
        """Record progress; a `total` of None leaves the known one as it is."""
        self.started = self.started or time.monotonic()
        self.done, self.total = done, total or self.total

    def look(self) -> None:
        """Say that a page is still waiting for it."""
        self.seen = time.monotonic()

    def unwanted(self) -> bool:
        """Whether to give up: somebody said so, or nobody is looking any more."""
        unseen = self.patience is not None and time.monotonic() - self.seen > self.patience
        return self.stop.is_set() or unseen

    def run(self, make: Run, turn: Callable[[Job], AbstractContextManager[None]]) -> None:
        """The thread's body: wait for `turn`, then work."""
        try:
            with turn(self):
                self.result = make(self.report, self.unwanted)
        except CancelledError as error:
            self.error = error
        except GradcamError as error:
            log.warning("%s", error, exc_info=error)
            self.error = error
        except Exception as error:
            log.exception("unexpected", exc_info=error)
            self.error = GradcamError(f"{self.title} failed.", hint="The server's log says why.")
        finally:
            self.ended.set()


class Jobs:
    """The jobs of one kind, by key, shared by all sessions; the least recently asked for go first.

    Parameters
    ----------
    one_at_a_time : whether each job waits for the one before; those that use all cores should.
    patience : how long a job nobody looks at goes on, in seconds; None means to its end.
    """

    def __init__(self, *, one_at_a_time: bool = False, patience: float | None = None) -> None:
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self._lock = Lock()
        self._turn = Lock()
        self._in_turn = self._one_at_a_time if one_at_a_time else _at_once
        self._patience = patience

    def ask(self, key: Hashable, title: str, make: Run, *, total: int = 0) -> Job:
        """The job called `key`: the one already known, or a new one, started now.

        A failed or stopped job stays as it is until it is forgotten, but one that stopped because
        nobody was looking starts again.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None or (job.cancelled and not job.stop.is_set()):
                job = Job(key, title, total=total, patience=self._patience)
                self._jobs[key] = job
                Thread(target=job.run, args=(make, self._in_turn), daemon=True).start()
            job.look()
            self._jobs.move_to_end(key)
            while len(self._jobs) > _KEPT:
                self._jobs.popitem(last=False)[1].stop.set()
            return job

    def forget(self, keys: Iterable[Hashable]) -> None:
        """Let the next `ask` start these anew, unless they are still running."""
        with self._lock:
            for key in keys:
                job = self._jobs.get(key)
                if job and (job.ended.is_set() or job.stop.is_set()):
                    del self._jobs[key]

    @contextmanager
    def _one_at_a_time(self, job: Job) -> Iterator[None]:
        while not self._turn.acquire(timeout=0.1):
            if job.unwanted():
                raise CancelledError("Cancelled.", hint="Ask again.")
        try:
            # The page was not asked to look while the job was waiting: allow it another moment.
            job.seen = max(job.seen, time.monotonic() - _UNSEEN / 2)
            yield
        finally:
            self._turn.release()


def _at_once(_: Job) -> AbstractContextManager[None]:
    return nullcontext()


@st.cache_resource(show_spinner=False)
def answers() -> Jobs:
    """The server's slow answers; each takes all cores, so they take turns."""
    return Jobs(one_at_a_time=True, patience=_UNSEEN)


@st.cache_resource(show_spinner=False)
def downloads() -> Jobs:
    """The server's downloads of weights, by model id; they go on when nobody looks."""
    return Jobs()
