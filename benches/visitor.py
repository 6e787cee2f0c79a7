"""A visitor without a browser: Streamlit's own messages over a WebSocket, and its uploads.

Sixty browsers are too much for the machine that is measured; sixty of these are nothing. Each does
what the page's script in the browser does as far as the server can tell: it names a link, sends the
state of widgets, uploads files where it was told to, and asks again for what refreshes itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import numpy as np
import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import UploadedFileInfo
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120.0  # seconds for one answer


class Visitor:
    """One session.

    elements : what the page shows, by where it stands.
    trouble : what the server reported that no visitor should ever see.
    """

    def __init__(self, socket: ClientConnection, address: str, cookie: str) -> None:
        self.elements: dict[tuple[int, ...], Element] = {}
        self.trouble: list[str] = []
        self.session = ""
        self.pages: dict[str, str] = {}
        self._socket, self._address, self._cookie = socket, address, cookie
        self._query = self._page = ""
        self._widgets: dict[str, WidgetState] = {}
        self._finished = asyncio.Event()
        self._changed = asyncio.Event()
        self._urls: asyncio.Queue[Any] = asyncio.Queue()
        self._again: dict[str, asyncio.Task[None]] = {}
        self._whole = True  # whether the run under way is of the whole page
        self._drawn: set[tuple[int, ...]] = set()  # by that run
        self._reading = asyncio.create_task(self._read())

    # What a visitor does

    async def go(self, **query: str) -> float:
        """Open a link to the same page; return the seconds until the page was complete."""
        self._query = urlencode(query)
        return await self.run()

    async def turn_to(self, page: str, **query: str) -> float:
        """Choose a page of the navigation: "explore", "learn" or "evaluate"."""
        self._page, self._query = self.pages[page], urlencode(query)
        self._widgets = {}
        return await self.run()

    async def run(self) -> float:
        """Send what the widgets hold; return the seconds until the page was complete."""
        start = time.perf_counter()
        self._finished.clear()
        await self._rerun()
        self._widgets = {
            id: state for id, state in self._widgets.items() if not state.HasField("trigger_value")
        }
        await asyncio.wait_for(self._finished.wait(), PATIENCE)
        return time.perf_counter() - start

    async def press(self, label: str) -> float:
        """Press the button with this label."""
        id = self.one("button", label).id
        self._widgets[id] = WidgetState(id=id, trigger_value=True)
        return await self.run()

    async def choose(self, label: str, value: str) -> float:
        """Choose from a drop-down list."""
        id = self.one("selectbox", label).id
        self._widgets[id] = WidgetState(id=id, string_value=value)
        return await self.run()

    async def upload(self, label: str, files: Sequence[tuple[str, bytes]]) -> float:
        """Put these files, and no others, into the field with this label."""
        field = self.one("file_uploader", label)
        request = BackMsg()
        request.file_urls_request.request_id = field.id
        request.file_urls_request.session_id = self.session
        request.file_urls_request.file_names.extend(name for name, _ in files)
        await self._send(request)
        urls = await asyncio.wait_for(self._urls.get(), PATIENCE)
        state = WidgetState(id=field.id)
        for (name, data), url in zip(files, urls.file_urls, strict=True):
            said = await asyncio.to_thread(self._put, url.upload_url, name, data)
            if said:
                raise ValueError(said)
            info = UploadedFileInfo(name=name, size=len(data), file_id=url.file_id)
            info.file_urls.CopyFrom(url)
            state.file_uploader_state_value.uploaded_file_info.append(info)
        self._widgets[field.id] = state
        return await self.run()

    async def until(self, wanted: Any, seconds: float = PATIENCE) -> None:
        """Wait until `wanted()` holds, while the page refreshes itself."""
        end = time.monotonic() + seconds
        while not wanted():
            self._changed.clear()
            await asyncio.wait_for(self._changed.wait(), max(0.01, end - time.monotonic()))

    async def leave(self) -> None:
        for task in (*self._again.values(), self._reading):
            task.cancel()
        await self._socket.close()

    # What a visitor sees

    def one(self, kind: str, label: str) -> Any:
        """Return the element of a kind whose label begins like that."""
        for element in self.elements.values():
            if element.WhichOneof("type") == kind:
                found = getattr(element, kind)
                if found.label.startswith(label):
                    return found
        raise LookupError(f"no {kind} called {label!r}")

    def sentences(self) -> list[str]:
        """Return the errors that the page shows in words."""
        return [e.alert.body for e in self.elements.values() if e.WhichOneof("type") == "alert"]

    def text(self) -> str:
        """Return the page's text, more or less."""
        parts = []
        for element in self.elements.values():
            kind = element.WhichOneof("type")
            if kind in ("markdown", "alert", "html", "text", "heading", "code"):
                parts.append(getattr(element, kind).body)
        return "\n".join(parts)

    def viewer(self) -> tuple[dict[str, Any], bytes] | None:
        """Return the header and the numbers of the maps on the page, if they are there."""
        for element in self.elements.values():
            component = element.bidi_component
            if "gradcam_viewer" in component.component_name and component.bytes:
                return unpacked(component.bytes)
        return None

    def panels(self) -> list[Shown]:
        """Return the maps on the page."""
        found = self.viewer()
        return list(_panels(*found)) if found else []

    # How it is done

    async def _rerun(self, fragment: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash = self._query, self._page
        state.context_info.timezone, state.context_info.locale = "Etc/UTC", "en-GB"
        state.context_info.url = self._address
        if fragment:
            state.fragment_id, state.is_auto_rerun = fragment, True
        state.widget_states.widgets.extend(self._widgets.values())
        await self._send(message)

    async def _send(self, message: BackMsg) -> None:
        await self._socket.send(message.SerializeToString())

    async def _read(self) -> None:
        async for data in self._socket:
            message = ForwardMsg()
            message.ParseFromString(data)
            self._take(message)
            self._changed.set()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._begin(message)
        elif kind == "navigation":
            self.pages = {
                page.url_pathname or "explore": page.page_script_hash
                for page in message.navigation.app_pages
            }
        elif kind == "delta":
            path = tuple(message.metadata.delta_path)
            if message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                self.elements[path] = element
                self._drawn.add(path)
                if element.WhichOneof("type") == "exception":
                    self.trouble.append(f"{element.exception.type}: {element.exception.message}")
            elif message.delta.WhichOneof("type") == "add_block":
                self._forget(path)
        elif kind == "script_finished":
            self._finish(message.script_finished)
        elif kind == "file_urls_response":
            self._urls.put_nowait(message.file_urls_response)
        elif kind == "auto_rerun":
            self._refresh(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._stop(list(message.stop_auto_rerun.fragment_ids))
        elif kind == "session_event":
            said = message.session_event.script_compilation_exception
            if said.message:
                self.trouble.append(said.message)

    def _begin(self, message: ForwardMsg) -> None:
        self.session = message.new_session.initialize.session_id or self.session
        self._whole = not message.metadata.run.fragment_ids
        if self._whole:
            self._drawn.clear()
            self._stop(list(self._again))

    def _stop(self, fragments: Sequence[str]) -> None:
        for fragment in fragments:
            if fragment in self._again:
                self._again.pop(fragment).cancel()

    def _forget(self, path: tuple[int, ...]) -> None:
        for known in [p for p in self.elements if p[: len(path)] == path]:
            del self.elements[known]

    def _finish(self, status: int) -> None:
        if status == ForwardMsg.FINISHED_SUCCESSFULLY:
            for path in self.elements.keys() - self._drawn:
                del self.elements[path]  # of the run before, and of no use any more
            self._finished.set()
        elif status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.trouble.append("the page did not compile")
            self._finished.set()

    def _refresh(self, fragment: str, seconds: float) -> None:
        async def again() -> None:
            while True:
                await asyncio.sleep(seconds)
                await self._rerun(fragment)

        self._stop([fragment])
        self._again[fragment] = asyncio.create_task(again())

    def _put(self, url: str, name: str, data: bytes) -> str:
        """Upload one file; return why the server did not take it, or ""."""
        border = os.urandom(12).hex()
        quoted = name.encode("utf-8", "replace").replace(b'"', b"%22")
        quoted = quoted.replace(b"\r", b"%0D").replace(b"\n", b"%0A")
        body = b"--%b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%b\"\r\n" % (
            border.encode(), quoted,
        )  # fmt: skip
        body += b"Content-Type: application/octet-stream\r\n\r\n" + data
        body += b"\r\n--%b--\r\n" % border.encode()
        token = self._cookie.partition("=")[2]
        request = urllib.request.Request(
            f"{self._address}{url}", body, method="PUT",
            headers={
                "Content-Type": f"multipart/form-data; boundary={border}",
                "Cookie": self._cookie, "X-Xsrftoken": token,
            },
        )  # fmt: skip
        try:
            urllib.request.urlopen(request, timeout=PATIENCE).close()
        except urllib.error.HTTPError as error:
            return f"{error.code} {error.read(300).decode('utf-8', 'replace')}"
        return ""


class Shown:
    """One map on the page: its photo, what it is of, and its numbers."""

    def __init__(self, row: Mapping[str, Any], panel: Mapping[str, Any], blobs: bytes) -> None:
        self.photo: str = row["own"]
        self.bars = {bar["index"]: bar["share"] for bar in row["bars"]}
        self.index: int | None = panel["index"]
        self.title: str = panel["title"]
        self.about: str = panel["about"]
        shape = panel["shape"]
        count = int(np.prod(shape))
        self.values = np.frombuffer(blobs, "<f4", count, panel["values"]).reshape(shape)


def _panels(header: Mapping[str, Any], blobs: bytes) -> Iterator[Shown]:
    for row in header["rows"]:
        for panel in (*row["panels"], *row["spare"]):
            if panel["values"] is not None:
                yield Shown(row, panel, blobs)


def unpacked(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Take apart what components/viewer/payload.py packed."""
    (length,) = struct.unpack_from("<I", data)
    header: dict[str, Any] = json.loads(data[4 : 4 + length])
    return header, data[4 + length :]


@asynccontextmanager
async def visit(address: str, **query: str) -> AsyncIterator[Visitor]:
    """Open the page as a new visitor."""
    cookie = await asyncio.to_thread(_cookie, address)
    parts = urlsplit(address)
    token = cookie.partition("=")[2] or "none"
    socket = await connect(
        f"ws://{parts.netloc}/_stcore/stream",
        additional_headers={"Cookie": cookie, "Origin": address},
        subprotocols=["streamlit", token],  # type: ignore[list-item]
        max_size=None, open_timeout=PATIENCE, ping_timeout=None, compression=None,
    )  # fmt: skip
    visitor = Visitor(socket, address, cookie)
    try:
        await visitor.go(**query)
        yield visitor
    finally:
        await visitor.leave()


def _cookie(address: str) -> str:
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=PATIENCE) as answer:
        cookies = answer.headers.get_all("Set-Cookie") or []
    named = [c.partition(";")[0] for c in cookies if c.startswith("_streamlit_xsrf")]
    return named[0] if named else ""


# The server


class Server:
    """The running dashboard, from outside."""

    def __init__(self, address: str, process: subprocess.Popen[bytes]) -> None:
        self.address, self.process = address, psutil.Process(process.pid)

    def memory(self) -> int:
        """Bytes resident, of the server and of the processes that it started."""
        total = self.process.memory_info().rss
        for child in self.process.children(recursive=True):
            with suppress(psutil.Error):
                total += child.memory_info().rss
        return total

    def threads(self) -> int:
        return self.process.num_threads()

    def files(self) -> int:
        return self.process.num_fds()

    def health(self) -> float:
        """Seconds until the server says that it is well; raises OSError if it does not."""
        start = time.perf_counter()
        urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=30).close()
        return time.perf_counter() - start

    def alive(self) -> bool:
        return self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE


@contextmanager
def serving(
    port: int = 0, log: Path | None = None, folder: Path = ROOT, **environment: str
) -> Iterator[Server]:
    """Run the dashboard until the block ends."""
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"),
               "--server.headless=true", f"--server.port={port}"]  # fmt: skip
    out = log.open("wb") if log else subprocess.DEVNULL
    env = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"} | environment
    process = subprocess.Popen(command, cwd=folder, env=env, stdout=out, stderr=subprocess.STDOUT)
    server = Server(f"http://127.0.0.1:{port}", process)
    try:
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(server: Server) -> None:
    """Wait until the server can make a map: what it takes from then on is its visitors'."""
    for _ in range(600):
        if not server.alive():
            raise OSError("the server did not start: is its port taken?")
        with suppress(OSError):
            urllib.request.urlopen(f"{server.address}/healthz", timeout=30).close()
            return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")
