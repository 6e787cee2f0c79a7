"""Find or download a model's files on the Hugging Face hub, in the cache of `huggingface_hub`.

What is transferred is up to that library, with its own variables: HF_HOME and HF_HUB_CACHE for the
folder, HF_ENDPOINT for a mirror, HF_HUB_OFFLINE, and HF_TOKEN for models that ask for a login.
Only settings (JSON) and safetensors are ever asked for, so nothing in a model is run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

from gradcam.catalogue.hub import SCHEME
from gradcam.errors import CancelledError, WeightsError
from gradcam.types import ModelSpec
from gradcam.weights.download import FetchCancelledError
from gradcam.weights.hub_errors import explained
from gradcam.weights.hub_files import (
    CONFIG,
    INDEX,
    PROCESSOR,
    PROCESSORS,
    TOKENIZERS,
    WEIGHTS,
    HubFile,
    all_needed,
    first_needed,
    has_tokenizer,
    require_room,
    require_supported,
    shards_in,
)
from gradcam.weights.known import file_hash, is_distrusted
from gradcam.weights.places import at_home
from gradcam.weights.stream import POLL

_TIMEOUT = 10.0  # seconds for the list of a model's files
Progress = Callable[[int, int | None], None]
Cancelled = Callable[[], bool]


def is_on_hub(spec: ModelSpec) -> bool:
    """Return whether the model's files are downloaded from the hub."""
    return spec.url.startswith(SCHEME)


def hub_folder() -> Path:
    """Return the cache of `huggingface_hub`, by its own rule but without importing it.

    Raises WeightsError if it lies in a home folder and there is none.
    """
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if folder := os.environ.get(variable):
            return at_home(os.path.expandvars(folder))
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("HF_HOME") or os.path.join(cache, "huggingface")
    return at_home(os.path.expandvars(home)) / "hub"


def addresses() -> frozenset[str]:
    """Return the addresses of the models of which anything is in the cache."""
    try:
        names = os.listdir(hub_folder())
    except (OSError, WeightsError):
        return frozenset()
    repos = (name.removeprefix("models--").replace("--", "/") for name in names)
    return frozenset(SCHEME + repo for repo in repos)


def find_folder(spec: ModelSpec) -> Path | None:
    """Return the folder with all of the model's files, or None if one is not on this machine.

    A timm model needs its weights alone, because timm knows the rest; another also its settings.
    """
    repo = _repo(spec)
    try:
        if not (hub_folder() / f"models--{repo.replace('/', '--')}").is_dir():
            return None  # the usual case in a long list, decided without importing anything
    except (OSError, WeightsError):
        return None
    if spec.source == "timm":
        weights = _cached(repo, WEIGHTS)
        return weights.parent if weights else None
    config = _cached(repo, CONFIG)
    if config is None or not _has_weights(config.parent):
        return None
    if _reads_texts(config) and not _has_tokenizer(config.parent):
        return None
    # A cache that another program filled may lack just the processor, which must not be guessed.
    known = all(_cached(repo, name, absent_too=True) for name in PROCESSORS)
    return config.parent if known or _cached(repo, PROCESSOR) else None


def files_in(folder: Path) -> list[Path]:
    """Return the files in a model's folder that are read: its settings and its weights."""
    names = {CONFIG, INDEX, *PROCESSORS, *TOKENIZERS}
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return []
    return [one for one in found if one.name in names or one.suffix == ".safetensors"]


def size_of_folder(spec: ModelSpec, *, signed_in: bool = True) -> int:
    """Return the size of all of the model's files in bytes; only its settings are downloaded.

    The parameters and errors are those of `fetch_folder`.
    """
    transfer = _Transfer(spec, signed_in=signed_in)
    try:
        return sum(file.size for file in transfer.needed())
    except Exception as error:
        raise explained(error, transfer.repo, transfer.cache, signed_in=signed_in) from error


def fetch_folder(
    spec: ModelSpec,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    signed_in: bool = True,
) -> Path:
    """Download the model's missing files and return the folder that holds all of them.

    Settings come first. A model that could not be loaded, that is larger than
    `hub_files.LARGEST`, or for which the disk has no room is refused before its weights.

    Parameters
    ----------
    progress : called in this thread with (bytes so far, total bytes).
    cancelled : polled about ten times a second, even while the hub is silent.
    signed_in : whether this machine's login, or HF_TOKEN, may be used. False on behalf of others.

    Raises
    ------
    ModelError : it is neither an image classifier nor a CLIP or SigLIP.
    WeightsError : the hub cannot be reached, has no such model, asks for a login, or has no
        safetensors for it; it is too large; a file arrives damaged twice; the disk is full.
    FetchCancelledError : `cancelled` returned True. Whole files are kept for the next call.
    """
    transfer = _Transfer(spec, signed_in=signed_in)
    thread = Thread(target=transfer.run, name=f"fetch {spec.url}", daemon=True)
    thread.start()
    # The library can neither be interrupted nor report from this thread, so it gets its own.
    while thread.is_alive():
        thread.join(POLL)
        if cancelled is not None and cancelled():
            transfer.stop.set()
            raise FetchCancelledError(
                f"The download of {transfer.repo} was cancelled.",
                hint="Choose the model again to download it.",
            )
        if progress is not None and transfer.total:
            progress(transfer.done, transfer.total)
    if transfer.error is not None:
        raise transfer.error
    assert transfer.folder is not None
    return transfer.folder


class _Transfer:
    """One model's download: run on a thread of its own, watched from another."""

    def __init__(self, spec: ModelSpec, *, signed_in: bool) -> None:
        self.repo = _repo(spec)
        self.cache = hub_folder()  # asked here, because it may be nowhere
        self.timm = spec.source == "timm"
        self.signed_in = signed_in
        self.stop = Event()
        self.done, self.total = 0, 0
        self.folder: Path | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Download; afterwards `folder` or `error` is set."""
        try:
            self.folder = self._download()
        except Exception as error:  # raised again, in words, in the caller's thread
            self.error = explained(error, self.repo, self.cache, signed_in=self.signed_in)

    def needed(self) -> list[HubFile]:
        """Return the files to download, weights last, after fetching the settings that say so."""
        listed = self._listed()
        here = {
            file.name: self._get(file) for file in first_needed(listed, self.repo, timm=self.timm)
        }
        if not self.timm:
            require_supported(here[CONFIG], listed, self.repo)
        return all_needed(listed, here.get(INDEX), self.repo, timm=self.timm)

    def _download(self) -> Path:
        files = self.needed()
        missing = (file.size for file in files if not _cached(self.repo, file.name))
        require_room(sum(missing), hub_folder(), self.repo)
        self.done, self.total = 0, sum(file.size for file in files)
        for file in files:
            path = self._get(file)
        if not self.timm:
            for name in set(PROCESSORS) - {file.name for file in files}:
                self._remember_missing(name)
        return path.parent

    def _listed(self) -> dict[str, HubFile]:
        """Ask the hub which files the model has."""
        from huggingface_hub import HfApi

        info = HfApi(endpoint=_endpoint(), token=self._token()).model_info(
            self.repo, files_metadata=True, timeout=_TIMEOUT
        )
        return {
            sibling.rfilename: HubFile(
                sibling.rfilename, sibling.size or 0, sibling.lfs.sha256 if sibling.lfs else ""
            )
            for sibling in info.siblings or ()
        }

    def _token(self) -> bool | None:
        """None stands for the library's own way to find one."""
        return None if self.signed_in else False

    def _get(self, file: HubFile) -> Path:
        """Download one file; one that arrives damaged is tried once more."""
        self._drop_damaged(file.name)
        for attempt in range(2):
            before = self.done
            path = self._fetch(file.name)
            self.done = before + file.size
            if not file.sha256 or file_hash(path) == file.sha256:
                return path
            path.resolve().unlink()
            path.unlink(missing_ok=True)
            self.done = before * (attempt == 0)
        raise WeightsError(
            f"{file.name} of {self.repo} arrived damaged (tried twice).",
            hint="Choose the model again to download it anew.",
        )

    def _drop_damaged(self, name: str) -> None:
        """Delete a file that was found wrong, which the library would take from its cache."""
        here = _cached(self.repo, name)
        if here is not None and is_distrusted(here):
            here.resolve().unlink(missing_ok=True)
            here.unlink(missing_ok=True)

    def _fetch(self, name: str) -> Path:
        from huggingface_hub import hf_hub_download

        how: dict[str, Any] = {"endpoint": _endpoint(), "token": self._token()}
        path = hf_hub_download(
            self.repo, name, cache_dir=hub_folder(), tqdm_class=self._bar(), **how
        )
        return Path(path)

    def _remember_missing(self, name: str) -> None:
        """Ask for a file that is not listed, so that the cache records that there is none."""
        from huggingface_hub.errors import RemoteEntryNotFoundError

        try:
            self._fetch(name)
        except RemoteEntryNotFoundError:
            return

    def _bar(self) -> type[Any]:
        """A progress bar that draws nothing: it counts for `done`, and stops the transfer."""
        from tqdm import tqdm

        transfer = self

        class Bar(tqdm):  # type: ignore[type-arg]
            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **{**options, "disable": True})

            def update(self, n: float | None = 1) -> None:
                transfer.done += int(n or 0)
                if transfer.stop.is_set():
                    raise CancelledError("Cancelled.")

            def update_transfer(self, n: float) -> None:
                """Bytes on the wire, which Xet counts apart from those of the file."""

        return Bar


def _repo(spec: ModelSpec) -> str:
    return spec.url.removeprefix(SCHEME)


def _endpoint() -> str | None:
    return os.environ.get("HF_ENDPOINT") or None


def _cached(repo: str, name: str, *, absent_too: bool = False) -> Path | None:
    """Return a file's path in the cache; with `absent_too`, also if it is known not to exist."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repo, name, cache_dir=hub_folder())
    if isinstance(found, str):
        return Path(found)
    return Path(name) if absent_too and found is not None else None


def _reads_texts(config: Path) -> bool:
    try:
        return "text_config" in json.loads(config.read_text("utf-8"))
    except (OSError, ValueError, TypeError):
        return False


def _has_tokenizer(folder: Path) -> bool:
    return has_tokenizer(file.name for file in folder.iterdir())


def _has_weights(folder: Path) -> bool:
    if (folder / WEIGHTS).is_file():
        return True
    try:
        shards = shards_in(folder / INDEX, folder.name)
    except WeightsError:
        return False
    return all((folder / shard).is_file() for shard in shards)
