"""`/healthz`: ready only while a map can be made.

A map of a tiny photo is made by the bundled model at the start, and again when somebody asks and
the last one is a minute old. It is made on a thread of its own and what is known is answered at
once, so that a busy server answers too; one that does not answer at all is stuck.
"""

from __future__ import annotations

import atexit
import logging
import time
from collections.abc import Callable
from threading import Lock, Thread
from typing import Any

from ..compat import Served

log = logging.getLogger("gradcam.explorer")
PATH = "/healthz"
FRESH = 60.0  # seconds for which one map is proof enough
PATIENCE = 30.0  # seconds that a map may take on a busy server
_LAST = 5.0  # seconds that a map has to be ready in when the server ends
_AGAIN = 5.0  # seconds after which a map that failed is tried again
Make = Callable[[], None]


class Readiness:
    """What is known of whether maps can be made.

    Parameters
    ----------
    make : makes one map, or raises whatever stands in the way.
    clock : in seconds, never running backwards.
    """

    def __init__(self, make: Make, clock: Callable[[], float] = time.monotonic) -> None:
        self._make = make
        self._clock = clock
        self._lock = Lock()
        self._since: float | None = None  # when the check that goes on began
        self._ended = -_AGAIN  # when the last one ended
        self._made: float | None = None  # when the last map was made
        self._failed = False
        self._thread: Thread | None = None
        self.seconds = 0.0  # that the last map took
        atexit.register(self._wait)

    def problem(self) -> str:
        """Say in a sentence why the server is not ready; "" if it is. It never waits."""
        self.check()
        with self._lock:
            now = self._clock()
            if self._since is not None and now - self._since > PATIENCE:
                return f"A map has not been made for {now - self._since:.0f} seconds."
            if self._failed:
                return "A map could not be made; the server's log says why."
            if self._made is None:
                return "The first map is still being made."
            return ""

    def check(self) -> None:
        """Begin to make a map, unless the last one is recent or the next is being made."""
        with self._lock:
            now = self._clock()
            wait = _AGAIN if self._failed or self._made is None else FRESH
            if self._since is not None or now - self._ended < wait:
                return
            self._since = now
        self._thread = Thread(target=self._check, name="health", daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        """Let no thread be in PyTorch when Python ends: it would abort the process."""
        if self._thread is not None:
            self._thread.join(_LAST)

    def _check(self) -> None:
        began, failed = self._clock(), True
        try:
            self._make()
            failed = False
        except BaseException as error:  # whatever it is, no map can be made
            log.error("The health check could not make a map.", exc_info=error)
        finally:
            with self._lock:
                now = self._clock()
                if not failed:
                    self._made, self.seconds = now, now - began
                self._failed, self._since, self._ended = failed, None, now


def with_health(app: Served, readiness: Readiness) -> Served:
    """Return the application with `/healthz`: 200 if ready, and 503 with a sentence if not.

    It answers whatever the host is called: a watchdog asks by the machine's own address.
    """

    async def served(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == PATH:
            await _answer(scope["method"], readiness, send)
        elif scope["type"] == "lifespan":
            await app(scope, receive, _once_started(send, readiness.check))
        else:
            await app(scope, receive, send)

    return served


async def _answer(method: str, readiness: Readiness, send: Any) -> None:
    known = method in ("GET", "HEAD")
    problem = readiness.problem() if known else "Only GET is answered."
    status = (503 if problem else 200) if known else 405
    body = f"{problem or 'Ready: maps can be made.'}\n".encode()
    headers = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _once_started(send: Any, then: Callable[[], None]) -> Any:
    async def sent(message: Any) -> None:
        await send(message)
        if message["type"] == "lifespan.startup.complete":
            then()

    return sent
