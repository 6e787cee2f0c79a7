"""Slow answers: made on a thread, looked at while they grow, stopped when nobody looks any more."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any

import streamlit as st

from gradcam.errors import CancelledError, GradcamError
from gradcam.watch import Cancelled, Progress

log = logging.getLogger("gradcam.explorer")
_KEPT = 64
_UNSEEN = 5.0  # seconds after which a page that no longer asks has gone
Run = Callable[[Progress, Cancelled], Any]


@dataclass
class Work:
    """One slow answer on its way. `ended` is set last; then there is `result` or `error`.

    done, total : steps. started : when the first was begun, by time.monotonic.
    """

    title: str
    done: int = 0
    total: int = 0
    started: float = 0.0
    seen: float = field(default_factory=time.monotonic)
    result: Any = None
    error: GradcamError | None = None
    ended: Event = field(default_factory=Event)
    stop: Event = field(default_factory=Event)

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far; None before there is one."""
        if not self.started or self.share < 0.02:
            return None
        return (time.monotonic() - self.started) * (1 / self.share - 1)

    @property
    def cancelled(self) -> bool:
        """Whether it ended because somebody, or nobody, wanted it to; or is about to."""
        ended_otherwise = self.ended.is_set() and not isinstance(self.error, CancelledError)
        return not ended_otherwise and (self.stop.is_set() or self.ended.is_set())

    def report(self, done: int, total: int) -> None:
        """How the engine tells its progress."""
        self.started = self.started or time.monotonic()
        self.done, self.total = done, total

    def unwanted(self) -> bool:
        """Asked by the engine several times a second."""
        return self.stop.is_set() or time.monotonic() - self.seen > _UNSEEN

    def run(self, make: Run, turn: Lock) -> None:
        """The thread's body: one at a time, since each takes all cores."""
        try:
            self._wait_for(turn)
            try:
                self.seen = max(self.seen, time.monotonic() - _UNSEEN / 2)
                self.result = make(self.report, self.unwanted)
            finally:
                turn.release()
        except GradcamError as error:
            if not isinstance(error, CancelledError):
                log.warning("%s", error, exc_info=error)
            self.error = error
        except Exception as error:
            log.exception("unexpected", exc_info=error)
            self.error = GradcamError(
                f"{self.title} could not be computed.", hint="The server's log says why."
            )
        finally:
            self.ended.set()

    def _wait_for(self, turn: Lock) -> None:
        while not turn.acquire(timeout=0.1):
            if self.unwanted():
                raise CancelledError("Cancelled.", hint="Ask again.")


class Desk:
    """All slow answers of this server, by question; the least lately asked go first."""

    def __init__(self) -> None:
        self._works: OrderedDict[Hashable, Work] = OrderedDict()
        self._lock = Lock()
        self._turn = Lock()

    def ask(self, question: Hashable, title: str, make: Run) -> Work:
        """The work on `question`, begun now unless it is known."""
        with self._lock:
            work = self._works.get(question)
            if work is None or (work.cancelled and not work.stop.is_set()):
                work = Work(title)
                self._works[question] = work
                Thread(target=work.run, args=(make, self._turn), daemon=True).start()
            work.seen = time.monotonic()
            self._works.move_to_end(question)
            while len(self._works) > _KEPT:
                self._works.popitem(last=False)[1].stop.set()
            return work

    def look_at(self, work: Work) -> None:
        """Somebody still waits for it."""
        work.seen = time.monotonic()

    def forget(self, works: list[Work]) -> None:
        """So that the next `ask` begins them anew."""
        with self._lock:
            for question in [q for q, work in self._works.items() if work in works]:
                del self._works[question]


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """The server's one desk."""
    return Desk()
