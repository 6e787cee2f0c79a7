"""What stands before the server: which names it answers to, and what a browser may do with it.

A page of somebody else's can have its own name point at this machine (DNS rebinding), and its
scripts then talk to a server that listens here only as if it were theirs. So such a server answers
to this machine's names alone. Who serves others names its hosts in `server.allowedHosts`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware

from .compat import Served

_HERE = ("localhost", "127.0.0.1", "[::1]")
_ANY = ("*",)
_HOST = re.compile(r"[a-z0-9.\-:\[\]]{1,260}", re.IGNORECASE)
# Streamlit's own page needs inline scripts and styles, and the page's parts are scripts that it
# hands over as text. But all come from here, and nothing goes elsewhere.
_POLICY = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "form-action 'self'",
    "frame-ancestors 'self'",
    "object-src 'none'",
    "base-uri 'self'",
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "same-origin",
}


def guarded(app: Served) -> Served:
    """Return the application behind a check of the host's name, with headers for the browser."""
    hosts = answers_to(st.get_option("server.address"), st.get_option("server.allowedHosts"))
    return _with_headers(TrustedHostMiddleware(app, hosts, www_redirect=False))


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


def policy(asked: Headers) -> str:
    """Return what a page may load, and where it may send things, for requests with such headers.

    >>> policy(Headers({"host": "cam.org:8501"})).partition("; ")[0]
    "connect-src 'self' ws://cam.org:8501 wss://cam.org:8501 data: blob:"
    """
    host = asked.get("host", "")
    # Not every browser takes the page's own connection for part of 'self'.
    own = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join((f"connect-src 'self'{own} data: blob:", *_POLICY))


def _with_headers(app: Served) -> Served:
    async def served(scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", policy(Headers(scope=scope)))
            await send(message)

        await app(scope, receive, with_headers)

    return served
