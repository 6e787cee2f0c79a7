"""What stands before the server: which names it answers to, and what a browser may do with it.

A page of somebody else's can have its own name point at this machine (DNS rebinding), and its
scripts then talk to a server that listens here only as if it were theirs. So such a server answers
to this machine's names alone. Who serves others names its hosts in `server.allowedHosts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware

from .compat import Served

_HERE = ("localhost", "127.0.0.1", "[::1]")
_ANY = ("*",)
# Streamlit's own page needs inline scripts and styles, so only what needs neither is forbidden.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "frame-ancestors 'self'; object-src 'none'; base-uri 'self'",
    "Referrer-Policy": "same-origin",
}


def guarded(app: Served) -> Served:
    """Return the application behind a check of the host's name, with headers for the browser."""
    hosts = answers_to(st.get_option("server.address"), st.get_option("server.allowedHosts"))
    return TrustedHostMiddleware(_with_headers(app), hosts, www_redirect=False)


def answers_to(address: str | None, allowed: Sequence[str]) -> Sequence[str]:
    """Return the names of hosts that requests may be for; "*" is any.

    Parameters
    ----------
    address : what the server listens at, and None if that is every address.
    allowed : the names that its operator gave.

    >>> answers_to("127.0.0.1", []), answers_to("0.0.0.0", []), answers_to(None, ["cam.org"])
    (('localhost', '127.0.0.1', '[::1]'), ('*',), ('cam.org',))
    """
    if allowed:
        return tuple(allowed)
    return _HERE if _is_here(address) else _ANY


def _is_here(address: str | None) -> bool:
    if address == "localhost":
        return True
    try:
        return ip_address(address or "").is_loopback
    except ValueError:  # a name, or every address
        return False


def _with_headers(app: Served) -> Served:
    async def served(scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await app(scope, receive, with_headers)

    return served
