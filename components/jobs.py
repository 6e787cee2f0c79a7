"""Background jobs: each runs on its own thread, reports progress and stops on request.

Jobs that use all cores wait in line, of which everybody's are taken in turns: see `Jobs`.
"""

from __future__ import annotations

import atexit
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from math import inf
from threading import Event, RLock, Thread
from typing import Any
from weakref import WeakSet

import streamlit as st

from gradcam.errors import CancelledError, GradcamError

from .keeping import weight
from .limits import limits
from .turns import step_back, turns

log = logging.getLogger("gradcam.explorer")
_KEPT = 64
_FAILED = 30.0  # seconds after which a job that failed is tried again for whoever asks
_LAST = 5.0  # seconds that jobs have to stop in when the server ends
_UNSEEN = 15.0  # seconds without a look from the page, after which it must have been closed
_TICK = 0.1  # seconds between two looks at the line
_AWAY = 120.0  # seconds on another page, after which nobody waits for a folder any more
Progress = Callable[[int, int | None], None]
Cancelled = Callable[[], bool]
Visitor = Hashable  # who waits for a job; None where nobody tells visitors apart
Run = Callable[[Progress, Cancelled], Any]


@dataclass(eq=False)
class Job:
    """One piece of work. `ended` is set last, once there is a `result` or an `error`.

    title : what it is, in words that any visitor may read.
    names : what each visitor calls the thing it is about, such as a file's name, while it goes on.
    done, total : in steps or bytes.
    size : bytes that the result takes, about.
    started : when the first step was reported, by time.monotonic().
    seen : when each visitor's page last looked, by the same clock.
    left : the visitors who cancelled it; it goes on for the others.
    owners : everybody who asked for it. lasting : its result may stay when they have gone.
    patience : seconds without a look after which the job stops by itself; None means never.
    """

    key: Hashable
    title: str
    done: int = 0
    total: int = 0
    started: float = 0.0
    names: dict[Visitor, str] = field(default_factory=dict)
    seen: dict[Visitor, float] = field(default_factory=dict)
    left: set[Visitor] = field(default_factory=set)
    owners: set[Visitor] = field(default_factory=set)
    lasting: bool = False
    patience: float | None = None
    result: Any = None
    size: int = 0
    error: GradcamError | None = None
    ended: Event = field(default_factory=Event)
    ended_at: float = 0.0
    stop: Event = field(default_factory=Event)
    home: Jobs | None = None

    def titled(self, visitor: Visitor = None) -> str:
        """Return the title for a visitor, with their own name of what it is about."""
        name = self.names.get(visitor, "")
        return f"{self.title} for {name}" if name else self.title

    def place(self, visitor: Visitor) -> Place | None:
        """Return the visitor's place in the line; None where the job runs, or their others do."""
        return self.home.place(self, visitor) if self.home is not None else None

    @property
    def running(self) -> bool:
        """Whether its turn has come, and it has not ended."""
        return self.home is not None and self.home.runs(self)

    def beside(self, visitor: Visitor) -> int:
        """Return how many jobs of others this one takes turns with."""
        return self.home.beside(visitor) if self.home is not None and self.running else 0

    def watchers(self) -> Collection[Visitor]:
        """Return the visitors who wait for it, as far as they are told apart."""
        return [one for one in self.seen.copy() if one is not None]

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
        """Cancel it for one visitor; it stops once nobody else waits for it.

        Where no page need look, whoever asked for it and has not cancelled it still waits.
        """
        self.left.add(visitor)
        self.seen.pop(visitor, None)
        others = self.owners - self.left if self.patience is None else self._watched(self.patience)
        if not others:
            self.stop.set()

    def look_away(self, visitor: Visitor = None) -> None:
        """Record that a visitor has gone on to something else, and may come back."""
        self.seen.pop(visitor, None)

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
        """Run `make` within `turn`. This is the body of the thread."""
        step_back()
        try:
            with turn(self):
                self.result = make(self.report, self.should_stop)
        except CancelledError as error:
            self.end(error)
        except GradcamError as error:
            log.warning("%s", error, exc_info=error)
            self.end(error)
        except Exception as error:
            log.exception("unexpected", exc_info=error)
            self.end(GradcamError(f"{self.title} failed.", hint="See the server log."))
        else:
            self.end()

    def end(self, error: GradcamError | None = None) -> None:
        """Set that it ended, with its result or an error.

        An error holds the frames that it passed, and those the photo; and names are the visitors'
        own. Neither must stay.
        """
        self.error = _bare(error) if error is not None else None
        self.size = weight(self.result)
        self.names.clear()
        self.ended_at = time.monotonic()
        self.ended.set()


@dataclass(frozen=True)
class Place:
    """A visitor's place in a line.

    number : 1 for who is next. before : the titles of the others' jobs that run or come before.
    """

    number: int
    before: Sequence[str]


_STARTED: WeakSet[Job] = WeakSet()  # and not done with, or somebody still knows of them


class Jobs:
    """The jobs of one kind by key, shared by all sessions; only the most recent are kept.

    Of those that wait, the next is one of the visitor whose last turn is longest ago.

    Parameters
    ----------
    kind : what they are, in the plural, for the sentence that there are too many.
    at_once : how many jobs run at once; None means that nobody waits.
    each : how many of them may be one visitor's.
    sliced : whether those that run take turns with each other, and with those of other kinds.
    patience : seconds a job runs on while no page looks at it; None means to its end.
    most, room : how many jobs of one visitor, and of all, may run or wait.
    size : how many bytes the kept results may take together.
    """

    def __init__(
        self,
        kind: str = "slow answers",
        *,
        at_once: int | None = None,
        each: int = 1,
        sliced: bool = True,
        patience: float | None = None,
        most: int | None = None,
        room: int | None = None,
        size: int | None = None,
    ) -> None:
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self._waiting: dict[Job, Run] = {}
        self._running: list[Job] = []
        self._lock = RLock()
        self._kind, self._patience = kind, patience
        self._at_once, self._each = at_once, each
        self._most, self._room, self._size = most, room, size
        self._turn = _in_lane if sliced else _at_once
        self._served: dict[Visitor, float] = {}  # when each visitor's last job began
        self._keeper: Thread | None = None

    def ask(
        self,
        key: Hashable,
        title: str,
        make: Run,
        *,
        total: int = 0,
        visitor: Visitor = None,
        name: str = "",
        lasting: bool = False,
    ) -> Job:
        """Return the job with this key, starting it if it is new, for a visitor to wait for.

        A failed or stopped job is returned as it is until `forget`, except that one which stopped
        because no page was looking, or failed half a minute ago, starts again. Where there are too
        many, a job is returned that has failed for that reason, and that nobody is told of again.

        name : what the visitor calls the thing it is about; nobody else is told.
        lasting : whether the result may stay when all who asked for it have gone, such as that of
            a sample photo.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.stale:
                job = Job(key, title, total=total, patience=self._patience, home=self)
                if too_many := self._too_many(visitor):
                    job.end(too_many)
                    return job
                self._jobs[key] = job
                job.look(visitor)
                _STARTED.add(job)
                self._waiting[job] = make
                self._admit()
            job.look(visitor)
            job.owners.add(visitor)
            job.lasting = job.lasting or lasting
            if name and not job.ended.is_set():
                job.names[visitor] = name
            self._jobs.move_to_end(key)
            self._drop()
            return job

    def lengths(self) -> tuple[int, int]:
        """Return how many jobs run, and how many wait."""
        with self._lock:
            return len(self._running), len(self._waiting)

    def forget(self, keys: Iterable[Hashable], visitor: Visitor = None) -> None:
        """Let the visitor's next `ask` restart these jobs, or join those that are still running."""
        with self._lock:
            for key in keys:
                job = self._jobs.get(key)
                if job:
                    job.left.discard(visitor)
                if job and (job.ended.is_set() or job.stop.is_set()):
                    del self._jobs[key]

    def gone(self, visitors: Collection[Visitor]) -> int:
        """Forget what was these visitors' alone, and stop what runs; return how many jobs."""
        with self._lock:
            left = []
            for job in self._jobs.values():
                job.owners.difference_update(visitors)
                for one in visitors:
                    job.seen.pop(one, None)
                if not job.owners and not job.lasting:
                    left.append(job)
            for job in left:
                job.stop.set()
                del self._jobs[job.key]
            return len(left)

    def place(self, job: Job, visitor: Visitor) -> Place | None:
        """Return the visitor's place in the line; None if it is not for others that they wait."""
        with self._lock:
            if job not in self._waiting or self._busy([visitor]):
                return None
            line = sorted(self._waiting, key=self._rank)
            before, counted = [one.title for one in self._running], {visitor}
            number = 1
            for one in line[: line.index(job)]:
                others = set(one.watchers()) - counted
                if others and not self._busy(one.watchers()):
                    before.append(one.title)
                    counted |= others
                    number += 1
            return Place(number, before)

    def runs(self, job: Job) -> bool:
        """Whether the job's turn has come, and it has not ended."""
        with self._lock:
            return job in self._running

    def beside(self, visitor: Visitor) -> int:
        """Return how many jobs of others run now, with which the visitor's takes turns."""
        with self._lock:
            return sum(visitor not in one.seen for one in self._running)

    def _too_many(self, visitor: Visitor) -> GradcamError | None:
        going = [*self._running, *self._waiting]
        own = sum(visitor in one.seen for one in going)
        if visitor is not None and self._most is not None and own >= self._most:
            return GradcamError(
                f"{own} of your {self._kind} run or wait, as many as this server allows.",
                hint="Wait for some of them, or cancel them.",
            )
        if self._room is not None and len(going) >= self._room:
            return GradcamError(
                f"The server's queue is full: {len(going)} {self._kind} run or wait.",
                hint="Try again in a minute.",
            )
        return None

    def _admit(self) -> None:
        """Begin those jobs whose turn it is; have the others looked after."""
        for job in [job for job in self._waiting if job.should_stop()]:
            del self._waiting[job]
            job.end(CancelledError("Cancelled.", hint="Start it again."))
        while self._waiting and (self._at_once is None or len(self._running) < self._at_once):
            free = [job for job in self._waiting if not self._busy(job.watchers())]
            if not free:
                break
            self._begin(min(free, key=self._rank))
        if self._waiting and self._keeper is None:
            self._keeper = Thread(target=self._look_after, daemon=True)
            self._keeper.start()

    def _busy(self, visitors: Collection[Visitor]) -> bool:
        """Whether each of these visitors has jobs running, so that another must wait for them."""
        return bool(visitors) and all(
            sum(one in job.seen for job in self._running) >= self._each for one in visitors
        )

    def _rank(self, job: Job) -> float:
        """Return when whoever waits for a job last had a turn."""
        served = (self._served.get(one, -inf) for one in job.watchers())
        return min(served, default=-inf)

    def _begin(self, job: Job) -> None:
        make = self._waiting.pop(job)
        self._running.append(job)
        now = time.monotonic()
        for visitor in job.watchers():
            self._served.pop(visitor, None)
            self._served[visitor] = now
        while len(self._served) > _KEPT:
            del self._served[next(iter(self._served))]
        # The jobs before used all cores, which may have kept the page from looking in time.
        for visitor, seen in job.seen.copy().items():
            job.seen[visitor] = max(seen, now - _UNSEEN / 2)
        Thread(target=self._work, args=(job, make), daemon=True).start()

    def _work(self, job: Job, make: Run) -> None:
        try:
            job.run(make, self._turn)
        finally:
            with self._lock:
                self._running.remove(job)
                self._admit()

    def _look_after(self) -> None:
        """End those that wait and that nobody waits for any more. The body of a thread."""
        while True:
            time.sleep(_TICK)
            with self._lock:
                self._admit()
                if not self._waiting:
                    self._keeper = None
                    return

    def _drop(self) -> None:
        """Forget the oldest of the jobs that ended, where there are too many or too large ones."""
        ended = [one for one in self._jobs.values() if one.ended.is_set()]
        size = sum(one.size for one in ended)
        for n, one in enumerate(ended[:-1]):
            if len(ended) - n <= _KEPT and (self._size is None or size <= self._size):
                return
            size -= one.size
            del self._jobs[one.key]


@atexit.register
def _stop_all() -> None:
    """Let no thread be in PyTorch or TensorFlow when Python ends: it would abort the process."""
    until = time.monotonic() + _LAST
    for job in tuple(_STARTED):
        job.stop.set()
    for job in tuple(_STARTED):
        job.ended.wait(max(0.0, until - time.monotonic()))


def _bare(error: GradcamError) -> GradcamError:
    """Return the error without the frames that it passed, nor what caused it."""
    error.__cause__ = error.__context__ = error.__traceback__ = None
    return error


def counted() -> dict[tuple[str, ...], float]:
    """Return how many jobs of each kind run and how many wait for their turn."""
    found: dict[tuple[str, ...], float] = {}
    for kind, jobs in (("answers", answers), ("sheets", sheets), ("folders", folders),
                       ("downloads", downloads)):  # fmt: skip
        found[kind, "running"], found[kind, "waiting"] = jobs().lengths()
    return found


def _at_once(_: Job) -> AbstractContextManager[None]:
    return nullcontext()


def _in_lane(job: Job) -> AbstractContextManager[None]:
    return turns().lane(job.watchers)


@st.cache_resource(show_spinner=False)
def answers() -> Jobs:
    """Slow answers of all sessions. Each uses all cores, so few run at once, slice by slice."""
    most = limits()
    return Jobs(
        at_once=most.jobs_at_once,
        patience=_UNSEEN,
        most=most.slow_jobs,
        room=most.server_jobs,
        size=most.explanation_bytes,
    )


@st.cache_resource(show_spinner=False)
def sheets() -> Jobs:
    """Contact sheets of all sessions. Their small batches take turns, so nobody waits for a folder.

    Each holds few photos at a time, so several at once need little memory.
    """
    return Jobs(at_once=limits().sheets_at_once, patience=_UNSEEN, room=limits().server_jobs)


@st.cache_resource(show_spinner=False)
def folders() -> Jobs:
    """Work over whole folders, of all sessions.

    What is done is kept by whoever works, so a visitor who was away for longer goes on from there.
    """
    most = limits()
    return Jobs(
        "folders",
        at_once=most.folders_at_once,
        patience=_AWAY,
        most=most.folder_jobs,
        room=most.server_jobs,
    )


@st.cache_resource(show_spinner=False)
def downloads() -> Jobs:
    """Downloads of weights by model id. They continue while no page looks."""
    most = limits().downloads_at_once
    return Jobs("downloads", at_once=most, each=most, sliced=False)


@st.cache_resource(show_spinner=False)
def sizes() -> Jobs:
    """Questions to the hub how large a model is, by its id; apart, to stop no download."""
    return Jobs(sliced=False)
