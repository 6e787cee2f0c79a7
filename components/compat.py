"""Streamlit interfaces that its documentation does not promise, kept in one place.

Each says what it is for and what to do if an upgrade removes it. tests/components/test_compat.py
and tests/browser/test_compat.py have a test named after each. Streamlit's test ids are in the last
section of style.css.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import streamlit as st
from streamlit import logger as streamlit_log
from streamlit import runtime
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

# The type of `st.container()`, for annotations. If it moves, annotate with typing.Any.
Container = DeltaGenerator


def skeleton(height: int) -> Container:
    """Draw a grey block that `.container()` on the result replaces.

    The container takes the position at which later runs call `st.container()`, so nothing moves.
    If that stops working, use `st.empty()`: it keeps the position but draws no block.
    """
    return st.skeleton(height=height)


def upload_id(file: UploadedFile) -> str:
    """Identify an upload across reruns without hashing its bytes.

    If `file_id` is removed, return the SHA-256 of `file.getvalue()`.
    """
    return file.file_id


def session_id() -> str:
    """Return Streamlit's name of the session whose page runs now, or "" outside of one.

    If that is no longer to be had, return "": what visitors leave behind then stays until the
    limits of components/limits.py drop it.
    """
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context is not None else ""


def trigger(key: str, name: str) -> object:
    """Return what the component `key` just sent as `name`, or None; for use in its callbacks.

    Session State is documented to hold a component's state values, not its triggers. If triggers
    are no longer there, act on the mounting call's return value instead, which does hold them.
    """
    sent = st.session_state.get(key)
    return sent.get(name) if isinstance(sent, Mapping) else None


Served = Callable[[Any, Any, Any], Awaitable[None]]  # an ASGI application


def without_delay(app: Served) -> Served:
    """Return the application such that no answer waits for the one before to be acknowledged.

    Streamlit's server leaves Nagle's algorithm on: the second of two small packets waits until the
    first is acknowledged, which the other side delays by 40 ms, with every click and every frame of
    the camera. asyncio switches it off, but only for sockets that name their protocol, and those of
    Streamlit do not. The connection is found at uvicorn's `send`, which ASGI does not promise;
    where it is not found, all works as before, but later.
    """

    async def served(scope: Any, receive: Any, send: Any) -> None:
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        connection = transport.get_extra_info("socket") if transport is not None else None
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await app(scope, receive, send)

    return served


def one_log(handler: logging.Handler) -> None:
    """Let this handler alone write what every logger of the process says.

    Streamlit gives each of its loggers a handler of its own, also those to come. If that function
    is renamed, its lines are as they were: text, whatever the log's format is.
    """
    root = logging.getLogger()
    root.handlers = [handler]
    for name in list(root.manager.loggerDict):
        logger = logging.getLogger(name)
        if logger.handlers:  # one without that passes nothing on was silenced
            logger.handlers.clear()
            logger.propagate = True

    def through_root(logger: logging.Logger) -> None:
        logger.propagate = True

    streamlit_log.setup_formatter = through_root


def uploaded_names() -> set[str]:
    """Return the names of all files that are uploaded to this server now.

    If they are kept elsewhere after an upgrade, none is found, and the log hides those names only
    that end like a file.
    """
    if not runtime.exists():
        return set()
    kept = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    return {file.name for files in list(kept.values()) for file in list(files.values())}
