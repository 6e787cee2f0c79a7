"""What is known so far of a session's many photos, and the job that finds out more.

Nothing here is shared between sessions: the photos' small copies leave with theirs.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import partial
from threading import Lock

import streamlit as st

from gradcam import Classifier, GradcamError, Request
from gradcam.certainty import unsure
from gradcam.many import SIDE, Glimpse, Read, glimpses
from gradcam.prepared import Prepared, prepare
from gradcam.preprocess import recorded
from gradcam.types import Fit, Prediction
from gradcam.watch import Cancelled, Progress, Watch

from . import state
from .engine import identity, inputs
from .jobs import Job, Visitor, sheets
from .pictures import Source
from .sheet import Tile, pack
from .turns import turns

log = logging.getLogger("gradcam.explorer")
_CHUNK = 24  # photos sent together at most
_SHARE = 8  # fewer are sent only if they are this fraction of all there is, to keep chunks few
_FITTED = 64  # photos, up to which another layer or method needs none of them decoded again
_KEPT = 3  # sheets of a session: of other models, layers or methods


class Glimpsed:
    """The photos glimpsed by one model for one request, as they come.

    token : tells this sheet's photos from others' in the browser.
    chunks : what to send to the browser, each once and unchanged, with the ids of its photos.
    predictions : of each photo, best first, by its id.
    failed : why a photo could not be explained, by its id.
    """

    def __init__(self) -> None:
        self.token = secrets.token_hex(6)
        self.chunks: list[tuple[frozenset[str], bytes]] = []
        self.predictions: dict[str, tuple[Prediction, ...]] = {}
        self.unsure: set[str] = set()
        self.failed: dict[str, GradcamError] = {}
        self._job: Job | None = None
        self._waiting: list[Tile] = []
        self._lock = Lock()

    def missing(self, photos: Iterable[Source]) -> list[Source]:
        """Return the photos that nothing is known of yet."""
        return [p for p in photos if p.id not in self.predictions and p.id not in self.failed]

    def work(self, clf: Classifier, request: Request, photos: Sequence[Source]) -> Job | None:
        """Return the job that explains what is missing, starting it if needed; None if all is done.

        It may have been stopped, or have failed for a reason that affects every photo.
        """
        missing = self.missing(photos)
        if not missing:
            return None
        key = (self.token, hash(tuple(photo.id for photo in photos)))
        if self._job is not None and self._job.key != key:
            self._job.stop.set()
        title = f"{len(photos)} photos"
        visitor = state.visitor()
        make = partial(self._explain, clf, request, photos, visitor)
        self._job = sheets().ask(key, title, make, total=len(photos), visitor=visitor)
        return self._job

    def _explain(
        self,
        clf: Classifier,
        request: Request,
        photos: Sequence[Source],
        visitor: Visitor,
        progress: Progress,
        cancelled: Cancelled,
    ) -> None:
        """Explain what is missing; the job's `make`."""
        missing = self.missing(photos)
        reads = [_read(clf, photo, request.fit, visitor, len(photos)) for photo in missing]
        done = len(photos) - len(missing)
        found = glimpses(clf, reads, request, Watch(cancelled=cancelled, turn=turns().slice))
        for n, (photo, one) in enumerate(zip(missing, found, strict=True), 1):
            self._keep(photo, one)
            progress(done + n, len(photos))

    def _keep(self, photo: Source, found: Glimpse | GradcamError) -> None:
        if isinstance(found, GradcamError):
            log.warning("%s: %s", photo.name, found, exc_info=found)
            # Without the frames that it passed, which hold the photo.
            self.failed[photo.id] = type(found)(found.message, hint=found.hint)
            return
        close = unsure(found.predictions)
        with self._lock:
            self.predictions[photo.id] = found.predictions
            if close:
                self.unsure.add(photo.id)
            self._waiting.append(Tile(photo.id, found, close))
            if len(self._waiting) == _CHUNK:
                self._send()

    def _send(self) -> None:
        ids = frozenset(tile.id for tile in self._waiting)
        self.chunks.append((ids, pack(self.token, self._waiting)))
        self._waiting = []

    def fed(self, photos: Iterable[Source]) -> Iterator[tuple[int, bytes]]:
        """Yield the chunks that hold any of these photos, with their numbers.

        What is not enough for a chunk yet becomes one if it is the last, or much of what there is.
        """
        with self._lock:
            waiting = len(self._waiting)
            last = self._job is None or self._job.ended.is_set()
            if waiting and (last or waiting * _SHARE >= len(self.predictions)):
                self._send()
        ids = {photo.id for photo in photos}
        for number, (held, chunk) in enumerate(list(self.chunks)):
            if held & ids:
                yield number, chunk


def _read(clf: Classifier, photo: Source, fit: Fit, visitor: Visitor, count: int) -> Read:
    """Return what reads a photo; of not too many, what it was for the same model before."""
    if count > _FITTED:
        return photo.read

    def fitted() -> Prepared:
        return prepare(clf, photo.read(), fit).small(SIDE)

    key = ("glimpse", visitor, photo.id, recorded(clf.preprocessing), fit)
    return lambda: inputs().get(key, fitted, visitor)


def glimpsed(clf: Classifier, request: Request) -> Glimpsed:
    """Return what this session knows by this model and request."""
    return _glimpsed(identity(clf), request)


@st.cache_resource(
    max_entries=_KEPT, show_spinner=False, scope="session", hash_funcs={Request: repr}
)
def _glimpsed(model: Hashable, request: Request) -> Glimpsed:  # noqa: ARG001 - the key
    return Glimpsed()
