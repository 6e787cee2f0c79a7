"""Weights from the network: resumed, verified, and either whole in the cache or not there at all.

A download grows in `<name>.part` beside its target and is renamed only once its length and hash
agree. `<name>.part.etag` remembers which version of the file the server was sending, so that a
later call may go on from there; `<name>.lock` keeps other processes out meanwhile.

GRADCAM_CACHE   folder to keep weights in (its `weights/` subfolder) instead of torch's own cache
GRADCAM_MIRROR  base address that replaces the scheme and host of every download
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from gradcam.errors import WeightsError
from gradcam.types import ModelSpec

CHUNK = 1 << 18  # bytes
POLL = 0.1  # seconds between two looks at `cancelled`

Progress = Callable[[int, int | None], None]
Cancelled = Callable[[], bool]


class FetchCancelledError(WeightsError):
    """The caller's `cancelled` said so; what has arrived is kept for the next call."""


class _CutError(Exception):
    """The connection ended early: what has arrived is good and stays."""


class _DamagedError(Exception):
    """What has arrived is wrong and goes."""


def weights_folder() -> Path:
    """Where downloads go: `$GRADCAM_CACHE/weights`, or else torch's own hub checkpoints."""
    if cache := os.environ.get("GRADCAM_CACHE"):
        return Path(cache).expanduser() / "weights"
    return _torch_folder()


def find(spec: ModelSpec) -> Path | None:
    """The weights of `spec` on this machine, in our folder or in torch's; None when absent."""
    if not spec.filename:
        return None
    places = (folder / spec.filename for folder in (weights_folder(), _torch_folder()))
    return next((path for path in places if _size(path)), None)


def hash_from_name(filename: str) -> str | None:
    """The start of the SHA-256 that torchvision puts in a file's name.

    >>> hash_from_name("resnet50-11ad3fa6.pth")
    '11ad3fa6'
    """
    match = re.search(r"-([0-9a-f]{8,64})\.[^.]+$", filename)
    return match[1] if match else None


def fetch(
    url: str,
    filename: str,
    *,
    folder: Path | None = None,
    sha256: str | None = None,
    progress: Progress | None = None,
    timeout: float = 30.0,
    cancelled: Cancelled | None = None,
) -> Path:
    """Download `url` to `folder / filename`, unless it is there already, and return that path.

    Safe to call from several threads and processes: one downloads, the others wait for it.
    A file that arrives cut or damaged is asked for once more.

    Parameters
    ----------
    folder : default `weights_folder()`; made if need be.
    sha256 : the hash in hexadecimal or its beginning; a file already there must match it too.
    progress : called in this thread with (bytes so far, bytes in all or None), at the start, at
        the end and about ten times a second between.
    timeout : the longest silence in seconds to put up with, from the server or on the way to it.
    cancelled : asked about ten times a second, also while the server is silent.

    Raises
    ------
    WeightsError : unreachable, refused, stalled, cut or damaged twice, or the disk cannot take it.
    FetchCancelledError : `cancelled` returned True.
    """
    if Path(filename).name != filename or filename in ("", ".."):
        raise WeightsError(f"{filename!r} is not a plain file name.")
    target = (folder or weights_folder()) / filename
    job = _Job(_address(url), target, (sha256 or "").lower(), timeout, progress, cancelled)
    try:
        if job.is_whole(target):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with _only_one(job):
            # Another process may have finished it while this one waited.
            return target if job.is_whole(target) else _download(job)
    except OSError as error:
        raise WeightsError(
            f"{target} cannot be written: {_reason(error)}.",
            hint="Make room there or set GRADCAM_CACHE to another folder, then try again.",
        ) from error


@dataclass(frozen=True)
class _Job:
    """One file to bring home; sha256 is "" when nothing is known about it."""

    url: str
    target: Path
    sha256: str
    timeout: float
    progress: Progress | None
    cancelled: Cancelled | None

    @property
    def name(self) -> str:
        return self.target.name

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or self.url

    @property
    def part(self) -> Path:
        return self.target.with_name(f"{self.name}.part")

    @property
    def etag(self) -> Path:
        return self.target.with_name(f"{self.name}.part.etag")

    def is_whole(self, path: Path) -> bool:
        """Not empty, and with the right hash as far as one is known."""
        if not _size(path):
            return False
        return not self.sha256 or _sha256(path).startswith(self.sha256)

    def check_cancelled(self) -> None:
        if self.cancelled is not None and self.cancelled():
            hint = "Choose the model again to go on from where it stopped."
            raise FetchCancelledError(f"The download of {self.name} was cancelled.", hint=hint)

    def report(self, done: int, total: int | None) -> None:
        if self.progress is not None:
            self.progress(done, total)

    def failed(self, what: str) -> WeightsError:
        place = f"Download it elsewhere and place it at {self.target}"
        return WeightsError(what, hint=f"{place}, then choose the model again.")


class _Stream:
    """An HTTP answer read on a thread of its own.

    A name look-up has no timeout, and a blocked read cannot be interrupted: this way neither
    holds the caller. An abandoned thread ends at its socket's own timeout.
    """

    def __init__(self, job: _Job, headers: dict[str, str]) -> None:
        self._job = job
        self._request = request.Request(job.url, headers=headers)
        self._queue: Queue[HTTPResponse | bytes | Exception] = Queue(maxsize=8)
        self._stopped = Event()
        Thread(target=self._pump, name=f"fetch {job.name}", daemon=True).start()

    def answer(self) -> HTTPResponse:
        """Status and headers."""
        item = self._next()
        assert isinstance(item, HTTPResponse)
        return item

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives."""
        while chunk := self._next():
            assert isinstance(chunk, bytes)
            yield chunk

    def close(self) -> None:
        """Let the thread go: it may be waiting for room in the queue."""
        self._stopped.set()
        while not self._queue.empty():
            self._queue.get_nowait()

    def _next(self) -> HTTPResponse | bytes:
        deadline = time.monotonic() + self._job.timeout
        while time.monotonic() < deadline:
            self._job.check_cancelled()
            try:
                item = self._queue.get(timeout=min(POLL, self._job.timeout))
            except Empty:
                continue
            if isinstance(item, Exception):
                raise item
            return item
        raise TimeoutError

    def _pump(self) -> None:
        try:
            with _opener().open(self._request, timeout=self._job.timeout) as answer:
                self._queue.put(answer)
                chunk = b"first"
                while chunk and not self._stopped.is_set():
                    chunk = answer.read1(CHUNK)  # what is there, without waiting for all of it
                    self._queue.put(chunk)
        except Exception as error:  # raised again in the caller's thread
            self._queue.put(error)


def _download(job: _Job) -> Path:
    try:
        try:
            return _attempt(job)
        except (_CutError, _DamagedError):
            return _attempt(job)
    except (_CutError, _DamagedError) as error:
        raise job.failed(f"{error} (tried twice).") from error


def _attempt(job: _Job) -> Path:
    try:
        _receive(job)
        if not job.is_whole(job.part):
            wrong = f"its SHA-256 is not {job.sha256}…" if job.sha256 else "it is empty"
            raise _DamagedError(f"{job.name} arrived damaged from {job.host}: {wrong}")
    except _DamagedError:
        job.part.unlink(missing_ok=True)
        job.etag.unlink(missing_ok=True)
        raise
    os.replace(job.part, job.target)
    job.etag.unlink(missing_ok=True)
    return job.target


def _receive(job: _Job) -> None:
    """Make `.part` as long as the server says the file is."""
    kept = _resumable(job)
    stream = _Stream(job, _headers(job, kept))
    try:
        answer = _answer(job, stream)
        kept = _where_it_starts(job, answer, kept)
        total = _total(job, answer, kept)
        _remember_version(job, answer)
        done = _append(job, stream, kept, total)
    finally:
        stream.close()
    if total is not None and done != total:
        raise _CutError(f"The download of {job.name} was cut off at {done:,} of {total:,} bytes")


def _append(job: _Job, stream: _Stream, kept: int, total: int | None) -> int:
    """Write the body behind the first `kept` bytes; the length reached."""
    done, told = kept, time.monotonic()
    job.report(done, total)
    with job.part.open("ab" if kept else "wb") as file:
        for chunk in _body(job, stream):
            file.write(chunk)
            done += len(chunk)
            if time.monotonic() - told >= POLL:
                job.report(done, total)
                told = time.monotonic()
        file.flush()
        os.fsync(file.fileno())  # the rename must not reach the disk before the bytes do
    job.report(done, total)
    return done


def _body(job: _Job, stream: _Stream) -> Iterator[bytes]:
    chunks = stream.chunks()
    while True:
        try:
            chunk = next(chunks, b"")
        except TimeoutError as error:
            raise job.failed(f"{job.host} sent nothing for {job.timeout:g} s.") from error
        except (OSError, HTTPException) as error:
            raise _CutError(f"The download of {job.name} was cut off: {_reason(error)}") from error
        if not chunk:
            return
        yield chunk


def _answer(job: _Job, stream: _Stream) -> HTTPResponse:
    """The server's answer, when it is the file or a part of it."""
    try:
        answer = stream.answer()
    except HTTPError as error:
        error.close()
        raise _refusal(job, error) from error
    except (OSError, HTTPException) as error:
        why = f"{job.host} cannot be reached ({_reason(error)})"
        raise job.failed(f"{job.name} was not downloaded: {why}.") from error
    if answer.headers.get_content_type() == "text/html":  # a proxy's or a hotel's login page
        raise job.failed(f"{job.host} answered with a web page instead of {job.name}.")
    return answer


def _refusal(job: _Job, error: HTTPError) -> Exception:
    if error.code == 416:
        return _DamagedError(f"{job.host} cannot continue {job.name} from what was kept of it")
    if error.code in (404, 410):
        return job.failed(f"{job.host} has no {job.name} (HTTP {error.code}).")
    return job.failed(f"{job.host} refused {job.name}: HTTP {error.code} {error.reason}.")


def _resumable(job: _Job) -> int:
    """How much of `.part` to keep: all, if a hash or an ETag will prove that it belongs."""
    return _size(job.part) if job.sha256 or _size(job.etag) else 0


def _headers(job: _Job, kept: int) -> dict[str, str]:
    headers = {"User-Agent": "gradcam-explorer", "Accept-Encoding": "identity"}
    if kept:
        headers["Range"] = f"bytes={kept}-"
        if _size(job.etag):
            headers["If-Range"] = job.etag.read_text(encoding="latin-1")
    return headers


def _where_it_starts(job: _Job, answer: HTTPResponse, kept: int) -> int:
    """`kept` when the server continues from there, 0 when it sends the whole file."""
    if answer.status != 206:
        return 0
    if not answer.headers.get("Content-Range", "").startswith(f"bytes {kept}-"):
        raise _DamagedError(f"{job.host} sent another part of {job.name} than it was asked for")
    return kept


def _total(job: _Job, answer: HTTPResponse, kept: int) -> int | None:
    """The whole file's length; None when only the hash (or chunked framing) will tell a cut."""
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal():
        return kept + int(length)
    if not job.sha256 and not answer.headers.get("Transfer-Encoding"):
        raise job.failed(f"{job.host} does not say how long {job.name} is, so it is not trusted.")
    return None


def _remember_version(job: _Job, answer: HTTPResponse) -> None:
    """Keep a strong ETag: a weak one does not promise the same bytes (RFC 9110, 13.1.5)."""
    etag = answer.headers.get("ETag", "")
    if etag.startswith('"'):
        job.etag.write_text(etag, encoding="latin-1")
    else:
        job.etag.unlink(missing_ok=True)


@contextmanager
def _only_one(job: _Job) -> Iterator[None]:
    """Hold the file's lock. The holder cannot stall, so waiting for it needs no timeout."""
    lock = FileLock(job.target.with_name(f"{job.name}.lock"), poll_interval=POLL)
    try:
        lock.acquire(cancel_check=job.cancelled)
    except Timeout:
        job.check_cancelled()
        raise
    try:
        yield
    finally:
        lock.release()


def _address(url: str) -> str:
    """`url`, or the same path on the mirror."""
    if not _is_http(url):
        raise WeightsError(f"{url!r} is not an http or https address.")
    mirror = os.environ.get("GRADCAM_MIRROR", "").rstrip("/")
    if not mirror:
        return url
    if not _is_http(mirror):
        hint = "Set it to something like https://mirror.example.org."
        raise WeightsError("GRADCAM_MIRROR is not an http or https address.", hint=hint)
    parts = urlsplit(url)
    return f"{mirror}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _opener() -> request.OpenerDirector:
    """urllib's usual opener without file:, ftp: and data:, where a redirect might lead."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPRedirectHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPErrorProcessor,
        request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener


def _torch_folder() -> Path:
    """torch.hub.get_dir() + "/checkpoints", without importing torch to ask."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("TORCH_HOME") or os.path.join(cache, "torch")
    return Path(home).expanduser() / "hub" / "checkpoints"


def _size(path: Path) -> int:
    """Bytes in the file; 0 when there is none."""
    return path.stat().st_size if path.is_file() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: BaseException) -> str:
    """The short text inside the wrappers of urllib and the operating system."""
    if isinstance(error, URLError) and not isinstance(error, HTTPError):
        inner = error.reason
        return _reason(inner) if isinstance(inner, BaseException) else str(inner)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
