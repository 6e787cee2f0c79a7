"""Whether a file of weights is the one that was published: read once for each size and time.

A file in the cache may have been cut, replaced or damaged since it was downloaded. Its hash is
taken the first time that a process loads it, and kept for as long as its size and time stay.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from pathlib import Path
from threading import Lock

from gradcam.errors import WeightsError

_SETTLED = 2.0  # seconds after which a file's time would show that it was written again
_MOST = 4096
_Stamp = tuple[int, int, int, int]
_HASHES: dict[tuple[_Stamp, str], str] = {}
_DISTRUSTED: dict[_Stamp, None] = {}
_LOCK = Lock()


class DamagedWeightsError(WeightsError):
    """Weights on this machine are not those that were published; to be downloaded again."""


def size_of(path: Path) -> int:
    """Return the file's size in bytes; 0 if there is no such file, or none that can be seen."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def file_hash(path: Path, algorithm: str = "sha256") -> str:
    """Return the hash of a file's bytes, in hexadecimal."""
    before = _stamp(path)
    with _LOCK:
        if before is not None and (before, algorithm) in _HASHES:
            return _HASHES[before, algorithm]
    with path.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).hexdigest()
    settled = before is not None and time.time() - before[3] / 1e9 > _SETTLED
    if before is not None and settled and before == _stamp(path):
        with _LOCK:
            _HASHES[before, algorithm] = found
            while len(_HASHES) > _MOST:
                del _HASHES[next(iter(_HASHES))]
    return found


def has_hash(path: Path, checksum: str) -> bool:
    """Return whether the file's hash begins as `checksum` says, "sha256:…" or "md5:…"."""
    algorithm, _, start = checksum.partition(":")
    return not start or file_hash(path, algorithm).startswith(start)


def blob_is_whole(path: Path) -> bool:
    """Return whether a file in the hub's cache is what was downloaded.

    Large ones are called by their SHA-256 there. Of small ones, which mirrors call by many names,
    the settings must at least be JSON.
    """
    name = path.resolve().name
    if re.fullmatch("[0-9a-f]{64}", name):
        return file_hash(path) == name
    if path.suffix != ".json":
        return True
    try:
        json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError):
        return False
    return True


def distrust(path: Path) -> None:
    """Remember that the file, as it is now, is not to be loaded."""
    if (stamp := _stamp(path)) is not None:
        with _LOCK:
            _DISTRUSTED[stamp] = None


def is_distrusted(path: Path) -> bool:
    """Return whether the file was found wrong, and has not been written again since."""
    return bool(_DISTRUSTED) and _stamp(path) in _DISTRUSTED


def _stamp(path: Path) -> _Stamp | None:
    """Return what changes when a file is replaced or written to."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
