"""Marks as shortcuts: ranks and shares by hand, and the published effect on the bundled model."""

from __future__ import annotations

import math
from functools import cache
from statistics import median

import numpy as np
import pytest

import gradcam
from components.samples import SAMPLES, load
from gradcam import Classifier
from gradcam.marks import Box, Mark, box, marked
from gradcam.shortcuts import (
    CARTON,
    PUBLISHED,
    Reading,
    Readings,
    Standing,
    read,
    share_of_view,
    share_within,
    standing,
    window_of,
)  # fmt: skip
from gradcam.types import Prediction, Window


@cache
def model(id: str = "bundled/efficientnet-lite0") -> Classifier:
    return gradcam.load_model(id)


def readings(sample: str, opacity: float) -> Readings:
    """Carton on a sample photo under the published mark; 0 is without."""
    photo, clf = load(sample), model()
    mark = PUBLISHED.on(window_of(clf, photo), photo.shape[:2], opacity)
    where = box(mark, photo.shape[:2])
    layer = next(layer.name for layer in clf.layers() if layer.recommended)
    return read(clf, marked(photo, mark), [clf.labels.index(CARTON)], layer, "gradcam", where)


def carton(sample: str, opacity: float) -> Reading:
    return readings(sample, opacity).classes[0]


def test_the_share_within_a_box_by_hand() -> None:
    """An even map has in a box what the box has of the view; beyond the view there is nothing."""
    window, even = Window(10, 0, 110, 100), np.ones((7, 7), np.float32)
    assert share_within(even, window, Box(10, 40, 60, 60)) == pytest.approx(0.1, abs=1e-4)
    assert share_within(even, window, Box(-90, 0, 60, 100)) == pytest.approx(0.5, abs=1e-4)
    assert share_within(even, window, Box(200, 0, 300, 100)) == 0
    assert share_of_view(window, Box(-90, 0, 60, 100)) == pytest.approx(0.5, abs=1e-4)


def test_only_evidence_for_the_class_counts() -> None:
    """[1, −5] is drawn as [1, 0]: 1 up to 25, 0 from 75, so 15 · 0.3 / 2 of 50 lies beyond 60."""
    left = np.float32([[1, -5]])
    found = share_within(left, Window(0, 0, 100, 100), Box(0, 0, 60, 100))
    assert found == pytest.approx(1 - 2.25 / 50, abs=1e-3)
    assert share_within(-np.abs(left), Window(0, 0, 100, 100), Box(0, 0, 60, 100)) == 0


def test_half_of_a_map_that_rises_to_the_right() -> None:
    """Cells 0 and 1: bilinear is 0 up to a quarter, 1 from three quarters, a line between.

    Its total is ½, and left of the middle lies a triangle of ¼ · ½ / 2 = 1/16: an eighth.
    """
    found = share_within(np.float32([[0, 1]]), Window(0, 0, 80, 80), Box(0, 0, 40, 80))
    assert found == pytest.approx(1 / 8, abs=1e-3)


def test_the_published_mark_in_a_square_view() -> None:
    """36 of 224 high, from 1 % of the width on, 216 wide: its right edge is at 97.4 %."""
    mark = PUBLISHED.on(Window(28, 0, 252, 224), (224, 280), 0.5)
    found = box(mark, (224, 280))
    assert found == pytest.approx((28 + 2.24, 99.356, 28 + 218.24, 135.356), abs=1e-3)


def test_rank_and_power_are_those_of_all_classes() -> None:
    clf, photo = model("bundled/photos"), load("coffee")
    best = gradcam.explain(clf, photo, top_k=1).predictions
    for place, prediction in enumerate(best, 1):
        found = standing(clf, photo, prediction.index)
        assert found.rank == place
        assert found.prediction.probability == pytest.approx(prediction.probability, rel=1e-5)
        assert found.power == pytest.approx(math.log10(prediction.probability), abs=1e-5)


def test_nothing_is_as_improbable_as_can_be() -> None:
    assert Standing(Prediction(0, "cup", 0.0, -800.0), 9).power == -math.inf


def test_a_reading_is_what_explain_gives() -> None:
    """The same map and the same probability as the front door, for two classes at once."""
    clf, photo = model(), load("coffee")
    layer = next(layer.name for layer in clf.layers() if layer.recommended)
    whole = gradcam.explain(clf, photo, layer, classes=[478, 967])
    found = read(clf, photo, [478, 967], layer, "gradcam", Box(0, 0, 10, 10))
    assert found.answer == whole.predictions[0]
    for one, expected in zip(found.classes, whole.maps, strict=True):
        np.testing.assert_array_equal(one.map.values, expected.values)
        assert one.map.window == expected.window
        assert one.standing.prediction == expected.prediction


def test_the_mark_makes_cartons_of_the_shipped_photos() -> None:
    """Of 250 photos it does on 94 %, with a median factor of 17 at half opacity: watermark.md."""
    factors, rises, moves = [], 0, 0
    for sample in SAMPLES:
        before, after = carton(sample.id, 0.0), carton(sample.id, 0.5)
        share = after.standing.prediction.probability / before.standing.prediction.probability
        factors.append(share)
        rises += after.standing.rank < before.standing.rank
        moves += after.on_mark > before.on_mark
    assert len(factors) == rises == moves == 8
    assert min(factors) > 2
    assert 10 < median(factors) < 30


def test_an_empty_mark_changes_nothing() -> None:
    """Opacity 0 is the photo itself."""
    clf, photo = model(), load("rocket")
    whole = standing(clf, photo, 478)
    assert carton("rocket", 0.0).standing == whole
    assert Mark("characters", 0, 0, 0.1, 0).opacity == 0
