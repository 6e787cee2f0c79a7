"""The words and the table about many photos, checked by hand."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from components.gallery import sheet_request
from components.glimpsed import Glimpsed
from components.pictures import Source
from components.tally import summary, table
from components.view import ViewState
from gradcam import GradcamError
from gradcam.backends.numpy import NumpyClassifier
from gradcam.expected import Expected, Names
from gradcam.types import Prediction

LABELS = ("tabby", "tiger *cat*", "mug")
NAMES = ("tabby-1.jpg", "tabby-2.jpg", "mug.jpg", "IMG_4.jpg", "broken.jpg", "later.jpg")


@pytest.fixture
def photos() -> list[Source]:
    return [Source(name, name, lambda: pytest.fail("read")) for name in NAMES]


@pytest.fixture
def known() -> Glimpsed:
    found = Glimpsed()
    tabby, tiger, mug = (Prediction(n, label, p, 0.0) for n, (label, p) in enumerate(
        zip(LABELS, (0.6, 0.3, 0.1), strict=True)))  # fmt: skip
    found.predictions = {
        "tabby-1.jpg": (tabby, tiger, mug),
        "tabby-2.jpg": (tiger, tabby, mug),
        "mug.jpg": (mug, tabby, tiger),
        "IMG_4.jpg": (tabby, tiger, mug),
    }
    found.unsure = {"tabby-2.jpg"}
    found.failed = {"broken.jpg": GradcamError("It is damaged.", hint="Save it again.")}
    return found


def expected(photos: list[Source]) -> dict[str, Expected]:
    names = Names(LABELS)
    return {photo.id: names.of(photo.name) for photo in photos}


def test_the_summary_counts(photos: list[Source], known: Glimpsed) -> None:
    """Of tabby-1, tabby-2 and mug, two are what their names say."""
    assert summary(photos, known, expected(photos)) == (
        "**6 photos**: 2 of the 3 labelled ones agree, 1 unsure; most often tabby (2)"
    )
    first = photos[:3]
    assert summary(first, known, expected(first)) == "**3 photos**: 2 as labelled, 1 unsure"
    assert summary(photos[5:], known, expected(photos)) == "**1 photo**"
    known.predictions["again"] = known.predictions["tabby-2.jpg"]
    again = [photos[1], replace(photos[1], id="again", name="IMG.jpg")]
    assert "most often tiger \\*cat\\* (2)" in summary(again, known, expected(again))


def test_the_table_has_a_line_for_each_photo(photos: list[Source], known: Glimpsed) -> None:
    clf = NumpyClassifier(np.ones((2, 3)), np.ones((3, 2)), labels=LABELS)
    data = table(clf, photos, known, expected(photos))
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["file"] for row in rows] == list(NAMES)
    assert [row["label"] for row in rows] == ["tabby", "tabby", "mug", "", "", ""]
    assert [row["as labelled"] for row in rows] == ["True", "False", "True", "", "", ""]
    assert rows[1]["prediction 1"] == "tiger *cat*"
    assert [rows[1][f"probability {n}"] for n in (1, 2, 3, 4)] == [
        "0.300000", "0.600000", "0.100000", "",
    ]  # fmt: skip
    assert [row["unsure"] for row in rows[:2]] == ["False", "True"]
    assert [row["problem"] for row in rows[3:]] == ["", "It is damaged.", "not explained yet"]


def test_the_sheet_asks_for_one_map_by_a_quick_method() -> None:
    clf = NumpyClassifier(np.ones((2, 3)), np.ones((3, 2)))
    (layer, *_) = clf.layers()
    quick = sheet_request(ViewState(method="hirescam", fit="pad", augment=True), clf, layer)
    assert (quick.method, quick.fit, quick.top_k, quick.slow) == ("hirescam", "pad", 1, False)
    assert sheet_request(ViewState(method="scorecam"), clf, layer).method == "gradcam"
