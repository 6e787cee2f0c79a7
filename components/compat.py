"""Streamlit interfaces that its documentation does not promise, kept in one place.

Each says what it is for and what to do if an upgrade removes it. tests/components/test_compat.py
and tests/browser/test_compat.py have a test named after each. Streamlit's test ids are in the last
section of style.css.
"""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit import logger as streamlit_log
from streamlit import runtime
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadFileUrlInfo
from streamlit.typing import UploadedFile
from streamlit.web.server.starlette import starlette_websocket
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

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


def live_sessions() -> set[str]:
    """Shut down the sessions that were left for too long; return the names of those that are here.

    To be called on the server's own event loop, as Streamlit does. It would shut them down too, but
    not before another session ends, and the last one's uploads would stay. What a session's state
    holds is let go at once, because a session is part of a circle of objects, which may wait for a
    collection. If this raises AttributeError after an upgrade, sessions end when Streamlit says so.
    """
    manager: Any = runtime.get_instance()._session_mgr
    storage = manager._session_storage
    for _, info in storage._cache.expire():
        info.session.shutdown()
        info.session._session_state.clear()
    here = {info.session.id for info in manager.list_active_sessions()}
    return here | {info.session.id for info in storage.list()}


def active_sessions() -> int:
    """Return how many sessions have a page open; for the event loop, as `live_sessions`."""
    return len(runtime.get_instance()._session_mgr.list_active_sessions())


def clear_own_caches_only() -> None:
    """Let a browser's message that caches be cleared clear those of its own session alone.

    Streamlit clears everybody's, for any browser that asks. If the function is renamed, it does so
    again.
    """

    def clear(session: AppSession) -> None:
        session.clear_session_caches()
        session._session_state.clear()

    AppSession._handle_clear_cache_request = clear  # type: ignore[assignment, method-assign]


def note_upload_addresses(note: Callable[[str, str, str], None], most: int) -> None:
    """Have each address for an upload noted: the session's name, the file's id, and its name.

    most : how many addresses are given out at once. Without it, a browser may ask for millions.

    If the function is renamed, no address is noted, and no file can be uploaded; then let
    components/uploads.py take any id.
    """
    usual = MemoryUploadedFileManager.get_upload_urls

    def noted(
        manager: MemoryUploadedFileManager, session_id: str, file_names: Sequence[str]
    ) -> list[UploadFileUrlInfo]:
        names = file_names[:most]
        addresses = usual(manager, session_id, names)
        for address, name in zip(addresses, names, strict=True):
            note(session_id, address.file_id, name)
        return addresses

    MemoryUploadedFileManager.get_upload_urls = noted  # type: ignore[assignment, method-assign]


def uploaded_sizes() -> dict[str, dict[str, int]]:
    """Return the bytes of every uploaded file, by session and file id.

    If they are kept elsewhere after an upgrade, none is found, and a session may upload as many
    files as it likes, each within its own limit.
    """
    if not runtime.exists():
        return {}
    kept = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    return {
        session: {id: len(file.data) for id, file in list(files.items())}
        for session, files in list(kept.items())
    }


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


def signed_in(cookies: dict[str, str]) -> dict[str, Any]:
    """Return what the login's cookie says of its bearer; nothing if it was not signed here.

    `st.user` says the same, but in a run of the page only. If the function moves, let `admitted`
    pass uploads: the page that asks for them still asks for a login first.
    """
    signed = starlette_websocket._get_signed_cookie_with_chunks(cookies, USER_COOKIE_NAME)
    try:
        said = json.loads(signed or b"{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
