"""Who goes first: quick work, such as a click, before slow work; slow work of visitors in turns."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Condition, get_native_id, local

import streamlit as st

_QUICK = 10.0  # seconds after which quick work is quick no more, and nothing waits for it
_WAIT = 0.3  # the longest that slow work waits between two slices, so that it always gets on
_SLICE = 0.05  # seconds of slow work in one go, which a click may have to wait for
_OVERRUN = 0.5  # seconds after which a slice counts as work of another kind, and others go on
_PATIENCE = 5.0  # seconds after which a frame no longer waits for another camera's
_NICE = 10  # of 19: about a tenth of what a thread of normal priority gets


Visitors = Callable[[], Collection[Hashable]]


@dataclass(eq=False)
class _Lane:
    """Slow work that is done in slices.

    asked : when it began to wait for its next slice. began : when the slice that is being worked on
        began. ended : when the last one did.
    """

    visitors: Visitors
    waiting: bool = False
    asked: float = 0.0
    began: float | None = None
    ended: float = 0.0


class Turns:
    """Lets slow work, done in slices, give way to quick work between two slices.

    A slice keeps its model to itself, so a click waits for the rest of one slice at most, unless a
    single step of the method takes longer. The slow work of several visitors takes turns slice by
    slice, such that each visitor gets as much time as every other, however much they asked for.

    Parameters
    ----------
    clock : in seconds, never running backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = Condition()
        self._quick: dict[object, float] = {}  # when each began
        self._frames: list[object] = []  # those that wait or are worked on, in order
        self._lanes: list[_Lane] = []
        self._used: dict[Hashable, float] = {}  # seconds that each visitor's slices took
        self._here = local()  # the lane of this thread
        self._last = -_WAIT  # when the last slice of any lane ended

    @contextmanager
    def quick(self) -> Iterator[None]:
        """Go first for as long as this lasts, or for ten seconds."""
        mark = object()
        with self._changed:
            self._quick[mark] = self._clock()
        try:
            yield
        finally:
            with self._changed:
                del self._quick[mark]
                self._changed.notify_all()

    @contextmanager
    def lane(self, visitors: Visitors) -> Iterator[None]:
        """Have this thread's slices take turns with those of other visitors, until this ends.

        visitors : returns who waits for this work now; what it takes is shared among them.
        """
        lane = _Lane(visitors)
        with self._changed:
            self._lanes.append(lane)
            for one in _of(lane):
                self._used.setdefault(one, self._score(one))
        self._here.lane = lane
        try:
            yield
        finally:
            self._here.lane = None
            with self._changed:
                self._ends(lane)
                self._lanes.remove(lane)
                active = {one for other in self._lanes for one in _of(other)}
                self._used = {one: used for one, used in self._used.items() if one in active}

    def slice(self) -> float:
        """Wait while quick work goes on, 0.3 seconds at most, and for others' turns.

        Returns how many seconds to work now.
        """
        lane: _Lane | None = getattr(self._here, "lane", None)
        with self._changed:
            if lane is None:
                end = self._clock() + _WAIT
                while self._busy() and self._clock() < end:
                    self._changed.wait(_SLICE)
                return _SLICE
            self._ends(lane)
            lane.waiting, lane.asked = True, self._clock()
            while not self._is_next(lane):
                self._changed.wait(_SLICE)
            lane.waiting, lane.began = False, self._clock()
        return _SLICE

    def _ends(self, lane: _Lane) -> None:
        """Note the end of a lane's slice, if it was in one."""
        if lane.began is None:
            return
        now, visitors = self._clock(), _of(lane)
        for one in visitors:
            self._used[one] = self._score(one) + (now - lane.began) / len(visitors)
        lane.began, lane.ended, self._last = None, now, now
        self._changed.notify_all()

    def _is_next(self, lane: _Lane) -> bool:
        """Whether it is this lane's turn now."""
        now = self._clock()
        if self._busy() and now - max(self._last, lane.asked) < _WAIT:
            return False
        if any(one.began is not None and now - one.began < _OVERRUN for one in self._lanes):
            return False
        waiting = [one for one in self._lanes if one.waiting]
        return min(waiting, key=self._rank) is lane

    def _rank(self, lane: _Lane) -> tuple[float, float]:
        return min(self._score(one) for one in _of(lane)), lane.ended

    def _score(self, visitor: Hashable) -> float:
        """Return the seconds used by a visitor; who has just come has used as few as anybody."""
        return self._used.get(visitor, min(self._used.values(), default=0.0))

    @contextmanager
    def frame(self) -> Iterator[None]:
        """Work on one frame of a camera, alone: frames come in the order in which they were sent.

        A camera sends a frame when the one before is answered, so several cameras take turns.
        Clicks go first, as before slow work.
        """
        mark = object()
        with self._changed:
            self._frames.append(mark)
            self._changed.wait_for(lambda: self._frames[0] is mark, _PATIENCE)
        try:
            self.slice()
            yield
        finally:
            with self._changed:
                self._frames.remove(mark)
                self._changed.notify_all()

    @property
    def busy(self) -> bool:
        """Whether quick work goes on."""
        with self._changed:
            return self._busy()

    def _busy(self) -> bool:
        return any(self._clock() - began < _QUICK for began in self._quick.values())


def _of(lane: _Lane) -> Collection[Hashable]:
    return lane.visitors() or (lane,)


@st.cache_resource(show_spinner=False)
def turns() -> Turns:
    """The turns of all sessions."""
    return Turns()


def step_back() -> None:
    """Lower the priority of this thread, and of those it starts, for the rest of its life.

    So a library's own threads, started from here, leave the processor to those of a click. Only
    Linux has priorities for threads.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICE)
