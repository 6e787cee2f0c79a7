"""Who goes first: quick work, such as a click, before slow work, whoever asked for it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Condition, get_native_id

import streamlit as st

_QUICK = 2.0  # seconds after which quick work is quick no more, and nothing waits for it
_WAIT = 0.5  # the longest that slow work waits between two slices, so that it always gets on
_SLICE = 0.05  # seconds of slow work in one go, which a click may have to wait for
_PATIENCE = 5.0  # seconds after which a frame no longer waits for another camera's
_NICE = 10  # of 19: about a tenth of what a thread of normal priority gets


class Turns:
    """Lets slow work, done in slices, give way to quick work between two slices.

    A slice keeps its model to itself, so a click waits for the rest of one slice at most, unless a
    single step of the method takes longer.

    Parameters
    ----------
    clock : in seconds, never running backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = Condition()
        self._quick: dict[object, float] = {}  # when each began
        self._frames: list[object] = []  # those that wait or are worked on, in order

    @contextmanager
    def quick(self) -> Iterator[None]:
        """Go first for as long as this lasts, or for two seconds."""
        mark = object()
        with self._changed:
            self._quick[mark] = self._clock()
        try:
            yield
        finally:
            with self._changed:
                del self._quick[mark]
                self._changed.notify_all()

    def slice(self) -> float:
        """Wait while quick work goes on, half a second at most; return how long to work now."""
        with self._changed:
            end = self._clock() + _WAIT
            while self._busy() and self._clock() < end:
                self._changed.wait(_SLICE)
        return _SLICE

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
