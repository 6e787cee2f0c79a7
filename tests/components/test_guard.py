"""Which requests reach the application, and with which headers its answers leave."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import streamlit as st

from components.guard import answers_to, guarded

OPTIONS: dict[str, Any] = {"server.address": "127.0.0.1", "server.allowedHosts": []}


async def _hello(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


def asked(host: str | None) -> tuple[int, dict[str, str]]:
    """The status and the headers of the answer to a request for a host."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [] if host is None else [(b"host", host.encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    asyncio.run(guarded(_hello)(scope, None, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found


@pytest.fixture(autouse=True)
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    options = {**OPTIONS}
    monkeypatch.setattr(st, "get_option", options.__getitem__)
    return options


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8501", "127.0.0.1:8501", "[::1]:8501", "LOCALHOST:1"]
)
def test_this_machine_is_answered(host: str) -> None:
    assert asked(host)[0] == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8501", "localhost.evil.example", "127.0.0.1.nip.io", "", None,
     "localhost@evil.example", "192.168.1.7:8501"],
)  # fmt: skip
def test_a_foreign_name_that_points_here_is_not(host: str | None) -> None:
    assert asked(host)[0] == 400


def test_a_server_for_others_answers_to_what_it_was_told(options: dict[str, Any]) -> None:
    options["server.address"] = "0.0.0.0"
    assert asked("anything.example")[0] == 200
    options["server.allowedHosts"] = ["cam.example.org", "*.team.example"]
    assert asked("cam.example.org:443")[0] == 200
    assert asked("a.team.example")[0] == 200
    assert asked("evil.example")[0] == 400


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_addresses_of_this_machine(address: str) -> None:
    assert "*" not in answers_to(address, [])


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.7", "cam.example.org"])
def test_addresses_that_others_reach(address: str | None) -> None:
    assert answers_to(address, []) == ("*",)


def test_browsers_are_told_what_not_to_do() -> None:
    _, headers = asked("localhost")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert policy["frame-ancestors"] == policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    # What a page is told to load or to send goes nowhere else.
    allowed = {source for rule in policy.values() for source in rule.split()}
    assert {one for one in allowed if "." in one or "/" in one or "*" in one} == {
        "ws://localhost", "wss://localhost",
    }  # fmt: skip


def test_a_host_writes_no_policy(options: dict[str, Any]) -> None:
    options["server.address"] = "0.0.0.0"
    _, headers = asked("a; script-src *")
    assert "*" not in headers["content-security-policy"]


def test_who_is_turned_away_gets_the_headers_too() -> None:
    status, headers = asked("evil.example")
    assert (status, headers["x-content-type-options"]) == (400, "nosniff")
