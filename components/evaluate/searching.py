"""Looking for what a model goes by: the job, where its results are, and opening them again."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from gradcam import Classifier, GradcamError, Layer
from gradcam.find import Found, find
from gradcam.find.explaining import Explain, find_rows
from gradcam.rows import Given
from gradcam.types import Fit
from gradcam.watch import Cancelled, Progress, Watch

from .. import state
from ..jobs import Job, folders
from ..turns import turns
from .sources import Photos
from .told import Told

_ABOUT = "about.json"
_ARRANGING = 0.5  # of the time that explaining takes, a rough guess for arranging the classes
_ENDS = 4096  # bytes at either end of an upload, which tell it from others of its name
_LISTED = 12  # earlier results


@dataclass(frozen=True)
class About:
    """What a result is about, written beside it.

    photos : the id of `Photos`. title : what to call them; untrusted text.
    which : a digest of the photos. at : when it was done, in seconds since 1970.
    """

    photos: str
    title: str
    count: int
    which: str
    model: str
    model_title: str
    layer: str
    method: str
    explain: Explain
    fit: Fit
    at: float = 0.0


@dataclass(frozen=True)
class Search:
    """One question: these photos, by this model, at this layer.

    place : the folder of its result, the same whenever the question is the same. Photos that come
        or go change the answer, and not the place, so that what is known of the others is used.
    """

    about: About
    place: Path
    clf: Classifier
    given: Sequence[Given]

    @classmethod
    def of(
        cls, clf: Classifier, layer: Layer, photos: Photos, explain: Explain, fit: Fit
    ) -> Search:
        """Return the question. Raises MethodError or LayerError if it cannot be asked."""
        rows = find_rows(clf, explain, layer.name, fit=fit)
        about = About(
            photos.id, photos.title, len(photos.given), which(photos.given), clf.id, clf.title,
            layer.name, rows.request.method, explain, fit,
        )  # fmt: skip
        told = hashlib.sha256(f"{rows.key} {photos.id} {photos.title}".encode()).hexdigest()
        return cls(about, results(photos.id) / told[:24], clf, photos.given)

    @property
    def known(self) -> bool:
        """Whether the answer is there already, whole and of this version."""
        found = about(self.place)
        if found is None or found.which != self.about.which:
            return False
        try:
            return opened(self.place).arranged
        except GradcamError:  # somebody removed a part of it
            return False

    def job(self) -> Job:
        """Return the job that looks for the answer, starting it if it is new."""
        title = f"Looking at {len(self.given):,} photos"
        total = round(len(self.given) * (1 + _ARRANGING))
        make = partial(_look, self)
        return folders().ask(
            self.key, title, make, total=total, visitor=state.visitor(), alone=self.place
        )

    @property
    def key(self) -> tuple[str, str]:
        """The job's key."""
        return ("find", f"{self.place} {self.about.which}")


def results(photos: str) -> Path:
    """Return the folder of all results about one kind of photos.

    Those of the server's folder are kept for everybody; those of a visitor's own photos leave with
    the session.
    """
    if photos == "folder":
        cache = os.environ.get("GRADCAM_CACHE") or Path.home() / ".cache" / "gradcam"
        return Path(cache).expanduser() / "found"
    return Path(_own().name)


def earlier() -> list[tuple[Path, About]]:
    """Return the results that can be opened again, the newest first."""
    found = [
        (place, known)
        for kind in ("folder", "own")
        for place in _inside(results(kind))
        if (known := about(place)) is not None
    ]
    return sorted(found, key=lambda one: -one[1].at)[:_LISTED]


def about(place: Path) -> About | None:
    """Return what the result in a folder is about; None if there is no finished one."""
    try:
        return About(**json.loads((place / _ABOUT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def opened(place: Path) -> Told:
    """Open a result. Raises GradcamError if it cannot be read."""
    return _opened(str(place), (place / _ABOUT).stat().st_mtime_ns)


@st.cache_resource(max_entries=2, show_spinner=False, scope="session")
def _opened(place: str, stamp: int) -> Told:  # noqa: ARG001 - a newer result is another one
    return Told(Found.open(Path(place)))


def _look(search: Search, progress: Progress, cancelled: Cancelled) -> None:
    """Explain the photos and arrange the classes; the job's `make`."""
    count = len(search.given)
    total = round(count * (1 + _ARRANGING))
    asked = search.about
    # Until it is done, what was known is about other photos.
    (search.place / _ABOUT).unlink(missing_ok=True)

    def tell(done: int, steps: int) -> None:
        """Count the classes, which come after the photos, as `_ARRANGING` of them."""
        arranged = (done - count) / (steps - count) if steps > count else 0
        progress(round(min(done, count) + (total - count) * max(0, arranged)), total)
        watch.check()

    watch = Watch(tell, cancelled, turns().slice)
    found = find(
        search.clf, search.given, search.place, explain=asked.explain, layer=asked.layer,
        method=asked.method, fit=asked.fit, watch=watch,
    )  # fmt: skip
    if not found.classes:
        raise GradcamError(
            "None of the photos could be explained.", hint="The server log says why for each."
        )
    text = json.dumps(asdict(replace(asked, at=time.time())), ensure_ascii=False)
    (search.place / _ABOUT).write_text(text, encoding="utf-8")


def which(given: Sequence[Given]) -> str:
    """Return a digest of the photos that is quick to make: names and labels, sizes and times."""
    digest = hashlib.sha256()
    for one in given:
        digest.update(f"{one.name}\0{one.label}\0{_mark(one.source)}\0".encode())
    return digest.hexdigest()


def _mark(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        ends = hashlib.sha256(source[:_ENDS] + source[-_ENDS:]).hexdigest()
        return f"{len(source)} {ends}"
    try:
        found = source.stat()
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns}"


def _inside(folder: Path) -> Sequence[Path]:
    return [place for place in folder.iterdir() if place.is_dir()] if folder.is_dir() else []


@st.cache_resource(show_spinner=False, scope="session")
def _own() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="gradcam-")
