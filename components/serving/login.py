"""Who is let in: everybody, whom an OpenID provider knows, or whom a proxy in front has let in.

The section [auth] of Streamlit's secrets turns the login on. It is Streamlit's own, with one line
more: `allowed`, the addresses, or the ends of them, of those who may come in. Behind a proxy that
asks who somebody is, `server.trustedUserHeaders` names the headers in which it tells. Whatever is
set wrongly ends the server at its start, rather than let everybody in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from gradcam.errors import GradcamError

from .. import errors
from ..compat import Served, signed_in
from ..guard import answers_to

ANYBODY = "*"
_UPLOAD = "/_stcore/upload_file/"
_HEALTH = "/_stcore/health"
_NEEDED = ("redirect_uri", "cookie_secret", "allowed")
_OF_A_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
_SHORTEST = 32  # characters of the secret that cookies are signed with
_DOCS = "docs/operating.md shows the whole section."
Claims = Mapping[str, Any]
# The provider leads back to the bare address, so what a link asked for waits in the tab meanwhile.
_JS = """
const WANTED = "gradcam-wanted"
export default function ({ data }) {
  const { pathname, search, hash } = window.location
  if (data.leave) {
    if (search || hash) window.sessionStorage.setItem(WANTED, pathname + search + hash)
    return
  }
  const wanted = window.sessionStorage.getItem(WANTED)
  window.sessionStorage.removeItem(WANTED)
  // A path of this very server, whatever was put there.
  if (wanted?.startsWith("/") && !wanted.startsWith("//") && !search) {
    window.location.replace(window.location.origin + wanted)
  }
}
"""
_LINK = st.components.v2.component("gradcam_wanted", js=_JS)


class LoginError(GradcamError):
    """The login is not set as it must be."""


def section() -> dict[str, Any]:
    """Return the section [auth] of the secrets, empty if there is none.

    Raises LoginError if there are secrets that cannot be read.
    """
    try:
        found = st.secrets.to_dict().get("auth", {})
    except FileNotFoundError as error:  # or what is there is not TOML
        for file in st.get_option("secrets.files"):
            if Path(file).is_file():
                raise LoginError(f"{file!r} cannot be read as TOML.", hint=_DOCS) from error
        return {}
    if not isinstance(found, dict):
        raise LoginError("auth in the secrets is not a section.", hint=_DOCS)
    return found


def checked() -> None:
    """Raise LoginError if the login is set wrongly."""
    said = section()
    if not said:
        return
    if find_spec("authlib") is None:
        raise LoginError(
            "The secrets have a section [auth], but Authlib is not installed.",
            hint="Install it: pip install Authlib",
        )
    missing = [key for key in _NEEDED if not said.get(key)]
    if missing:
        raise LoginError(f"[auth] in the secrets lacks {', '.join(missing)}.", hint=_DOCS)
    allowed = said["allowed"]
    if not isinstance(allowed, list) or not all(isinstance(one, str) for one in allowed):
        raise LoginError(
            f"allowed in [auth] is {allowed!r}.",
            hint='It is a list, such as ["anna@example.org", "@example.com"], or ["*"] for all.',
        )
    if len(str(said["cookie_secret"])) < _SHORTEST:
        raise LoginError(
            f"cookie_secret in [auth] is shorter than {_SHORTEST} characters.",
            hint="Draw one: python -c 'import secrets; print(secrets.token_hex(32))'",
        )
    for name, provider in _sections_of_providers(said).items():
        lacks = [key for key in _OF_A_PROVIDER if not provider.get(key)]
        if lacks:
            place = f"[auth.{name}]" if name else "[auth]"
            raise LoginError(f"{place} in the secrets lacks {', '.join(lacks)}.", hint=_DOCS)
    _check_address(str(said["redirect_uri"]))


def providers(said: Claims) -> tuple[str, ...]:
    """Return the names of the providers in [auth]; "" is the one without a name.

    >>> providers({"client_id": "1"}), providers({"google": {"client_id": "1"}, "allowed": ["*"]})
    (('',), ('google',))
    """
    return tuple(_sections_of_providers(said))


def may_come_in(claims: Claims, allowed: Sequence[str]) -> bool:
    """Return whether somebody with these claims is among those allowed.

    Capitals do not matter. An address that the provider says it has not verified counts for
    nothing.

    >>> may_come_in({"email": "Anna@example.org"}, ["@example.org"])
    True
    >>> may_come_in({"email": "anna@evil-example.org"}, ["@example.org", "bob@example.org"])
    False
    """
    if ANYBODY in allowed:
        return True
    address = str(claims.get("email") or "").strip().lower()
    verified = claims.get("email_verified", True)
    if address.count("@") != 1 or verified not in (True, "true"):
        return False
    known = {one.strip().lower() for one in allowed}
    return address in known or f"@{address.partition('@')[2]}" in known


def let_in() -> bool:
    """Ask who visits, if the operator wants to know; return whether they may see the page."""
    said = section()
    if said:
        if not st.user.is_logged_in:
            _ask(providers(said))
            return False
        if not may_come_in(st.user.to_dict(), said["allowed"]):
            _refuse(str(st.user.get("email") or ""))
            return False
        with st.container(key="wanted"):
            _LINK(key="wanted_link", data={"leave": False})
        return True
    known = not trusted_headers() or any(st.user.to_dict().values())
    if not known:
        st.markdown("The proxy in front of this server did not say who you are.")
    return known


def can_leave() -> bool:
    """Return whether there is a login to end."""
    return bool(section())


def log_out() -> None:
    """End the login; a page of the navigation."""
    st.logout()


def trusted_headers() -> tuple[str, ...]:
    """Return the headers in which a proxy tells who somebody is."""
    found = st.get_option("server.trustedUserHeaders")
    return tuple(found) if isinstance(found, Mapping) else ()


def with_login(app: Served) -> Served:
    """Return the application such that what goes past its page is asked for by a login too.

    Behind a proxy nothing is answered without its headers. With a login of its own, the page that
    asks for it is for everybody, but to upload is not.
    """

    async def served(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] in ("http", "websocket") and not admitted(scope):
            await _turn_away(scope["type"], send)
        else:
            await app(scope, receive, send)

    return served


def admitted(scope: Mapping[str, Any]) -> bool:
    """Return whether a request is answered."""
    if scope["type"] == "http" and scope["path"].endswith(_HEALTH):
        return True
    headers = Headers(raw=scope["headers"])
    trusted = trusted_headers()
    if trusted and not any(headers.get(name) for name in trusted):
        return False
    if _UPLOAD not in scope["path"] or scope.get("method") not in ("PUT", "POST", "DELETE"):
        return True
    said = section()
    if not said:
        return True
    claims = signed_in(cookie_parser(headers.get("cookie", "")))
    return bool(claims.get("is_logged_in")) and may_come_in(claims, said["allowed"])


async def _turn_away(kind: str, send: Any) -> None:
    if kind == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = b"Log in first. Behind a proxy, come by its address: it says who you are.\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"),
               (b"content-length", str(len(body)).encode())]  # fmt: skip
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _sections_of_providers(said: Claims) -> dict[str, Claims]:
    named: dict[str, Claims] = {
        name: one for name, one in said.items() if isinstance(one, dict) and name != "client_kwargs"
    }
    return named or {"": said}


def _check_address(redirect: str) -> None:
    parts = urlsplit(redirect)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not redirect.endswith("/oauth2callback"):
        raise LoginError(
            f"redirect_uri in [auth] is {redirect!r}.",
            hint="It is the server's own address, then /oauth2callback.",
        )
    known = answers_to(st.get_option("server.address"), st.get_option("server.allowedHosts"))
    if not any(
        name in (ANYBODY, host, f"[{host}]") or (name.startswith("*.") and host.endswith(name[1:]))
        for name in known
    ):
        raise LoginError(
            f"redirect_uri in [auth] is at {host!r}, where this server does not answer.",
            hint="Name the host in server.allowedHosts.",
        )


def _ask(names: Sequence[str]) -> None:
    with st.container(key="login"):
        st.title("Grad-CAM Explorer", anchor=False)
        st.markdown("Where does an image classifier look? Log in to find out.")
        for name in names:
            title = f"Log in with {name.capitalize()}" if name else "Log in"
            if st.button(title, key=f"login-{name}", type="primary"):
                st.login(name or None)
        st.caption("The provider learns that you were here, and nothing of your photos.")
        _LINK(key="wanted_link", data={"leave": True})


def _refuse(address: str) -> None:
    with st.container(key="login"):
        st.title("Grad-CAM Explorer", anchor=False)
        who = f"**{errors.plain(address, 80)}** is" if address else "You are"
        st.markdown(f"{who} not among those who may come in. Ask whoever runs this server.")
        if st.button("Log out", key="log-out"):
            st.logout()
