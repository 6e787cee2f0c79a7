"""One test for each undocumented interface in components/compat.py, to fail on an upgrade.

tests/browser/test_compat.py has those that need a browser.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, RuntimeConfig, SessionClient
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest

from components import compat


def test_container() -> None:
    def page() -> None:
        import streamlit as st

        from components.compat import Container

        assert isinstance(st.container(), Container)
        assert isinstance(st.columns(2)[0], Container)

    app = AppTest.from_function(page).run()
    assert not app.exception


def test_skeleton() -> None:
    """What replaces a grey block is where later runs draw it, above what comes after it."""

    def page() -> None:
        import streamlit as st

        from components.page import Slot

        slot = Slot("result", 100)
        st.text("below")
        with slot.fill():
            st.text("result")

    app = AppTest.from_function(page).run()
    for _ in range(2):
        assert not app.exception
        result, below = app.main.children.values()
        assert [child.value for child in result.children.values()] == ["result"]
        assert below.value == "below"
        app.run()


def test_upload_id() -> None:
    """It stays the same in later runs, and differs between uploads of equal bytes."""

    def page() -> None:
        import streamlit as st

        from components.compat import upload_id

        files = st.file_uploader("Files", accept_multiple_files=True, key="files")
        st.session_state["ids"] = [upload_id(file) for file in files]

    app = AppTest.from_function(page).run()
    app.file_uploader(key="files").upload("a.txt", b"same")
    app.file_uploader(key="files").upload("b.txt", b"same")
    app.run()
    ids = app.session_state["ids"]
    assert len(set(ids)) == 2
    app.run()
    assert app.session_state["ids"] == ids


def test_one_log() -> None:
    """Streamlit gives a logger its handler through this one function, looked up by its name."""
    import inspect

    from streamlit import logger

    assert "setup_formatter(logger)" in inspect.getsource(logger.get_logger)


def test_uploaded_names() -> None:
    """Uploads are kept by session and id, with their names."""
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.uploaded_file_manager import UploadedFileRec

    files = MemoryUploadedFileManager("/upload")
    files.add_file("session", UploadedFileRec("1", "cat.png", "image/png", b""))
    assert [one.name for kept in files.file_storage.values() for one in kept.values()] == [
        "cat.png"
    ]


def test_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The login's cookie is signed with the server's secret, and read with the same."""
    from streamlit.web.server.starlette import starlette_app_utils, starlette_websocket

    from components.compat import signed_in

    monkeypatch.setattr(starlette_websocket, "get_cookie_secret", lambda: "a" * 40)
    for secret, said in (("a" * 40, {"email": "a@b.c"}), ("b" * 40, {})):
        signed = starlette_app_utils.create_signed_value(
            secret, "_streamlit_user", '{"email": "a@b.c"}'
        )
        assert signed_in({"_streamlit_user": signed.decode()}) == said


def test_session_id() -> None:
    """It is the session's own inside a run of the page, and nothing outside."""

    def page() -> None:
        import streamlit as st

        from components.compat import session_id

        st.text(session_id())

    assert AppTest.from_function(page).run().text[0].value == "test session id"
    assert compat.session_id() == ""


class Client(SessionClient):
    """A browser that only listens."""

    client_context = None

    def __init__(self) -> None:
        self.said: list[ForwardMsg] = []

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        self.said.append(msg)


@asynccontextmanager
async def streamlit(folder: Path, seconds: float = 60) -> AsyncIterator[Runtime]:
    """Run Streamlit without a server; sessions that were left stay for so many seconds."""
    script = folder / "page.py"
    script.write_text("", encoding="utf-8")
    files = MemoryUploadedFileManager("/upload")
    config = RuntimeConfig(
        str(script), MemoryMediaFileStorage("/media"), files,
        session_storage=MemorySessionStorage(ttl_seconds=seconds),  # type: ignore[arg-type]
    )  # fmt: skip
    Runtime._instance = None
    found = Runtime(config)
    await found.start()
    yield found
    found.stop()
    await found.stopped
    Runtime._instance = None


def test_live_sessions_and_active_sessions_and_uploaded_sizes(tmp_path: Path) -> None:
    """A session whose page was closed stays for a while; then its files go without another's."""

    async def run() -> None:
        async with streamlit(tmp_path, 0.2) as found:
            one, other = (found.connect_session(Client(), {}) for _ in range(2))
            found.uploaded_file_mgr.add_file(one, UploadedFileRec("1", "cat.png", "", b"1234"))
            session = found._session_mgr._active_session_info_by_id[one].session
            session.session_state["photo"] = Client()
            seen = weakref.ref(session.session_state["photo"])
            assert compat.live_sessions() == {one, other}
            assert compat.uploaded_sizes() == {one: {"1": 4}}
            found.disconnect_session(one)
            assert compat.live_sessions() == {one, other}
            assert compat.active_sessions() == 1
            await asyncio.sleep(0.25)
            assert compat.live_sessions() == {other}
            assert compat.uploaded_sizes() == {}
            assert seen() is None  # though the session is still held here
            assert session

    asyncio.run(run())


def test_clear_own_caches_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = AppSession._handle_clear_cache_request
    monkeypatch.setattr(AppSession, "_handle_clear_cache_request", usual)
    compat.clear_own_caches_only()

    @st.cache_resource
    def everybodys() -> list[str]:
        return []

    async def run() -> None:
        async with streamlit(tmp_path) as found:
            one = found.connect_session(Client(), {})
            kept = everybodys()
            session = found._session_mgr._active_session_info_by_id[one].session
            session.session_state["own"] = "own"
            found.handle_backmsg(one, BackMsg(clear_cache=True))
            assert everybodys() is kept
            assert "own" not in session.session_state

    asyncio.run(run())


def test_note_upload_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = MemoryUploadedFileManager.get_upload_urls
    monkeypatch.setattr(MemoryUploadedFileManager, "get_upload_urls", usual)
    noted: list[tuple[str, str, str]] = []
    compat.note_upload_addresses(lambda *address: noted.append(address), 2)

    async def run() -> None:
        async with streamlit(tmp_path) as found:
            client = Client()
            one = found.connect_session(client, {})
            asked = BackMsg()
            asked.file_urls_request.request_id = "1"
            asked.file_urls_request.file_names.extend(["a.png", "b.png", "c.png"])
            found.handle_backmsg(one, asked)
            await asyncio.sleep(0.1)
            (said,) = (m for m in client.said if m.WhichOneof("type") == "file_urls_response")
            given = [address.file_id for address in said.file_urls_response.file_urls]
            assert noted == [(one, given[0], "a.png"), (one, given[1], "b.png")]

    asyncio.run(run())
