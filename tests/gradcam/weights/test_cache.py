"""Downloads from a local server that misbehaves in every way we know of."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from gradcam.errors import WeightsError
from gradcam.types import ModelSpec, Preprocessing
from gradcam.weights.cache import FetchCancelledError, fetch, find, weights_folder

BODY = bytes(range(256)) * 4096  # 1 MiB
FULL = "sha256:" + hashlib.sha256(BODY).hexdigest()
SHORT = FULL[:15]
MD5 = "md5:" + hashlib.md5(BODY).hexdigest()
NAME = f"net-{SHORT[7:]}.pth"
HALF = len(BODY) // 2


class Server(ThreadingHTTPServer):
    """Serve BODY at any path; the next requests go wrong as `ways` says, later ones go well."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ways: list[str] = []
        self.requests: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.etag = '"v1"'
        self.ranges = True
        self.release = threading.Event()  # ends stalled responses
        self.guard = threading.Lock()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.base}/models/{NAME}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        with self.server.guard:
            self.server.requests.append(dict(self.headers))
            self.server.paths.append(self.path)
            way = self.server.ways.pop(0) if self.server.ways else "fine"
        if way == "silent":
            self.server.release.wait(10)
        elif way.isdecimal():
            self.send_error(int(way))
        elif way.startswith("to "):
            self.send_response(302)
            self.send_header("Location", way[3:])
            self.end_headers()
        else:
            self.send_body(way)

    def send_body(self, way: str) -> None:
        start = self.start()
        if start >= len(BODY):
            return self.send_error(416)
        body = BODY[start:]
        self.send_response(206 if start else 200)
        if start:
            shown = start + 1 if way == "elsewhere" else start
            self.send_header("Content-Range", f"bytes {shown}-{len(BODY) - 1}/{len(BODY)}")
        if way not in ("no length", "no length, cut"):
            self.send_header("Content-Length", str(len(body)))
        if self.server.etag:
            self.send_header("ETag", self.server.etag)
        self.send_header("Content-Type", "text/html" if way == "page" else "application/zip")
        self.end_headers()
        self.wfile.write(self.spoilt(body, way))
        self.wfile.flush()
        if way == "stall":
            self.server.release.wait(10)
        return None

    def start(self) -> int:
        """Return where to begin: as Range asks, if ranges are on and If-Range still matches."""
        wanted = self.headers.get("Range", "")
        fresh = self.headers.get("If-Range", self.server.etag) == self.server.etag
        return int(wanted[6:-1]) if wanted and fresh and self.server.ranges else 0

    def spoilt(self, body: bytes, way: str) -> bytes:
        if way in ("cut", "stall", "no length, cut"):
            return body[: len(body) // 2]
        if way == "corrupt":
            return body[:-1] + b"?"
        return body


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GRADCAM_CACHE", "GRADCAM_MIRROR", "TORCH_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def get(server: Server, folder: Path, **more: Any) -> Path:
    options: dict[str, Any] = {"checksum": SHORT, "timeout": 5.0} | more
    return fetch(server.url, NAME, folder=folder, **options)


def litter(folder: Path) -> set[str]:
    """List the folder without the lock, which may stay."""
    return {path.name for path in folder.iterdir()} - {f"{NAME}.lock"}


# Success


def test_a_whole_file_arrives_and_leaves_nothing_else(server: Server, tmp_path: Path) -> None:
    path = get(server, tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / NAME
    assert path.read_bytes() == BODY
    assert litter(path.parent) == {NAME}


def test_progress_runs_from_zero_to_the_whole_length(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    get(server, tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert (seen[0], seen[-1]) == ((0, len(BODY)), (len(BODY), len(BODY)))
    assert seen == sorted(seen)


def test_a_file_already_there_is_not_requested(server: Server, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(BODY)
    assert get(server, tmp_path) == tmp_path / NAME
    assert server.requests == []


def test_a_wrong_or_empty_file_already_there_is_replaced(server: Server, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(BODY[:-1])
    assert get(server, tmp_path).read_bytes() == BODY
    (tmp_path / "plain.h5").touch()
    assert fetch(server.url, "plain.h5", folder=tmp_path).read_bytes() == BODY


@pytest.mark.parametrize("checksum", ["", SHORT, FULL, MD5])
def test_a_checksum_may_be_missing_short_full_or_md5(
    server: Server, tmp_path: Path, checksum: str
) -> None:
    assert get(server, tmp_path, checksum=checksum).read_bytes() == BODY


def test_a_redirect_to_http_is_followed(server: Server, tmp_path: Path) -> None:
    server.ways = [f"to {server.base}/elsewhere"]
    assert get(server, tmp_path).read_bytes() == BODY


# Resuming


def test_a_partial_file_is_resumed(server: Server, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(BODY[:HALF])
    seen: list[tuple[int, int | None]] = []
    path = get(server, tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == BODY
    assert server.requests[0]["Range"] == f"bytes={HALF}-"
    assert seen[0] == (HALF, len(BODY))


def test_a_server_without_ranges_starts_over(server: Server, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(BODY[:HALF])
    server.ranges = False
    assert get(server, tmp_path).read_bytes() == BODY
    assert len(server.requests) == 1


@pytest.mark.parametrize("kept", [b"?" * HALF, BODY, BODY + b"?"])
def test_a_partial_file_that_cannot_be_resumed_is_dropped(
    server: Server, tmp_path: Path, kept: bytes
) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(kept)
    assert get(server, tmp_path).read_bytes() == BODY
    assert len(server.requests) == 2
    assert litter(tmp_path) == {NAME}


def test_the_wrong_part_is_not_appended(server: Server, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(BODY[:HALF])
    server.ways = ["elsewhere"]
    assert get(server, tmp_path).read_bytes() == BODY
    assert "Range" not in server.requests[1]


def test_without_a_hash_only_the_same_version_is_resumed(server: Server, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(b"?" * HALF)  # of an unknown version
    assert get(server, tmp_path, checksum="").read_bytes() == BODY
    assert "Range" not in server.requests[0]

    (tmp_path / NAME).unlink()
    (tmp_path / f"{NAME}.part").write_bytes(b"?" * HALF)
    (tmp_path / f"{NAME}.part.etag").write_text('"v0"')
    assert get(server, tmp_path, checksum="").read_bytes() == BODY
    assert server.requests[1]["If-Range"] == '"v0"'
    assert litter(tmp_path) == {NAME}


def test_a_weak_etag_is_not_trusted(server: Server, tmp_path: Path) -> None:
    server.etag, server.ways = 'W/"v1"', ["cut"]
    assert get(server, tmp_path, checksum="").read_bytes() == BODY
    assert "Range" not in server.requests[1]


# Cut and damaged


@pytest.mark.parametrize("checksum", [SHORT, ""])
def test_a_cut_download_is_resumed_automatically(
    server: Server, tmp_path: Path, checksum: str
) -> None:
    server.ways = ["cut"]
    assert get(server, tmp_path, checksum=checksum).read_bytes() == BODY
    assert server.requests[1]["Range"] == f"bytes={HALF}-"


def test_two_cuts_are_an_error_and_the_next_call_resumes(server: Server, tmp_path: Path) -> None:
    server.ways = ["cut", "cut"]
    with pytest.raises(WeightsError, match="cut off at 786,432 of 1,048,576 bytes") as caught:
        get(server, tmp_path)
    assert str(tmp_path / NAME) in caught.value.hint
    assert not (tmp_path / NAME).exists()
    assert get(server, tmp_path).read_bytes() == BODY
    assert server.requests[2]["Range"] == f"bytes={HALF + HALF // 2}-"


def test_a_damaged_file_is_requested_once_more(server: Server, tmp_path: Path) -> None:
    server.ways = ["corrupt"]
    assert get(server, tmp_path).read_bytes() == BODY
    assert "Range" not in server.requests[1]


def test_two_damaged_downloads_leave_nothing_behind(server: Server, tmp_path: Path) -> None:
    server.ways = ["corrupt", "corrupt"]
    with pytest.raises(WeightsError, match=f"damaged.*{SHORT}"):
        get(server, tmp_path)
    assert litter(tmp_path) == set()
    assert len(server.requests) == 2


def test_without_a_length_the_hash_decides(server: Server, tmp_path: Path) -> None:
    server.ways = ["no length"]
    seen: list[tuple[int, int | None]] = []
    path = get(server, tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == BODY
    assert seen[-1] == (len(BODY), None)
    path.unlink()
    server.ways = ["no length, cut"]
    assert get(server, tmp_path).read_bytes() == BODY
    assert len(server.requests) == 3


def test_without_a_length_and_a_hash_nothing_is_trusted(server: Server, tmp_path: Path) -> None:
    server.ways = ["no length, cut"]
    with pytest.raises(WeightsError, match="does not say how long"):
        get(server, tmp_path, checksum="")
    assert litter(tmp_path) == set()


# Refused, silent, offline


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("404", rf"127\.0\.0\.1 has no {NAME} \(HTTP 404\)\."),
        ("503", rf"127\.0\.0\.1 refused {NAME}: HTTP 503 Service Unavailable\."),
        ("page", rf"127\.0\.0\.1 answered with a web page instead of {NAME}\."),
        ("to ftp://127.0.0.1/x", "unknown url type: ftp"),
        ("to file:///etc/passwd", "not allowed"),
    ],
)
def test_a_refusal_is_one_sentence_with_a_hint(
    server: Server, tmp_path: Path, way: str, words: str
) -> None:
    server.ways = [way]
    with pytest.raises(WeightsError, match=words) as caught:
        get(server, tmp_path)
    assert caught.value.hint == (
        f"Download it yourself and save it as {tmp_path / NAME}, then choose the model again."
    )
    assert litter(tmp_path) == set()
    assert len(server.requests) == 1


def test_offline_names_the_unreachable_host(server: Server, tmp_path: Path) -> None:
    url = server.url
    server.shutdown()
    server.server_close()
    with pytest.raises(WeightsError) as caught:
        fetch(url, NAME, folder=tmp_path, checksum=SHORT)
    assert caught.value.message == (
        f"{NAME} was not downloaded: 127.0.0.1 cannot be reached (Connection refused)."
    )
    assert str(tmp_path / NAME) in caught.value.hint


@pytest.mark.parametrize(("way", "words"), [("silent", "no answer"), ("stall", "sent nothing")])
def test_a_silent_server_times_out(server: Server, tmp_path: Path, way: str, words: str) -> None:
    server.ways = [way]
    began = time.monotonic()
    with pytest.raises(WeightsError, match=words):
        get(server, tmp_path, timeout=0.4)
    assert time.monotonic() - began < 2
    server.release.set()
    assert get(server, tmp_path).read_bytes() == BODY


def test_a_hanging_dns_lookup_times_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: release.wait(5) and [])
    began = time.monotonic()
    with pytest.raises(WeightsError, match="no answer in time"):
        fetch("http://weights.invalid/x", NAME, folder=tmp_path, timeout=0.3)
    assert time.monotonic() - began < 2
    release.set()


# Cancelling


@pytest.mark.parametrize("way", ["silent", "stall"])
def test_cancel_is_quick_even_when_the_server_is_silent(
    server: Server, tmp_path: Path, way: str
) -> None:
    server.ways = [way]
    began = time.monotonic()
    with pytest.raises(FetchCancelledError):
        get(server, tmp_path, cancelled=lambda: time.monotonic() - began > 0.3)
    assert time.monotonic() - began < 1


def test_a_cancelled_download_is_resumed_later(server: Server, tmp_path: Path) -> None:
    server.ways = ["stall"]
    part = tmp_path / f"{NAME}.part"
    began = time.monotonic()
    with pytest.raises(FetchCancelledError):
        get(server, tmp_path, cancelled=lambda: time.monotonic() - began > 0.5)
    assert part.stat().st_size == HALF
    assert get(server, tmp_path).read_bytes() == BODY
    assert server.requests[1]["Range"] == f"bytes={HALF}-"
    assert litter(tmp_path) == {NAME}


def test_waiting_for_another_download_can_be_cancelled(server: Server, tmp_path: Path) -> None:
    server.ways = ["stall"]
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(get, server, tmp_path, cancelled=lambda: time.monotonic() - began > 0.6)
        while not server.requests:
            time.sleep(0.01)
        with pytest.raises(FetchCancelledError):
            get(server, tmp_path, cancelled=lambda: time.monotonic() - began > 0.2)
        assert not first.done()
        assert isinstance(first.exception(), FetchCancelledError)
    assert len(server.requests) == 1


# Concurrent calls


def test_threads_that_want_the_same_file_download_it_once(server: Server, tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        paths = list(pool.map(lambda _: get(server, tmp_path), range(6)))
    assert set(paths) == {tmp_path / NAME}
    assert len(server.requests) == 1


def test_processes_that_want_the_same_file_download_it_once(server: Server, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from gradcam.weights.cache import fetch; "
        "fetch(sys.argv[1], sys.argv[2], folder=Path(sys.argv[3]), checksum=sys.argv[4])"
    )
    arguments = [sys.executable, "-c", code, server.url, NAME, str(tmp_path), FULL]
    runs = [subprocess.Popen(arguments) for _ in range(2)]
    assert [run.wait(timeout=30) for run in runs] == [0, 0]
    assert (tmp_path / NAME).read_bytes() == BODY
    assert len(server.requests) == 1


# Names, folders, addresses


def test_a_checksum_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="not a known kind of checksum"):
        fetch("https://example.org/a.h5", "a.h5", folder=tmp_path, checksum="crc32:0123abcd")


def test_a_wrong_md5_is_refused_and_not_kept(server: Server, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"damaged.*md5:0000"):
        get(server, tmp_path, checksum="md5:" + "0" * 32)
    assert not (tmp_path / NAME).exists()


def test_the_default_folder_is_torchs_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert weights_folder() == tmp_path / ".cache/torch/hub/checkpoints"
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert weights_folder() == Path("/xdg/torch/hub/checkpoints")
    monkeypatch.setenv("TORCH_HOME", "~/torch")
    assert weights_folder() == tmp_path / "torch/hub/checkpoints"
    monkeypatch.setenv("GRADCAM_CACHE", "/cache")
    assert weights_folder() == Path("/cache/weights")


def a_spec(url: str) -> ModelSpec:
    return ModelSpec("x", "X", "torch", "torchvision", 1, Preprocessing(), "imagenet", url=url)


def test_find_looks_in_both_folders_and_skips_empty_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADCAM_CACHE", str(tmp_path / "ours"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    spec = a_spec("https://example.org/a.pth")
    ours, theirs = weights_folder() / "a.pth", tmp_path / "torch/hub/checkpoints/a.pth"
    for path in (ours, theirs):
        path.parent.mkdir(parents=True)
        path.touch()
    assert find(spec) is None
    theirs.write_bytes(b"weights")
    assert find(spec) == theirs
    ours.write_bytes(b"weights")
    assert find(spec) == ours
    assert find(a_spec("")) is None


def test_a_mirror_replaces_scheme_and_host(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADCAM_MIRROR", f"{server.base}/torch/")
    url = "https://download.pytorch.org/models/net.pth?v=1"
    assert fetch(url, NAME, folder=tmp_path, checksum=FULL).read_bytes() == BODY
    assert server.paths == ["/torch/models/net.pth?v=1"]
    monkeypatch.setenv("GRADCAM_MIRROR", "/srv/mirror")
    with pytest.raises(WeightsError, match="GRADCAM_MIRROR"):
        fetch(url, "other.pth", folder=tmp_path)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/x", "data:,x", "x", "http://["])
def test_only_http_addresses_are_opened(url: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="not an http or https address"):
        fetch(url, NAME, folder=tmp_path)


@pytest.mark.parametrize("name", ["", "..", "a/b", "../b", "/etc/passwd"])
def test_a_name_cannot_leave_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="not a plain file name"):
        fetch("https://example.org/x", name, folder=tmp_path)


def test_a_folder_that_cannot_be_created_is_explained(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WeightsError, match="cannot be written") as caught:
        get(server, tmp_path / "file" / "folder")
    assert "GRADCAM_CACHE" in caught.value.hint


def test_importing_the_fetcher_imports_no_framework() -> None:
    heavy = {"torch", "streamlit", "keras"}
    code = f"import sys, gradcam.weights.cache; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
