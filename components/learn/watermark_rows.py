"""How carton stands on every sample photo, with the published watermark and without."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

from gradcam import Classifier
from gradcam.marks import marked
from gradcam.shortcuts import CARTON, PUBLISHED, Standing, standing, window_of
from gradcam.types import Photo

from ..pictures import Picture, sample
from ..samples import SAMPLES

OPACITY = 0.5  # as published


class Row(NamedTuple):
    """One photo; `chosen` is the one that the story is about."""

    title: str
    digest: str
    before: Standing
    now: Standing
    chosen: bool = False


_ROWS: WeakKeyDictionary[Classifier, tuple[Row, ...]] = WeakKeyDictionary()


def compare(clf: Classifier) -> None:
    """Look at every sample photo twice, if that has not been done."""
    if clf not in _ROWS:
        _ROWS[clf] = tuple(_row(clf, sample(one.id)) for one in SAMPLES)


def compared(clf: Classifier, picture: Picture, before: Standing, now: Standing) -> list[Row]:
    """Return the samples' rows, and the chosen photo's as it is marked now; none before `compare`.

    picture, before, now : the chosen photo, one of the samples or not, and its own readings.
    """
    rows = _ROWS.get(clf, ())
    if not rows:
        return []
    mine = Row(picture.name, picture.digest, before, now, chosen=True)
    found = [mine if row.digest == picture.digest else row for row in rows]
    return found if mine in found else [*found, mine]


def _row(clf: Classifier, picture: Picture) -> Row:
    photo = picture.opened.pixels
    mark = PUBLISHED.on(window_of(clf, photo), photo.shape[:2], OPACITY)
    before, now = (_standing(clf, each) for each in (photo, marked(photo, mark)))
    return Row(picture.name, picture.digest, before, now)


def _standing(clf: Classifier, photo: Photo) -> Standing:
    return standing(clf, photo, clf.labels.index(CARTON))
