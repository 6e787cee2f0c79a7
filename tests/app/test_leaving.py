"""A running server, and visitors who come and leave: what is theirs is theirs, and goes."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg

from benches.visitor import Server, Visitor, serving, visit

pytestmark = pytest.mark.heavy
ENDED = "sessions ended"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server") / "log.txt"


@pytest.fixture(scope="module")
def server(log: Path) -> Iterator[Server]:
    limits = log.parent / "limits.toml"
    limits.write_text('photo_bytes = "1 MB"\nupload_files = 3\n', encoding="utf-8")
    asked = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "2", "GRADCAM_LOG": "json"}
    with serving(0, log, GRADCAM_LIMITS=str(limits), **asked) as found:
        yield found


def photo(seed: int, side: int = 64) -> bytes:
    file = io.BytesIO()
    noise = np.random.default_rng(seed).integers(0, 255, (side, side, 3), np.uint8)
    Image.fromarray(noise).save(file, "PNG")
    return file.getvalue()


def refused(one: Visitor, id: str, data: bytes) -> str:
    return one._put(f"/_stcore/upload_file/{one.session}/{id}", "a.png", data)


def test_what_a_visitor_is_shown_names_nobody_elses_file(server: Server) -> None:
    """Two bring the same photo; the second is shown what was computed for the first."""

    async def run() -> None:
        async with visit(server.address) as ann, visit(server.address) as ben:
            await ann.upload("Your photos", [("anns secret.png", photo(1))])
            await ben.upload("Your photos", [("bens own.png", photo(1))])
            (first, _), (second, _) = ann.viewer() or ({}, b""), ben.viewer() or ({}, b"")
            assert [row["caption"] for row in first["rows"]] == ["anns secret.png"]
            assert [row["caption"] for row in second["rows"]] == ["bens own.png"]
            assert "anns" not in repr(second) + ben.text()
            assert first["rows"][0]["bars"] == second["rows"][0]["bars"]

    asyncio.run(run())


def test_an_upload_is_taken_only_where_it_was_asked_for_and_within_the_limits(
    server: Server,
) -> None:
    async def run() -> None:
        async with visit(server.address) as one:
            assert refused(one, "made-up", photo(1)).startswith("403 Nobody asked")
            await one.upload("Your photos", [(f"{n}.png", photo(n)) for n in range(3)])
            with pytest.raises(ValueError, match="413 There are 3 files of yours"):
                await one.upload("Or your own", [("weights.pth", b"12")])
        async with visit(server.address) as one:
            with pytest.raises(ValueError, match=r"413 The file is larger than 1\.0 MB"):
                await one.upload("Your photos", [("large.png", bytes(1_200_000))])

    asyncio.run(run())


def test_a_browser_that_wants_caches_cleared_clears_its_own(server: Server) -> None:
    async def run() -> None:
        async with visit(server.address) as ann, visit(server.address) as ben:
            await ann.upload("Your photos", [("ann.png", photo(5))])
            await ben._send(BackMsg(clear_cache=True))
            await ben.run()
            await ann.run()
            assert ann.viewer() is not None
            assert not ann.trouble
            assert not ben.trouble

    asyncio.run(run())


def test_what_was_kept_goes_when_the_page_is_closed_though_nobody_else_comes(
    server: Server, log: Path
) -> None:
    async def run() -> None:
        async with visit(server.address) as one:
            await one.upload("Your photos", [("mine.png", photo(9))])

    before = log.read_text(encoding="utf-8").count(ENDED)
    asyncio.run(run())
    end = time.monotonic() + 60
    while log.read_text(encoding="utf-8").count(ENDED) == before:
        assert time.monotonic() < end
        time.sleep(0.5)
    said = log.read_text(encoding="utf-8").splitlines()
    (last,) = [line for line in said if ENDED in line][-1:]
    assert json.loads(last)["dropped"] > 0
