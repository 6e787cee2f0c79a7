"""`/healthz` says ready only while maps can be made, and says it at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from components.serving.health import FRESH, PATIENCE, Readiness, with_health
from components.serving.map_of_nothing import make

SOON = 5.0  # seconds


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Maker:
    """Makes maps: counts them, waits while it is held, and fails when told to."""

    def __init__(self) -> None:
        self.count = 0
        self.free = Event()
        self.free.set()
        self.error: BaseException | None = None

    def __call__(self) -> None:
        self.count += 1
        assert self.free.wait(SOON)
        if self.error is not None:
            raise self.error


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def readiness(maker: Maker, clock: Clock) -> Readiness:
    return Readiness(maker, clock)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def settled(readiness: Readiness) -> str:
    """What it says once no map is being made."""
    readiness.problem()
    until(lambda: readiness._since is None)
    return readiness.problem()


def test_it_is_ready_once_the_first_map_is_made(readiness: Readiness, maker: Maker) -> None:
    maker.free.clear()
    assert readiness.problem() == "The first map is still being made."
    maker.free.set()
    assert settled(readiness) == ""
    assert maker.count == 1


def test_one_map_is_proof_for_a_minute(readiness: Readiness, maker: Maker, clock: Clock) -> None:
    settled(readiness)
    clock.now += FRESH - 1
    assert settled(readiness) == ""
    assert maker.count == 1
    clock.now += 2
    assert settled(readiness) == ""
    assert maker.count == 2


def test_it_is_ready_while_the_next_map_is_made_but_not_for_long(
    readiness: Readiness, maker: Maker, clock: Clock
) -> None:
    settled(readiness)
    maker.free.clear()
    clock.now += FRESH + 1
    assert readiness.problem() == ""
    clock.now += PATIENCE + 1
    assert readiness.problem() == "A map has not been made for 31 seconds."
    assert maker.count == 2  # no second check beside the one that is stuck
    maker.free.set()
    assert settled(readiness) == ""


@pytest.mark.parametrize("error", [ValueError("secret.png"), MemoryError(), SystemExit()])
def test_a_failure_is_a_sentence_and_is_tried_again(
    readiness: Readiness, maker: Maker, clock: Clock, error: BaseException
) -> None:
    maker.error = error
    assert settled(readiness) == "A map could not be made; the server's log says why."
    maker.error = None
    clock.now += 6
    assert settled(readiness) == ""


async def _app(scope: Any, _receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await send({"type": "lifespan.startup.complete"})
        return
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"the page"})


def asked(readiness: Readiness, path: str = "/healthz", method: str = "GET") -> tuple[int, str]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": []}
    asyncio.run(with_health(_app, readiness)(scope, None, send))
    return sent[0]["status"], sent[1]["body"].decode()


def test_the_route(readiness: Readiness, maker: Maker) -> None:
    maker.free.clear()
    assert asked(readiness) == (503, "The first map is still being made.\n")
    maker.free.set()
    settled(readiness)
    assert asked(readiness) == (200, "Ready: maps can be made.\n")
    assert asked(readiness, method="HEAD") == (200, "")
    assert asked(readiness, method="POST")[0] == 405
    assert asked(readiness, "/healthz/x") == (418, "the page")
    assert asked(readiness, "/") == (418, "the page")


def test_the_first_map_is_begun_when_the_server_has_started(
    readiness: Readiness, maker: Maker
) -> None:
    async def send(_: Any) -> None:
        pass

    asyncio.run(with_health(_app, readiness)({"type": "lifespan"}, None, send))
    until(lambda: maker.count == 1)


def test_a_real_map() -> None:
    make()
    began = time.perf_counter()
    make()
    assert time.perf_counter() - began < 2  # without loading the model again
