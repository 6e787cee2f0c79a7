"""Download one file: resume it, report progress, verify it, and explain every failure."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

from gradcam.errors import CancelledError, WeightsError
from gradcam.weights.known import has_hash, size_of
from gradcam.weights.stream import POLL, Stream, reason

Progress = Callable[[int, int | None], None]
Cancelled = Callable[[], bool]


class FetchCancelledError(WeightsError, CancelledError):
    """The download was cancelled; what has arrived is kept for the next call."""


class _CutError(Exception):
    """The connection ended early; what has arrived is good and is kept."""


class _DamagedError(Exception):
    """What has arrived is wrong and must be deleted."""


@dataclass(frozen=True)
class Job:
    """One file to download; `checksum` is "" if none is known."""

    url: str
    target: Path
    checksum: str
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
        """Return whether the file has content and, if a checksum is known, the right hash."""
        return bool(size_of(path)) and has_hash(path, self.checksum)

    def check_cancelled(self) -> None:
        if self.cancelled is not None and self.cancelled():
            hint = "Choose the model again to resume the download."
            raise FetchCancelledError(f"The download of {self.name} was cancelled.", hint=hint)

    def report(self, done: int, total: int | None) -> None:
        if self.progress is not None:
            self.progress(done, total)

    def failed(self, what: str) -> WeightsError:
        place = f"Download it yourself and save it as {self.target}"
        return WeightsError(what, hint=f"{place}, then choose the model again.")


def download(job: Job) -> Path:
    """Download the file, trying a second time if it arrives truncated or damaged."""
    try:
        try:
            return _attempt(job)
        except (_CutError, _DamagedError):
            return _attempt(job)
    except (_CutError, _DamagedError) as error:
        raise job.failed(f"{error} (tried twice).") from error


def _attempt(job: Job) -> Path:
    try:
        _receive(job)
        if not job.is_whole(job.part):
            wrong = f"its hash is not {job.checksum}…" if job.checksum else "it is empty"
            raise _DamagedError(f"{job.name} arrived damaged from {job.host}: {wrong}")
    except _DamagedError:
        job.part.unlink(missing_ok=True)
        job.etag.unlink(missing_ok=True)
        raise
    os.replace(job.part, job.target)
    job.etag.unlink(missing_ok=True)
    return job.target


def _receive(job: Job) -> None:
    """Download into `.part` until it has the length the server announced."""
    kept = _resumable(job)
    stream = Stream(job.url, _headers(job, kept), job.timeout, job.check_cancelled)
    try:
        answer = _answer(job, stream)
        kept = _start_of_body(job, answer, kept)
        total = _total(job, answer, kept)
        _remember_version(job, answer)
        done = _append(job, stream, kept, total)
    finally:
        stream.close()
    if total is not None and done != total:
        raise _CutError(f"The download of {job.name} was cut off at {done:,} of {total:,} bytes")


def _append(job: Job, stream: Stream, kept: int, total: int | None) -> int:
    """Write the body after the first `kept` bytes and return the file's length."""
    done, reported = kept, time.monotonic()
    job.report(done, total)
    with job.part.open("ab" if kept else "wb") as file:
        for chunk in _body(job, stream):
            file.write(chunk)
            done += len(chunk)
            if time.monotonic() - reported >= POLL:
                job.report(done, total)
                reported = time.monotonic()
        file.flush()
        os.fsync(file.fileno())  # the rename must not reach the disk before the bytes do
    job.report(done, total)
    return done


def _body(job: Job, stream: Stream) -> Iterator[bytes]:
    chunks = stream.chunks()
    while True:
        try:
            chunk = next(chunks, b"")
        except TimeoutError as error:
            raise job.failed(f"{job.host} sent nothing for {job.timeout:g} s.") from error
        except (OSError, HTTPException) as error:
            raise _CutError(f"The download of {job.name} was cut off: {reason(error)}") from error
        if not chunk:
            return
        yield chunk


def _answer(job: Job, stream: Stream) -> HTTPResponse:
    """Return the response, which is the file or a part of it; raise for anything else."""
    try:
        answer = stream.answer()
    except HTTPError as error:
        error.close()
        raise _refusal(job, error) from error
    except (OSError, HTTPException) as error:
        why = f"{job.host} cannot be reached ({reason(error)})"
        raise job.failed(f"{job.name} was not downloaded: {why}.") from error
    if answer.headers.get_content_type() == "text/html":  # such as a proxy's login page
        raise job.failed(f"{job.host} answered with a web page instead of {job.name}.")
    return answer


def _refusal(job: Job, error: HTTPError) -> Exception:
    if error.code == 416:
        return _DamagedError(f"{job.host} cannot resume {job.name} from the partial file")
    if error.code in (404, 410):
        return job.failed(f"{job.host} has no {job.name} (HTTP {error.code}).")
    return job.failed(f"{job.host} refused {job.name}: HTTP {error.code} {error.reason}.")


def _resumable(job: Job) -> int:
    """Return how much of `.part` to keep: all of it if a hash or ETag can prove it right, or 0."""
    return size_of(job.part) if job.checksum or size_of(job.etag) else 0


def _headers(job: Job, kept: int) -> dict[str, str]:
    headers = {"User-Agent": "gradcam-explorer", "Accept-Encoding": "identity"}
    if kept:
        headers["Range"] = f"bytes={kept}-"
        if size_of(job.etag):
            headers["If-Range"] = job.etag.read_text(encoding="latin-1")
    return headers


def _start_of_body(job: Job, answer: HTTPResponse, kept: int) -> int:
    """Return `kept` if the server resumes from there, or 0 if it sends the whole file."""
    if answer.status != 206:
        return 0
    if not answer.headers.get("Content-Range", "").startswith(f"bytes {kept}-"):
        raise _DamagedError(f"{job.host} sent the wrong part of {job.name}")
    return kept


def _total(job: Job, answer: HTTPResponse, kept: int) -> int | None:
    """Return the whole file's length; None if only its hash or chunked framing reveals a cut."""
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and len(length) < 20:
        return kept + int(length)
    if not job.checksum and not answer.headers.get("Transfer-Encoding"):
        raise job.failed(
            f"{job.host} does not say how long {job.name} is, so a cut could go unnoticed."
        )
    return None


def _remember_version(job: Job, answer: HTTPResponse) -> None:
    """Store a strong ETag; a weak one does not promise the same bytes (RFC 9110, 13.1.5)."""
    etag = answer.headers.get("ETag", "")
    if etag.startswith('"'):
        job.etag.write_text(etag, encoding="latin-1")
    else:
        job.etag.unlink(missing_ok=True)
