"""An HTTP response that the caller can abandon at any time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from queue import Empty, Queue
from threading import Event, Thread
from urllib import request
from urllib.error import HTTPError, URLError

CHUNK = 1 << 18  # bytes
POLL = 0.1  # seconds between polls of `cancelled`


class Stream:
    """An HTTP response, read on a thread of its own.

    A DNS lookup has no timeout and a blocked read cannot be interrupted; on a separate thread,
    neither blocks the caller. An abandoned thread ends at its socket's own timeout.

    Parameters
    ----------
    timeout : seconds without data after which TimeoutError is raised.
    check : called about ten times a second while waiting; an exception it raises ends the wait.
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
        """Wait for the status and headers."""
        item = self._next()
        assert isinstance(item, HTTPResponse)
        return item

    def chunks(self) -> Iterator[bytes]:
        """Yield the body as it arrives."""
        while chunk := self._next():
            assert isinstance(chunk, bytes)
            yield chunk

    def close(self) -> None:
        """Release the thread, which may be waiting for room in the queue."""
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
                    chunk = answer.read1(CHUNK)  # at most CHUNK bytes, without waiting for more
                    self._queue.put(chunk)
        except Exception as error:  # re-raised in the caller's thread
            self._queue.put(error)


def reason(error: BaseException) -> str:
    """Return an error's short description, without urllib's and the system's wrapping."""
    if isinstance(error, URLError) and not isinstance(error, HTTPError):
        inner = error.reason
        return reason(inner) if isinstance(inner, BaseException) else str(inner)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _opener() -> request.OpenerDirector:
    """Build urllib's usual opener without file:, ftp: and data:, so no redirect can lead there."""
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
