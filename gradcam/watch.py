"""Long work that tells how far it is, and stops when it is told to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gradcam.errors import CancelledError

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
_SLICE = 0.25  # seconds of work between two looks at `cancelled`


@dataclass
class Watch:
    """progress is called with (steps done, steps in all), cancelled is asked whether to stop."""

    progress: Progress | None = None
    cancelled: Cancelled | None = None
    done: int = 0
    total: int = 0

    def expect(self, steps: int) -> None:
        """`steps` more are coming."""
        self.total += steps
        self.check()
        self._tell()

    def step(self, count: int) -> None:
        """`count` of them are done."""
        self.done += count
        self._tell()
        self.check()

    def check(self) -> None:
        """Raises CancelledError where somebody wants no more of it."""
        if self.cancelled is not None and self.cancelled():
            raise CancelledError("Cancelled.", hint="Choose a quicker method or fewer channels.")

    def slices(self, count: int, most: int) -> Iterator[slice]:
        """range(count) in slices of at most `most`, as long as takes about a quarter second each.

        Each counts as done when the next is asked for.
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
            self.progress(self.done, self.total)
