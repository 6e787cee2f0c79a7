"""Find weights on this machine, or download them so that the cache only ever holds whole files.

A download is written to `<name>.part` and renamed only once its length and hash are right.
`<name>.part.etag` records the version the server was sending, so that a later call can resume;
`<name>.lock` keeps other processes from downloading the same file meanwhile.

A file that is already there is checked too, once for each size and time: it may have been cut or
replaced. One that is not what was published is never loaded but downloaded again.

GRADCAM_CACHE   folder whose `weights/` subfolder keeps the weights, instead of torch's own cache
GRADCAM_MIRROR  base address that replaces the scheme and host of every download

Models on the Hugging Face hub are kept and fetched by `gradcam.weights.hub` instead.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from gradcam.errors import GradcamWarning, WeightsError
from gradcam.text import megabytes
from gradcam.types import ModelSpec
from gradcam.weights import hub
from gradcam.weights.download import (
    Cancelled,
    FetchCancelledError,
    Job,
    Progress,
    download,
)
from gradcam.weights.known import (
    DamagedWeightsError,
    blob_is_whole,
    distrust,
    has_hash,
    is_distrusted,
    size_of,
)
from gradcam.weights.places import at_home
from gradcam.weights.stream import POLL, reason

__all__ = [
    "DamagedWeightsError",
    "FetchCancelledError",
    "damaged",
    "fetch",
    "fetch_weights",
    "find",
    "weights_folder",
]


def weights_folder() -> Path:
    """Return the download folder: `$GRADCAM_CACHE/weights`, or torch's own hub checkpoints.

    Raises WeightsError if it lies in a home folder and there is none.
    """
    if cache := os.environ.get("GRADCAM_CACHE"):
        return at_home(cache) / "weights"
    return _torch_folder()


def find(spec: ModelSpec) -> Path | None:
    """Find the weights of `spec` in our folder or its framework's; None if they are in neither.

    For a model on the Hugging Face hub, that is the folder in the hub's own cache. What was found
    damaged is not found again.
    """
    if hub.is_on_hub(spec):
        folder = hub.find_folder(spec)
        return folder if folder and not any(map(is_distrusted, hub.files_in(folder))) else None
    if not spec.filename:
        return None
    theirs = _keras_folder if spec.framework == "keras" else _torch_folder
    places = (folder / spec.filename for folder in _existing(weights_folder, theirs))
    return next((path for path in places if size_of(path) and not is_distrusted(path)), None)


def begun() -> frozenset[str]:
    """Return the names of all files, whole or not, in our folder and in the frameworks'."""
    names: set[str] = set()
    for folder in _existing(weights_folder, _torch_folder, _keras_folder):
        with suppress(OSError):
            names.update(os.listdir(folder))
    return frozenset(names)


def fetch_weights(
    spec: ModelSpec,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    signed_in: bool = True,
) -> Path:
    """Return the path of a model's weights, downloading them if needed.

    `signed_in` and more errors are described in `hub.fetch_folder`, the others in `fetch`.

    Raises
    ------
    DamagedWeightsError : they are on this machine but not those that were published, and
        `cancelled` says that nothing is to be downloaded now, or the download failed.

    Warns
    -----
    GradcamWarning : so it was, and they were downloaded again.
    """
    wrong = None
    while found := find(spec):
        if _is_right(spec, found):
            return found
        wrong = damaged(spec, found)
    if wrong is None:
        return _download(spec, progress, cancelled, signed_in=signed_in)
    if cancelled is not None and cancelled():
        raise wrong
    try:
        path = _download(spec, progress, cancelled, signed_in=signed_in)
    except FetchCancelledError:
        raise
    except WeightsError as error:
        raise DamagedWeightsError(f"{wrong.message} {error.message}", hint=error.hint) from error
    warnings.warn(f"{wrong.message} It was downloaded again.", GradcamWarning, stacklevel=3)
    return path


def damaged(spec: ModelSpec, path: Path, why: str = "") -> DamagedWeightsError:
    """Return the error of weights that are not those of `spec`, and do not find them again.

    path : the file, or the hub's folder.
    why : what is wrong with them, if it is not their hash.
    """
    wrong = [path]
    if path.is_dir():
        wrong = [file for file in hub.files_in(path) if not blob_is_whole(file)]
    for file in wrong:
        distrust(file)
    size = f" ({megabytes(spec.download_bytes)})" if spec.download_bytes else ""
    what, why = wrong[0] if wrong else path, why or "it was cut, replaced or damaged since"
    return DamagedWeightsError(
        f"{what} is not what was published: {why}.",
        hint=f"Choose the model again to download it anew{size}.",
    )


def _is_right(spec: ModelSpec, found: Path) -> bool:
    try:
        if hub.is_on_hub(spec):
            return all(map(blob_is_whole, hub.files_in(found)))
        return has_hash(found, spec.checksum)
    except OSError as error:
        raise WeightsError(
            f"{found} cannot be read: {reason(error)}.",
            hint="Make it readable for the user this runs as, or delete it.",
        ) from error


def _download(
    spec: ModelSpec, progress: Progress | None, cancelled: Cancelled | None, *, signed_in: bool
) -> Path:
    if hub.is_on_hub(spec):
        return hub.fetch_folder(spec, progress=progress, cancelled=cancelled, signed_in=signed_in)
    return fetch(
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
    """Download a file unless it is already there.

    Several threads and processes may call this at once: one downloads, the others wait. A download
    that arrives truncated or damaged is tried once more.

    Parameters
    ----------
    url : an http or https address.
    filename : the file's name in `folder`, without a path.
    folder : created if needed; default `weights_folder()`.
    checksum : "sha256:" or "md5:" and the hash in hexadecimal, or its first digits. A file that is
        already there must match too. Keras publishes MD5, which detects damage but not tampering.
    progress : called in this thread with (bytes so far, total bytes or None) at the start, at the
        end, and about ten times a second in between.
    timeout : seconds without data after which the download fails.
    cancelled : polled about ten times a second, even while the server is silent.

    Returns
    -------
    The file's path, `folder / filename`.

    Raises
    ------
    WeightsError : the server cannot be reached, refuses or stalls, the file arrives truncated or
        damaged twice, the disk cannot hold it, or `url`, `filename` or `checksum` is malformed.
    FetchCancelledError : `cancelled` returned True.
    """
    if Path(filename).name != filename or filename in ("", ".."):
        raise WeightsError(f"{filename!r} is not a plain file name.")
    if checksum and not re.fullmatch(r"(sha256|md5):[0-9a-f]{8,64}", checksum):
        raise WeightsError(
            f"{checksum!r} is not a known kind of checksum.",
            hint='Use "sha256:" or "md5:" and at least eight hexadecimal digits.',
        )
    target = (folder or weights_folder()) / filename
    job = Job(_address(url), target, checksum, timeout, progress, cancelled)
    try:
        if job.is_whole(target):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(job):
            # Another process may have finished the download while this one waited.
            return target if job.is_whole(target) else download(job)
    except OSError as error:
        raise WeightsError(
            f"{target} cannot be written: {reason(error)}.",
            hint="Free some space there or set GRADCAM_CACHE to another folder, then try again.",
        ) from error


@contextmanager
def _locked(job: Job) -> Iterator[None]:
    """Hold the file's lock; its holder cannot stall, so waiting for it needs no timeout."""
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
    """Return `url`, or the same path on the mirror."""
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


def _existing(*folders: Callable[[], Path]) -> Iterator[Path]:
    """Yield folders, without those that lie in a home that does not exist."""
    for folder in folders:
        with suppress(WeightsError):
            yield folder()


def _keras_folder() -> Path:
    """Return where Keras keeps its downloads, without importing Keras."""
    return at_home(os.environ.get("KERAS_HOME") or "~/.keras") / "models"


def _torch_folder() -> Path:
    """Return torch.hub.get_dir() + "/checkpoints" without importing torch."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("TORCH_HOME") or os.path.join(cache, "torch")
    return at_home(home) / "hub" / "checkpoints"
