"""What is not asked for, too large or too much is not taken, whatever a browser says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from components import uploads
from components.limits import Limits
from components.uploads import RefusedError, Uploads, with_uploads

FEW = Limits(
    photo_bytes=1_000,
    model_bytes=5_000,
    upload_bytes=6_000,
    upload_files=3,
    server_upload_bytes=10_000,
)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, int]]:
    """The files that Streamlit holds, as sizes by session and id."""
    found: dict[str, dict[str, int]] = {}
    monkeypatch.setattr(uploads, "uploaded_sizes", lambda: found)
    return found


@pytest.fixture
def taken(there: dict[str, dict[str, int]]) -> Uploads:  # noqa: ARG001 - set up before
    found = Uploads(FEW)
    for session in ("ann", "ben"):
        for id in "abcdef":
            found.given(session, id, f"{id}.png")
        found.given(session, "model", "mine.KERAS")
    return found


def refusal(taken: Uploads, session: str, id: str, size: int) -> tuple[int, str]:
    with pytest.raises(RefusedError) as raised:
        taken.begin(session, id, size)
    return raised.value.status, str(raised.value)


def test_a_file_that_nobody_asked_for_is_refused(taken: Uploads) -> None:
    assert refusal(taken, "ann", "x", 1)[0] == 403
    assert refusal(taken, "nobody", "a", 1)[0] == 403
    taken.forget({"ben"})
    assert refusal(taken, "ann", "a", 1)[0] == 403
    taken.begin("ben", "a", 1)


def test_a_photo_and_a_model_have_limits_of_their_own(taken: Uploads) -> None:
    assert refusal(taken, "ann", "a", 1_001) == (413, "The file is larger than 1 kB.")
    taken.begin("ann", "model", 5_000)
    assert refusal(taken, "ben", "model", 5_001)[0] == 413


def test_a_session_has_so_many_files_and_bytes(
    taken: Uploads, there: dict[str, dict[str, int]]
) -> None:
    there["ann"] = {"model": 4_500, "a": 1_000}
    assert refusal(taken, "ann", "b", 501)[0] == 413
    mark = taken.begin("ann", "b", 500)
    assert refusal(taken, "ann", "c", 0) == (413, "There are 3 files of yours already.")
    taken.end(mark)
    there["ann"]["model"] = 0
    taken.begin("ann", "c", 1_000)


def test_what_is_arriving_counts_and_what_is_sent_again_counts_once(
    taken: Uploads, there: dict[str, dict[str, int]]
) -> None:
    for id in "ab":
        taken.begin("ann", id, 1_000)
    taken.begin("ann", "model", 4_000)
    there["ann"] = {"a": 1_000, "b": 1_000, "model": 4_000}
    taken.begin("ann", "a", 1_000)


def test_all_sessions_together_have_a_limit(
    taken: Uploads, there: dict[str, dict[str, int]]
) -> None:
    there["ann"], there["ben"] = {"model": 5_000}, {"model": 4_500}
    assert refusal(taken, "ben", "a", 501)[0] == 507


def sent(app: Any, path: str, *headers: tuple[bytes, bytes], method: str = "PUT") -> list[Any]:
    """Send a request; return what is answered."""
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
    asyncio.run(app(scope, None, send))
    return messages


def test_the_server_asks_before_it_reads_the_file(taken: Uploads) -> None:
    passed: list[Any] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        passed.append((scope["path"], len(taken._arriving)))

    served = with_uploads(app, taken)
    path = "/base/_stcore/upload_file/ann/a"
    assert not sent(served, path, (b"content-length", b"900"))
    assert passed == [(path, 1)]
    assert not taken._arriving
    for headers, status in (
        ([], 411),
        ([(b"content-length", b"many")], 411),
        ([(b"content-length", b"1"), (b"content-length", b"2")], 411),
        ([(b"content-length", b"200000")], 413),
    ):
        start, body = sent(served, path, *headers)
        assert start["status"] == status
        assert body["body"].endswith(b".\n")
    assert len(passed) == 1
    sent(served, path, method="DELETE")
    sent(served, "/elsewhere")
    assert len(passed) == 3
