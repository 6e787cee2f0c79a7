"""An HTTP answer that can always be let go: read on a thread of its own, with a timeout."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from queue import Empty, Queue
from threading import Event, Thread
from urllib import request
from urllib.error import HTTPError, URLError

CHUNK = 1 << 18  # bytes
POLL = 0.1  # seconds between two looks at `cancelled`


class Stream:
    """An HTTP answer read on a thread of its own.

    A name look-up has no timeout, and a blocked read cannot be interrupted: this way neither
    holds the caller. An abandoned thread ends at its socket's own timeout.

    Parameters
    ----------
    timeout : the longest silence in seconds; after it TimeoutError is raised.
    check : called about ten times a second; what it raises ends the waiting.
    """

    def __init__(
        self, url: str, headers: dict[str, str], timeout: float, check: Callable[[], None]
    ) -> None:
        self._timeout = timeout
        self._check = check
        self._request = request.Request(url, headers=headers)
        self._queue: Queue[HTTPResponse | bytes | Exception] = Queue(maxsize=8)
        self._stopped = Event()
        Thread(target=self._pump, name=f"fetch {url}", daemon=True).start()

    def answer(self) -> HTTPResponse:
        """Status and headers."""
        item = self._next()
        assert isinstance(item, HTTPResponse)
        return item

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives."""
        while chunk := self._next():
            assert isinstance(chunk, bytes)
            yield chunk

    def close(self) -> None:
        """Let the thread go: it may be waiting for room in the queue."""
        self._stopped.set()
        while not self._queue.empty():
            self._queue.get_nowait()

    def _next(self) -> HTTPResponse | bytes:
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            self._check()
            try:
                item = self._queue.get(timeout=min(POLL, self._timeout))
            except Empty:
                continue
            if isinstance(item, Exception):
                raise item
            return item
        raise TimeoutError

    def _pump(self) -> None:
        try:
            with _opener().open(self._request, timeout=self._timeout) as answer:
                self._queue.put(answer)
                chunk = b"first"
                while chunk and not self._stopped.is_set():
                    chunk = answer.read1(CHUNK)  # what is there, without waiting for all of it
                    self._queue.put(chunk)
        except Exception as error:  # raised again in the caller's thread
            self._queue.put(error)


def reason(error: BaseException) -> str:
    """The short text inside the wrappers of urllib and the operating system."""
    if isinstance(error, URLError) and not isinstance(error, HTTPError):
        inner = error.reason
        return reason(inner) if isinstance(inner, BaseException) else str(inner)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _opener() -> request.OpenerDirector:
    """urllib's usual opener without file:, ftp: and data:, where a redirect might lead."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPRedirectHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPErrorProcessor,
        request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener
