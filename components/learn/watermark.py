"""A shortcut that a real network took: the watermark that stands for a carton."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcam import METHODS, Classifier
from gradcam.bundled import DEFAULT, SPECS
from gradcam.marks import Box, Mark, box, marked, mask_file
from gradcam.shortcuts import (
    CARTON,
    Readings,
    read,
    share_of_view,
    share_within,
    window_of,
)  # fmt: skip
from gradcam.types import Floats, Window

from .. import engine
from ..pictures import Picture
from ..viewer.payload import payload_id, photo_jpeg
from . import watermark_words as words
from .chapter import Chapter, Chosen, Step
from .choices import likely
from .watermark_asked import Asked, asked_for, chart_is_wanted, held
from .watermark_rows import Row, compare, compared

_CHOICES = ("photo", "class", "layer", "model")
_TITLE = "A few strokes, and the network thinks of cartons"
_CHART_TITLE = "One photo proves little, so look at several"
_SOURCE = "Li et al. 2023, https://arxiv.org/abs/2212.04825"


@dataclass(frozen=True)
class _Seen:
    """One photo with a mark and without: carton first, then the class to compare it with."""

    window: Window
    where: Box
    before: Readings
    now: Readings


def watermark(chosen: Chosen) -> Chapter:
    """Build the chapter about what was chosen."""
    if CARTON not in chosen.clf.labels:
        return _no_cartons(chosen)
    asked = asked_for()
    if chart_is_wanted():
        compare(chosen.clf)
    seen = _seen(chosen, asked)
    before, now = (one.classes[0].standing for one in (seen.before, seen.now))
    rows = compared(chosen.clf, chosen.picture, before, now)
    data = {**_data(chosen, asked, seen), "chart": [_figures(row) for row in rows]}
    steps = (_live(chosen, seen), _all(rows))
    return Chapter("watermark", steps, data, _arrays(chosen, seen))


def _seen(chosen: Chosen, asked: Asked) -> _Seen:
    clf, picture = chosen.clf, chosen.picture
    size = picture.opened.size
    window = window_of(clf, picture.opened.pixels)
    mark = asked.place.on(window, size, asked.opacity, turned=asked.turned)
    where = box(mark, size)
    classes = (clf.labels.index(CARTON), _other(chosen))
    about = (engine.identity(clf), picture.digest, classes, chosen.layer.name, _method(chosen))
    before, now = (_read(about, one, clf, picture) for one in (None, mark))
    # What lies on the mark without it depends on where the mark would be.
    there = tuple(
        replace(one, on_mark=share_within(one.map.values, window, where)) for one in before.classes
    )
    return _Seen(window, where, replace(before, classes=there), now)


def _read(
    about: tuple[Hashable, str, tuple[int, ...], str, str],
    mark: Mark | None,
    clf: Classifier,
    picture: Picture,
) -> Readings:
    """Return what is read of the photo with this mark, once; `about` is all else that matters."""
    _, _, classes, layer, method = about

    def made() -> Readings:
        photo = picture.opened.pixels
        if mark is None:
            return read(clf, photo, classes, layer, method, Box(0, 0, 0, 0))
        where = box(mark, photo.shape[:2])
        return read(clf, marked(picture.opened, mark), classes, layer, method, where)

    found: Readings = engine.findings().get(
        ("watermark", about, mark), made, engine.owner(clf, picture)
    )
    return found


def _other(chosen: Chosen) -> int:
    """Return the class to compare carton with: the chosen one, or else the likeliest."""
    carton = chosen.clf.labels.index(CARTON)
    if chosen.index != carton:
        return chosen.index
    return next(index for index, _ in likely(chosen.clf, chosen.picture) if index != carton)


def _method(chosen: Chosen) -> str:
    """Return the story's method, unless it is too slow to follow a hand."""
    return chosen.clf.usual_method if METHODS[chosen.method].slow else chosen.method


def _live(chosen: Chosen, seen: _Seen) -> Step:
    carton, other = (one.standing for one in seen.before.classes)
    known = len(chosen.clf.labels)
    return Step(
        "watermark",
        _TITLE,
        (
            "This network learnt what a carton looks like from photos on the web. Many of them "
            "carried a watermark in Chinese characters, and nobody told the network which of the "
            "two was the carton. So it learnt both.",
            f"Here is such a text; it says *shortcut*, three times. {words.baseline(carton, known)}"
            " Drag the text over the photo, make it larger or fainter, and watch the map of "
            f"*{words.name_of(carton.prediction)}* beside that of "
            f"*{words.name_of(other.prediction)}*.",
        ),
        (
            "Before you show the map: where will the network find a carton in this photo?",
            "Does the network read Chinese? Turn the text upside down and see. It has learnt a "
            "texture of strokes, not a word.",
            "Nobody put the shortcut there. Test photos come from the same places as the photos it "
            "learnt from, so a high accuracy does not show it.",
            "What was measured on many photos, and with other texts: docs/watermark.md in the "
            "repository.",
        ),
        _CHOICES,
        _SOURCE,
    )


def _all(rows: Sequence[Row]) -> Step:
    summed = words.of_all(rows) if rows else "Each photo is looked at twice, with and without it."
    return Step(
        "watermark-chart",
        _CHART_TITLE,
        (
            f"{summed} A shortcut need not win to be there: it can wait below the answer until a "
            "photo comes along on which little else speaks up.",
            "The other photos carry the text where it was published, half transparent; the "
            "highlighted one as you left it above.",
        ),
        (
            "Ask: what would you have to see to believe that the characters matter, and not any "
            "white text? (Other text of as much ink, in the same place.)",
            "Both scales go in powers of ten: one line further right is ten times as probable.",
        ),
        _CHOICES,
        _SOURCE,
    )


def _data(chosen: Chosen, asked: Asked, seen: _Seen) -> dict[str, object]:
    height, width = chosen.picture.opened.size
    window, covered = seen.window, share_of_view(seen.window, seen.where)
    return {
        "serial": asked.serial,
        "model": chosen.clf.id,
        "photo": payload_id(chosen.picture.opened),
        "size": [width, height],
        "window": [window.left, window.top, window.right, window.bottom],
        "mark": _mark(asked),
        "published": _mark(Asked()),
        "classes": len(chosen.clf.labels),
        "method": METHODS[_method(chosen)].title,
        "before": [words.reading(one) for one in seen.before.classes],
        "now": [words.reading(one) for one in seen.now.classes],
        "times": words.factor(seen.before.classes[0].standing, seen.now.classes[0].standing),
        "said": words.said(seen.before, seen.now, covered, len(chosen.clf.labels))
        if asked.opacity
        else ["The text is wholly transparent, so it changes nothing."],
    }


def _mark(asked: Asked) -> Mapping[str, object]:
    return {**vars(asked.place), "opacity": asked.opacity, "turned": asked.turned}


def _figures(row: Row) -> Mapping[str, object]:
    return {
        "title": row.title,
        "chosen": row.chosen,
        "before": words.place(row.before),
        "now": words.place(row.now),
        "times": words.factor(row.before, row.now),
    }


def _arrays(chosen: Chosen, seen: _Seen) -> dict[str, Floats | bytes]:
    """Return the maps; and photo and mask, unless the browser has just said that it has them."""
    arrays: dict[str, Floats | bytes] = {}
    for name, found in (("before", seen.before), ("now", seen.now)):
        for which, one in zip(("Carton", "Other"), found.classes, strict=True):
            arrays[f"{name}{which}"] = one.map.values
    if held() != payload_id(chosen.picture.opened):
        arrays["photo"] = photo_jpeg(chosen.picture.opened)
        arrays["mask"] = mask_file("characters")
    return arrays


def _no_cartons(chosen: Chosen) -> Chapter:
    """Say that this network has not learnt cartons, and offer the one that has."""
    count = len(chosen.clf.labels)
    title = next(spec.title for spec in SPECS if spec.id == DEFAULT)
    text = (
        f"This network knows {count:,} things, and a carton is none of them, so it cannot have "
        f"learnt that a watermark means one. {title}, which knows ImageNet's 1,000 classes, has."
    )
    steps = (
        Step("watermark", _TITLE, (text,), (), ("model",), _SOURCE),
        Step("watermark-chart", _CHART_TITLE,
             ("The same goes for the other photos.",), (), ("model",), _SOURCE),
    )  # fmt: skip
    return Chapter("watermark", steps, {"offer": title})
