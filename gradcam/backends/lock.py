"""One lock for each model, which those who wait get in the order in which they came."""

from __future__ import annotations

from collections import deque
from threading import Lock, get_ident
from types import TracebackType


class FairLock:
    """A reentrant lock that nobody can take again before those who have waited meanwhile.

    With a lock of `threading`, a loop that holds it most of the time takes it again before whoever
    was woken up can run, and a click on the model may wait for as long as the loop goes on.
    """

    def __init__(self) -> None:
        self._inner = Lock()
        self._owner: int | None = None
        self._depth = 0
        self._line: deque[tuple[int, Lock]] = deque()

    def __enter__(self) -> None:
        me = get_ident()
        with self._inner:
            if self._owner in (None, me):
                self._owner = me
                self._depth += 1
                return
            gate = Lock()
            gate.acquire()
            self._line.append((me, gate))
        try:
            gate.acquire()  # until the one before hands the lock over
        except BaseException:  # such as Ctrl-C
            with self._inner:
                if (me, gate) in self._line:
                    self._line.remove((me, gate))
                else:
                    self._hand_on()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._inner:
            self._depth -= 1
            if not self._depth:
                self._hand_on()

    def _hand_on(self) -> None:
        self._owner, self._depth = None, 0
        if self._line:
            self._owner, gate = self._line.popleft()
            self._depth = 1
            gate.release()
