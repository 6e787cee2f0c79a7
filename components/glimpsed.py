"""What is known so far of a session's many photos, and the job that finds out more.

Nothing here is shared between sessions: the photos' small copies leave with theirs.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import partial

import streamlit as st

from gradcam import Classifier, GradcamError, Request
from gradcam.many import Glimpse, Read, glimpses
from gradcam.preprocess import recorded
from gradcam.types import Prediction
from gradcam.watch import Cancelled, Progress, Watch

from .jobs import Job, answers
from .pictures import Source
from .sheet import Tile, pack
from .turns import turns

log = logging.getLogger("gradcam.explorer")
_CHUNK = 24  # photos sent together at most
_LATER = 1.5  # seconds after which fewer are sent
_KEPT = 3  # sheets of a session: of other models, layers or methods


def unsure(predictions: Sequence[Prediction]) -> bool:
    return len(predictions) > 1 and predictions[0].probability - predictions[1].probability < 0.1


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
        self._since = 0.0

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
        make = partial(self._explain, clf, request, photos)
        self._job = answers().ask(key, title, make, total=len(photos))
        return self._job

    def _explain(
        self,
        clf: Classifier,
        request: Request,
        photos: Sequence[Source],
        progress: Progress,
        cancelled: Cancelled,
    ) -> None:
        """Explain what is missing; the job's `make`."""
        missing = self.missing(photos)
        reads: list[Read] = [photo.read for photo in missing]
        done = len(photos) - len(missing)
        self._since = time.monotonic()
        try:
            found = glimpses(clf, reads, request, Watch(cancelled=cancelled, turn=turns().slice))
            for n, (photo, one) in enumerate(zip(missing, found, strict=True), 1):
                self._keep(photo, one)
                progress(done + n, len(photos))
        finally:
            self._send()

    def _keep(self, photo: Source, found: Glimpse | GradcamError) -> None:
        if isinstance(found, GradcamError):
            log.warning("%s: %s", photo.name, found, exc_info=found)
            self.failed[photo.id] = found
            return
        close = unsure(found.predictions)
        self.predictions[photo.id] = found.predictions
        if close:
            self.unsure.add(photo.id)
        self._waiting.append(Tile(photo.id, found, close))
        count = len(self._waiting)
        # The later, the more at once, so that slow methods do not make hundreds of chunks.
        late = time.monotonic() - self._since > _LATER and count * 8 >= len(self.predictions)
        if count >= _CHUNK or late:
            self._send()

    def _send(self) -> None:
        if self._waiting:
            ids = frozenset(tile.id for tile in self._waiting)
            self.chunks.append((ids, pack(self.token, self._waiting)))
        self._waiting, self._since = [], time.monotonic()

    def fed(self, photos: Iterable[Source]) -> Iterator[tuple[int, bytes]]:
        """Yield the chunks that hold any of these photos, with their numbers."""
        ids = {photo.id for photo in photos}
        for number, (held, chunk) in enumerate(list(self.chunks)):
            if held & ids:
                yield number, chunk


def glimpsed(clf: Classifier, request: Request) -> Glimpsed:
    """Return what this session knows by this model and request."""
    model = (clf.id, clf.digest, recorded(clf.preprocessing), hash(clf.labels))
    return _glimpsed(model, request)


@st.cache_resource(
    max_entries=_KEPT, show_spinner=False, scope="session", hash_funcs={Request: repr}
)
def _glimpsed(model: Hashable, request: Request) -> Glimpsed:  # noqa: ARG001 - the key
    return Glimpsed()
