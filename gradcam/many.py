"""Explaining hundreds of photos: read ahead, small batches, and little kept of each.

Of a photo that has been explained only a small JPEG, its predictions and one map stay in memory,
whatever its size: reading and fitting it to the model happen in other threads, which drop it.
"""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from PIL import Image

from gradcam.answer import answer, resolve
from gradcam.backends import Classifier
from gradcam.batches import chunks, photos_at_once
from gradcam.errors import (
    CancelledError,
    ClassError,
    GradcamError,
    LayerError,
    MethodError,
    ModelError,
)
from gradcam.explanation import Explanation
from gradcam.images import ImageSource
from gradcam.prepared import Prepared, prepare
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.types import Prediction
from gradcam.watch import Watch

SIDE = 320  # pixels of the longer side of the small copy
_QUALITY = 85
# On a processor, larger batches are hardly faster, and with these the first results come at once.
_BATCH = 8
_THREADS = min(4, os.cpu_count() or 1)
Task = TypeVar("Task")
Found = TypeVar("Found")
Read = Callable[[], ImageSource | Prepared]


@dataclass(frozen=True, eq=False)
class Glimpse:
    """What a contact sheet shows of one photo.

    jpeg : a small copy, its longer side at most `SIDE` pixels.
    predictions : the most probable classes, best first.
    map : the map of the first of the request's classes, placed on the photo at its own size.
    """

    jpeg: bytes
    predictions: tuple[Prediction, ...]
    map: SaliencyMap


def glimpses(
    clf: Classifier, photos: Iterable[Read], request: Request, watch: Watch | None = None
) -> Iterator[Glimpse | GradcamError]:
    """Explain many photos with bounded memory; yield a glimpse or an error for each, in order.

    Parameters
    ----------
    photos : functions that return a photo in any form that `gradcam.read_image` takes, or fitted to
        this model. Each is called in another thread when the photo is nearly due.
    watch : its `cancelled` is asked before every batch, and within slow methods.

    Raises
    ------
    LayerError, ClassError, MethodError, ModelError : errors that affect every photo.
    CancelledError : `watch` says so.
    """
    request = resolve(request, clf)
    size = min(_BATCH, photos_at_once(clf, request))

    def ready(photo: Read) -> Prepared | GradcamError:
        try:
            found = photo()
            fitted = found if isinstance(found, Prepared) else prepare(clf, found, request.fit)
            return fitted.small(SIDE)
        except Exception as error:
            return _one_error(error)

    with ThreadPoolExecutor(_THREADS, "gradcam") as pool:
        try:
            reading = (future.result() for _, future in read_ahead(pool, ready, photos, size))
            for batch in chunks(reading, size):
                if watch is not None:
                    watch.check()
                yield from _explained(clf, batch, request, watch)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def explain_photos(
    clf: Classifier,
    request: Request,
    photos: Sequence[ImageSource | Prepared],
    watch: Watch | None = None,
) -> Sequence[Explanation | Exception]:
    """Return an explanation or an error for each photo, in one forward pass if all succeed.

    Raises
    ------
    LayerError, ClassError, MethodError, ModelError : errors that affect every photo.
    CancelledError : `watch` says so.
    """
    try:
        return answer(clf, photos, request, watch)
    except (LayerError, ClassError, MethodError, ModelError, CancelledError):
        raise
    except Exception as error:
        # Retry one by one: a single photo may have failed, or the batch may not fit in memory.
        if len(photos) == 1:
            return [error]
        return [one for photo in photos for one in explain_photos(clf, request, [photo], watch)]


def read_ahead(
    pool: ThreadPoolExecutor,
    read: Callable[[Task], Found],
    tasks: Iterable[Task],
    ahead: int,
) -> Iterator[tuple[Task, Future[Found]]]:
    """Yield each task with what `read` makes of it, in order, at most `ahead` in advance."""
    source = iter(tasks)
    reading = deque((task, pool.submit(read, task)) for task in islice(source, ahead))
    while reading:
        yield reading.popleft()
        reading.extend((task, pool.submit(read, task)) for task in islice(source, 1))


def _explained(
    clf: Classifier,
    batch: Sequence[Prepared | GradcamError],
    request: Request,
    watch: Watch | None,
) -> Iterator[Glimpse | GradcamError]:
    good = [one for one in batch if isinstance(one, Prepared)]
    found = iter(explain_photos(clf, request, good, watch) if good else ())
    for one in batch:
        yield _glimpse(next(found)) if isinstance(one, Prepared) else one


def _one_error(error: Exception) -> GradcamError:
    """Return the error of one photo, which must not end the others."""
    if isinstance(error, GradcamError):
        return error
    found = GradcamError("The photo could not be explained.", hint="The server log says why.")
    found.__cause__ = error
    return found


def _glimpse(explained: Explanation | Exception) -> Glimpse | GradcamError:
    if isinstance(explained, Exception):
        return _one_error(explained)
    buffer = io.BytesIO()
    Image.fromarray(explained.photo).save(buffer, "JPEG", quality=_QUALITY)
    # A copy, because the array may be a view into the whole batch's.
    found = explained.maps[0]
    return Glimpse(
        buffer.getvalue(), explained.predictions, replace(found, values=found.values.copy())
    )
