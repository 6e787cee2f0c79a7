"""Numbers in the text format of Prometheus, and the address that tells them."""

from __future__ import annotations

import asyncio
import re
import socket
import urllib.error
import urllib.request
from typing import Any

import pytest

from components.serving import logs, metrics, traffic
from components.serving.health import Readiness
from components.serving.numbers import Counter, Gauge, Seconds, text
from gradcam.errors import GradcamError

LINE = re.compile(r'(# (HELP|TYPE) .+|[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? \S+)')


def test_a_counter() -> None:
    counter = Counter("c_total", "things")
    counter.add(kind="b")
    counter.add(2, kind="a")
    assert text([counter]).splitlines()[2:] == ['c_total{kind="a"} 2', 'c_total{kind="b"} 1']


def test_a_histogram_counts_what_took_no_longer() -> None:
    seconds = Seconds("s", "of things", limits=(0.1, 1))
    for took in (0.1, 0.5, 0.5, 7):
        seconds.took(took)
    assert text([seconds]).splitlines() == [
        "# HELP s of things",
        "# TYPE s histogram",
        's_bucket{le="0.1"} 1',
        's_bucket{le="1"} 3',
        's_bucket{le="+Inf"} 4',
        "s_sum 8.1",
        "s_count 4",
    ]


def test_what_is_not_known_is_left_out() -> None:
    assert text([Gauge("g", "nothing", lambda: None)]) == ""


def test_a_label_stays_on_its_line() -> None:
    counter = Counter("c", "things")
    counter.add(kind='a"b\nc\\')
    assert text([counter]).splitlines()[-1] == r'c{kind="a\"b\nc\\"} 1'


@pytest.fixture
def readiness() -> Readiness:
    return Readiness(lambda: None)


def get(address: str, host: str | None = None) -> tuple[int, str]:
    request = urllib.request.Request(address, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_everything_is_told_at_an_address_of_its_own(readiness: Readiness) -> None:
    metrics.maps.took(0.2, method="gradcam")
    server = metrics.tell(readiness, "127.0.0.1:0")
    assert server is not None
    address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        status, body = get(f"{address}/metrics")
        assert status == 200
        assert [line for line in body.splitlines() if not LINE.fullmatch(line)] == []
        assert 'gradcam_map_seconds_count{method="gradcam"}' in body
        assert float(re.findall(r"\nprocess_resident_memory_bytes (\S+)", body)[0]) > 1e7
        assert 'gradcam_jobs{kind="answers",state="waiting"} 0' in body
        for name in ("gradcam_ready", "gradcam_sessions", "process_open_fds",
                     "process_cpu_seconds_total"):  # fmt: skip
            assert f"\n{name} " in body
        assert get(f"{address}/")[0] == 404
        assert get(f"{address}/metrics", host="evil.example")[0] == 404
    finally:
        server.shutdown()
        server.server_close()


def test_they_are_off_by_default(readiness: Readiness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(metrics.VARIABLE, raising=False)
    assert metrics.tell(readiness) is None


@pytest.mark.parametrize("said", ["9464", "here", "127.0.0.1:99999", ":9464", "127.0.0.1:x"])
def test_what_is_no_address_is_a_sentence(readiness: Readiness, said: str) -> None:
    with pytest.raises(GradcamError, match="which is not an address"):
        metrics.tell(readiness, said)


def test_an_address_that_is_taken_is_a_sentence(readiness: Readiness) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(GradcamError, match="where the server cannot listen"):
            metrics.tell(readiness, f"127.0.0.1:{taken.getsockname()[1]}")


def test_requests_and_open_pages_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, Any]] = []
    monkeypatch.setattr(logs, "event", lambda what, **said: told.append((what, said)))
    open_then: list[float] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 404, "headers": []})
            return
        await receive()
        open_then.append(metrics.sessions.value() - before)

    async def receive() -> Any:
        return {"type": "websocket.receive"}

    async def send(_: Any) -> None:
        pass

    before, clicks = metrics.sessions.value(), metrics.messages.value()
    asked = metrics.requests.value(kind="photos", status="404")
    served = traffic.measured(app)
    asyncio.run(served({"type": "http", "path": "/gradcam/photos/secret"}, receive, send))
    asyncio.run(served({"type": "websocket", "path": "/_stcore/stream"}, receive, send))
    assert metrics.requests.value(kind="photos", status="404") == asked + 1
    assert (open_then, metrics.sessions.value()) == ([1], before)
    assert metrics.messages.value() == clicks + 1
    assert [what for what, _ in told] == ["request", "page opened", "page closed"]
    assert "secret" not in str(told)
