"""Requests, open pages and what they lead to: counted, and told in the log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gradcam.versions import __version__

from ..compat import Served
from . import logs, metrics

_STREAM = "/_stcore/stream"
# What requests are for, by how their path begins; the first that fits.
_KINDS = (
    ("/healthz", "health"),
    ("/_stcore/health", "health"),
    ("/_stcore/upload_file/", "upload"),
    ("/gradcam/frame/", "camera"),
    ("/gradcam/photos/", "photos"),
    ("/media/", "media"),
    ("/auth/", "login"),
    ("/oauth2callback", "login"),
    ("/static/", "static"),
    ("/_stcore/", "static"),
)
_OFTEN = ("health", "static", "camera")  # no line of the log each


def kind_of(path: str) -> str:
    """Return what a request is for.

    >>> kind_of("/gradcam/frame/x"), kind_of("/"), kind_of("/learn"), kind_of("/static/js/a.js")
    ('camera', 'page', 'page', 'static')
    """
    return next((kind for start, kind in _KINDS if path.startswith(start)), "page")


def measured(app: Served) -> Served:
    """Return the application with its requests and open pages counted."""

    async def served(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await app(scope, receive, _counted(kind_of(scope["path"]), send))
        elif scope["type"] == "websocket" and scope["path"].endswith(_STREAM):
            await _open_page(app, scope, receive, send)
        else:
            await app(scope, receive, _told(send) if scope["type"] == "lifespan" else send)

    return served


@contextmanager
def page() -> Iterator[None]:
    """Measure a run of the page."""
    began = time.perf_counter()
    try:
        yield
    finally:
        metrics.pages.took(time.perf_counter() - began)


def map_made(method: str, seconds: float) -> None:
    """Count an answer that was computed for one photo."""
    metrics.maps.took(seconds, method=method)
    logs.event("map", method=method, seconds=round(seconds, 3))


def _told(send: Any) -> Any:
    """Tell in the log when the server has started and when it is about to end."""

    async def sent(message: Any) -> None:
        await send(message)
        what = {"lifespan.startup.complete": "started", "lifespan.shutdown.complete": "stopped"}
        if message["type"] in what:
            logs.event(what[message["type"]], version=__version__)

    return sent


def _counted(kind: str, send: Any) -> Any:
    began = time.perf_counter()

    async def sent(message: Any) -> None:
        if message["type"] == "http.response.start":
            status = str(message["status"])
            metrics.requests.add(kind=kind, status=status)
            if kind not in _OFTEN:
                seconds = round(time.perf_counter() - began, 3)
                logs.event("request", kind=kind, status=status, seconds=seconds)
        await send(message)

    return sent


async def _open_page(app: Served, scope: Any, receive: Any, send: Any) -> None:
    async def received() -> Any:
        message = await receive()
        if message["type"] == "websocket.receive":
            metrics.messages.add()
        return message

    began = time.perf_counter()
    metrics.opened.add()
    metrics.sessions.add()
    logs.event("page opened", open=int(metrics.sessions.value()))
    try:
        await app(scope, received, send)
    finally:
        metrics.sessions.add(-1)
        seconds = round(time.perf_counter() - began, 1)
        logs.event("page closed", open=int(metrics.sessions.value()), seconds=seconds)
