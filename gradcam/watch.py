"""Reporting the progress of long work, and cancelling it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gradcam.errors import CancelledError

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
_SLICE = 0.25  # seconds of work between two checks of `cancelled`


@dataclass
class Watch:
    """Calls `progress` with (steps done, total steps), and stops once `cancelled` returns True."""

    progress: Progress | None = None
    cancelled: Cancelled | None = None
    done: int = 0
    total: int = 0
    _begun: int = 0
    _ahead: float = 0.0

    def begin(self, photos: int, ahead: int) -> None:
        """Begin on a batch of `photos`, with `ahead` more to come after it.

        What those will take is told as part of the total: as much, each, as a photo of this batch.
        """
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
        """Split range(count) into slices of at most `most` items, sized to take about 0.25 s each.

        A slice counts as done when the next one is requested.
        """
        start, size = 0, min(4, most)
        while start < count:
            began = time.perf_counter()
            stop = min(start + size, count)
            yield slice(start, stop)
            self.step(stop - start)
            took = max(time.perf_counter() - began, 1e-4)
            size = max(1, min(most, int(min(4.0, _SLICE / took) * (stop - start))))
            start = stop

    def _tell(self) -> None:
        if self.progress is not None:
            later = round((self.total - self._begun) * self._ahead)
            self.progress(self.done, self.total + later)
