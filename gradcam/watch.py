"""Reporting the progress of long work, and cancelling it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gradcam.errors import CancelledError

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Turn = Callable[[], float]
_SLICE = 0.25  # seconds of work between two checks of `cancelled`
_FIRST = 4  # items in the first slice, while it is not known how long one takes
_EVEN = 8  # items in every slice where time does not matter


@dataclass
class Watch:
    """Calls `progress` with (steps done, total steps), and stops once `cancelled` returns True.

    turn : called before each slice of the work. It may wait for other work to go first, and returns
        for how many seconds to work until it is called again.
    """

    progress: Progress | None = None
    cancelled: Cancelled | None = None
    turn: Turn | None = None
    done: int = 0
    total: int = 0
    _begun: int = 0
    _ahead: float = 0.0

    def begin(self, photos: int, ahead: int) -> None:
        """Begin on a batch of `photos`, with `ahead` more to come after it.

        What those will take is told as part of the total: as much, each, as a photo of this batch.
        """
        if self.turn is not None:
            self.turn()
        self.check()
        self._begun, self._ahead = self.total, ahead / photos

    def expect(self, steps: int) -> None:
        """Add `steps` to the total."""
        self.total += steps
        self.check()
        self._tell()

    def step(self, count: int) -> None:
        """Mark `count` steps as done."""
        self.done += count
        self._tell()
        self.check()

    def check(self) -> None:
        """Raise CancelledError if the caller cancelled the work."""
        if self.cancelled is not None and self.cancelled():
            raise CancelledError("Cancelled.", hint="Choose a faster method or fewer channels.")

    def slices(self, count: int, most: int) -> Iterator[slice]:
        """Split range(count) into slices of at most `most` items, sized to take as long as `turn`
        says, or 0.25 s each.

        A slice counts as done when the next one is requested. Where nobody is told, can cancel or
        takes turns, all slices are alike: a number depends on its batch in the last digits, and the
        same work should give the same numbers.
        """
        if self.progress is None and self.cancelled is None and self.turn is None:
            size = min(_EVEN, most)
            for start in range(0, count, size):
                stop = min(start + size, count)
                yield slice(start, stop)
                self.step(stop - start)
            return
        # Work that gives way to others starts with one item, which may take long by itself.
        start, size, pace = 0, min(1 if self.turn else _FIRST, most), 0.0
        while start < count:
            seconds = self.turn() if self.turn else _SLICE
            if start:
                size = max(1, min(most, 4 * size, int(seconds / pace)))
            began = time.perf_counter()
            stop = min(start + size, count)
            yield slice(start, stop)
            self.step(stop - start)
            pace = max(time.perf_counter() - began, 1e-4) / (stop - start)
            start = stop

    def _tell(self) -> None:
        if self.progress is not None:
            later = round((self.total - self._begun) * self._ahead)
            self.progress(self.done, self.total + later)
