"""Weights from the network: resumed, verified, and either whole in the cache or not there at all.

A download grows in `<name>.part` beside its target and is renamed only once its length and hash
agree. `<name>.part.etag` remembers which version of the file the server was sending, so that a
later call may go on from there; `<name>.lock` keeps other processes out meanwhile.

GRADCAM_CACHE   folder to keep weights in (its `weights/` subfolder) instead of torch's own cache
GRADCAM_MIRROR  base address that replaces the scheme and host of every download
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from gradcam.errors import WeightsError
from gradcam.types import ModelSpec
from gradcam.weights.download import (
    Cancelled,
    FetchCancelledError,
    Job,
    Progress,
    download,
    size_of,
)
from gradcam.weights.stream import POLL, reason

__all__ = ["FetchCancelledError", "fetch", "fetch_weights", "find", "weights_folder"]


def weights_folder() -> Path:
    """Where downloads go: `$GRADCAM_CACHE/weights`, or else torch's own hub checkpoints."""
    if cache := os.environ.get("GRADCAM_CACHE"):
        return Path(cache).expanduser() / "weights"
    return _torch_folder()


def find(spec: ModelSpec) -> Path | None:
    """The weights of `spec` on this machine, in our folder or in its framework's; or None."""
    if not spec.filename:
        return None
    theirs = _keras_folder() if spec.framework == "keras" else _torch_folder()
    places = (folder / spec.filename for folder in (weights_folder(), theirs))
    return next((path for path in places if size_of(path)), None)


def fetch_weights(
    spec: ModelSpec, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Path:
    """The weights of a catalogue row, downloaded if they are not here; errors as of `fetch`."""
    return find(spec) or fetch(
        spec.url, spec.filename, checksum=spec.checksum, progress=progress, cancelled=cancelled
    )


def fetch(
    url: str,
    filename: str,
    *,
    folder: Path | None = None,
    checksum: str = "",
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
    checksum : "sha256:" or "md5:" and the hash in hexadecimal, or its beginning; a file already
        there must match it too. Keras publishes MD5, which tells damage but not malice.
    progress : called in this thread with (bytes so far, bytes in all or None), at the start, at
        the end and about ten times a second between.
    timeout : the longest silence in seconds to put up with, from the server or on the way to it.
    cancelled : asked about ten times a second, also while the server is silent.

    Raises
    ------
    WeightsError : unreachable, refused, stalled, cut or damaged twice, the disk cannot take it, or
        `filename` or `checksum` is not one.
    FetchCancelledError : `cancelled` returned True.
    """
    if Path(filename).name != filename or filename in ("", ".."):
        raise WeightsError(f"{filename!r} is not a plain file name.")
    if checksum and not re.fullmatch(r"(sha256|md5):[0-9a-f]{8,64}", checksum):
        raise WeightsError(f"{checksum!r} is no checksum known here.")
    target = (folder or weights_folder()) / filename
    job = Job(_address(url), target, checksum, timeout, progress, cancelled)
    try:
        if job.is_whole(target):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with _only_one(job):
            # Another process may have finished it while this one waited.
            return target if job.is_whole(target) else download(job)
    except OSError as error:
        raise WeightsError(
            f"{target} cannot be written: {reason(error)}.",
            hint="Make room there or set GRADCAM_CACHE to another folder, then try again.",
        ) from error


@contextmanager
def _only_one(job: Job) -> Iterator[None]:
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


def _keras_folder() -> Path:
    """Where Keras keeps downloads, without importing it to ask."""
    return Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser() / "models"


def _torch_folder() -> Path:
    """torch.hub.get_dir() + "/checkpoints", without importing torch to ask."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("TORCH_HOME") or os.path.join(cache, "torch")
    return Path(home).expanduser() / "hub" / "checkpoints"
