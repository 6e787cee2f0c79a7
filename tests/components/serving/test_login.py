"""Who is let in, and what of a wrong setting ends the server at its start.

tests/browser/test_login.py goes through both logins in a browser.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from components import compat
from components.serving import login
from components.serving.login import LoginError, admitted, checked, may_come_in

AUTH = {
    "redirect_uri": "https://cam.example.org/oauth2callback",
    "cookie_secret": "s" * 40,
    "client_id": "explorer",
    "client_secret": "secret",
    "server_metadata_url": "https://id.example.org/.well-known/openid-configuration",
    "allowed": ["@example.org"],
}


class Secrets:
    """Streamlit's secrets; None where there are none or they cannot be read."""

    said: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        if self.said is None:
            raise StreamlitSecretNotFoundError("No secrets.", error_id="none")
        return self.said


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Secrets:
    found = Secrets()
    monkeypatch.setattr(st, "secrets", found)
    return found


@pytest.fixture(autouse=True)
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    options: dict[str, Any] = {
        "server.address": "127.0.0.1",
        "server.allowedHosts": ["cam.example.org"],
        "server.trustedUserHeaders": {},
        "secrets.files": [],
    }
    monkeypatch.setattr(st, "get_option", options.__getitem__)
    return options


@pytest.mark.parametrize(
    ("claims", "allowed", "comes_in"),
    [
        ({"email": "anna@example.org"}, ["anna@example.org"], True),
        ({"email": "ANNA@Example.org"}, ["Anna@example.ORG"], True),
        ({"email": "anna@example.org"}, ["@example.org"], True),
        ({"email": "anna@example.org"}, [], False),
        ({"email": "anna@example.org.evil"}, ["@example.org"], False),
        ({"email": "anna@sub.example.org"}, ["@example.org"], False),
        ({"email": "eve@evil@example.org"}, ["@example.org"], False),
        ({"email": "@example.org"}, ["anna@example.org"], False),
        ({"email": "anna@example.org", "email_verified": False}, ["@example.org"], False),
        ({"email": "anna@example.org", "email_verified": "false"}, ["@example.org"], False),
        ({"email": "anna@example.org", "email_verified": True}, ["@example.org"], True),
        ({"email": None}, ["@example.org"], False),
        ({"email": ["anna@example.org"]}, ["anna@example.org"], False),
        ({}, ["@example.org"], False),
        ({"sub": "1"}, ["*"], True),
    ],
)
def test_who_may_come_in(claims: dict[str, Any], allowed: list[str], comes_in: bool) -> None:
    assert may_come_in(claims, allowed) is comes_in


def test_it_is_off_by_default(secrets: Secrets) -> None:
    checked()
    assert not login.can_leave()
    secrets.said = {"other": "secret"}
    checked()
    assert not login.can_leave()
    assert admitted(asked("/_stcore/upload_file/a/b", method="PUT"))


def test_a_whole_section_is_right(secrets: Secrets) -> None:
    secrets.said = {"auth": AUTH}
    checked()
    assert login.can_leave()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"allowed": None}, r"lacks allowed\."),
        ({"allowed": "anna@example.org"}, "allowed in .auth. is 'anna"),
        ({"cookie_secret": "short"}, "shorter than 32"),
        ({"client_secret": ""}, r"\[auth\] in the secrets lacks client_secret"),
        ({"google": {"client_id": "1"}}, r"\[auth.google\] in the secrets lacks client_secret"),
        ({"redirect_uri": "cam.example.org"}, "redirect_uri in .auth. is 'cam"),
        ({"redirect_uri": "https://cam.example.net/oauth2callback"}, "at 'cam.example.net'"),
    ],
)
def test_what_is_set_wrongly_is_a_sentence(
    secrets: Secrets, change: dict[str, Any], why: str
) -> None:
    secrets.said = {"auth": {**AUTH, **change}}
    with pytest.raises(LoginError, match=why):
        checked()


def test_so_are_secrets_that_cannot_be_read(
    secrets: Secrets, options: dict[str, Any], tmp_path: Path
) -> None:
    """Otherwise a slip of the pen would let everybody in."""
    assert secrets.said is None
    file = tmp_path / "secrets.toml"
    file.write_text("[auth\n")
    options["secrets.files"] = [str(file)]
    with pytest.raises(LoginError, match="cannot be read as TOML"):
        checked()


def test_and_a_login_without_its_package(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets.said = {"auth": AUTH}
    monkeypatch.setattr(login, "find_spec", lambda _: None)
    with pytest.raises(LoginError, match="Authlib is not installed"):
        checked()


def asked(path: str, method: str = "GET", kind: str = "http", **headers: str) -> dict[str, Any]:
    raw = [(name.replace("_", "-").encode(), said.encode()) for name, said in headers.items()]
    return {"type": kind, "method": method, "path": path, "headers": raw}


def test_behind_a_proxy_nothing_is_answered_without_its_header(
    secrets: Secrets, options: dict[str, Any]
) -> None:
    del secrets
    options["server.trustedUserHeaders"] = {"X-Forwarded-Email": "email"}
    for kind, path in (
        ("http", "/"),
        ("http", "/gradcam/photos/x"),
        ("websocket", "/_stcore/stream"),
    ):
        assert not admitted(asked(path, kind=kind))
        assert not admitted(asked(path, kind=kind, x_forwarded_email=""))
        assert admitted(asked(path, kind=kind, x_forwarded_email="anna@example.org"))
    assert admitted(asked("/_stcore/health"))
    assert not admitted(asked("/_stcore/health", kind="websocket"))


def test_only_who_is_in_uploads(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets.said = {"auth": AUTH}
    claims: dict[str, Any] = {}
    monkeypatch.setattr(login, "signed_in", lambda _: claims)
    upload = asked("/_stcore/upload_file/a/b", method="PUT", cookie="a=b")
    assert not admitted(upload)
    claims.update(is_logged_in=True, email="eve@evil.example")
    assert not admitted(upload)
    claims.update(email="anna@example.org")
    assert admitted(upload)
    claims.update(is_logged_in=False)
    assert not admitted(upload)
    assert admitted(asked("/"))


@pytest.mark.parametrize("cookie", ["", "x", "2|1:0|10:1|15:_streamlit_user|4:e30=|0", "é" * 9])
def test_a_cookie_that_was_not_signed_here_says_nothing(secrets: Secrets, cookie: str) -> None:
    secrets.said = {"auth": AUTH}
    assert compat.signed_in({"_streamlit_user": cookie}) == {}


def test_who_is_turned_away_reads_a_sentence(secrets: Secrets, options: dict[str, Any]) -> None:
    del secrets
    options["server.trustedUserHeaders"] = {"X-Forwarded-Email": "email"}
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(*_: Any) -> None:
        raise AssertionError

    asyncio.run(login.with_login(app)(asked("/"), None, send))
    assert sent[0]["status"] == 403
    assert sent[1]["body"].startswith(b"Log in first.")
    asyncio.run(login.with_login(app)(asked("/_stcore/stream", kind="websocket"), None, send))
    assert sent[2] == {"type": "websocket.close", "code": 1008}
