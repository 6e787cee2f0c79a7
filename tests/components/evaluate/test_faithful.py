"""One photo's measurements: what is measured, how it arrives, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from components.evaluate import measuring, pictured
from components.evaluate.faithful_words import answer, best, same, warnings
from components.evaluate.measuring import Measured, Question
from components.pictures import Picture
from components.view import ViewState
from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import CancelledError
from gradcam.images import Opened
from gradcam.metrics import Faithful
from gradcam.metrics.curves import COARSE
from gradcam.saliency import SaliencyMap
from gradcam.types import Prediction, Window

SIDE = 12


@pytest.fixture
def asked() -> Question:
    """Class 0 is red; the photo is red in its left upper corner, and blue elsewhere."""
    clf = NumpyClassifier(np.eye(3), np.eye(3) * 9, ("red", "green", "blue"), SIDE)
    photo = np.zeros((SIDE, SIDE, 3), np.uint8)
    photo[..., 2] = 255
    photo[:4, :4] = (255, 0, 0)
    picture = Picture("corner", Opened(photo))
    return Question(clf, picture, ViewState(), "features", 0, ("gradcam", "layercam"))


def _measure(asked: Question, measured: Measured, most: int | None = None) -> list[int]:
    """Measure; return how much was done at each report. Cancelled after `most` of them."""
    told: list[int] = []
    measuring._measure(
        measured,
        asked,
        asked.picture.opened,
        lambda done, total: told.append(round(100 * done / (total or 1))),
        lambda: most is not None and len(told) >= most,
    )
    return told


def test_every_map_is_measured_in_a_few_steps_and_then_in_as_many_as_rows(
    asked: Question,
) -> None:
    measured = Measured()
    told = _measure(asked, measured)
    assert measured.has(asked)
    assert [one.method for one in measured.of(asked)] == ["gradcam", "layercam", "random", "centre"]
    curve = measured.found["gradcam"].curves["deletion"]
    assert len(curve.fractions) == SIDE + 1
    assert {"road", "average_drop"} <= set(measured.found["gradcam"].scores)
    assert told == sorted(told)  # the bar never goes back
    assert told[-1] == 100


def test_the_right_map_is_better_than_chance(asked: Question) -> None:
    measured = Measured()
    _measure(asked, measured)
    red, chance = measured.found["gradcam"], measured.found["random"]
    assert red.scores["deletion"] < chance.scores["deletion"]
    assert red.scores["insertion"] > chance.scores["insertion"]


def test_a_method_that_is_added_is_measured_alone(asked: Question) -> None:
    measured = Measured()
    _measure(asked, measured)
    before = measured.found["gradcam"]
    more = replace(asked, methods=(*asked.methods, "hirescam"))
    assert not measured.has(more)
    assert more.about == asked.about
    _measure(more, measured)
    assert measured.has(more)
    assert measured.found["gradcam"] is before


def test_what_was_measured_before_it_was_cancelled_stays(asked: Question) -> None:
    measured = Measured()
    with pytest.raises(CancelledError):
        _measure(asked, measured, most=12)
    assert measured.of(asked)
    assert not measured.has(asked)
    _measure(asked, measured)
    assert measured.has(asked)


def test_an_empty_map_has_no_score_and_says_why(asked: Question) -> None:
    measured = Measured()
    nothing = replace(asked, index=1)  # there is no green
    _measure(nothing, measured)
    assert measured.has(nothing)
    found = measured.found["gradcam"]
    assert set(found.scores.values()) == {None}
    assert set(found.why.values()) == {found.map.empty_reason}
    assert not found.curves
    assert answer(measured.of(nothing), "green") == (
        "No map of green shows anything that could be measured."
    )


def test_the_browser_is_told_at_which_step_each_pixel_changes(asked: Question) -> None:
    measured = Measured()
    _measure(asked, measured)
    one = measured.found["gradcam"]
    steps = np.frombuffer(pictured.changed_at(one, (SIDE, SIDE)), "<u2").reshape(SIDE, SIDE)
    # A row's worth of pixels at each step, so every step changes as many.
    assert np.bincount(steps.ravel()).tolist() == [0, *[SIDE] * SIDE]
    # The sixteen red ones are the first step, and a third of the second.
    assert set(steps[:4, :4].ravel().tolist()) == {1, 2}
    assert len(pictured.changed_at(one, (SIDE, SIDE))) == 2 * SIDE * SIDE


def test_the_first_measurement_takes_28_steps(asked: Question) -> None:
    assert COARSE == 28
    assert asked.rows == SIDE


def _scored(method: str, title: str, **scores: float | None) -> Faithful:
    found = SaliencyMap(
        np.ones((1, 1), np.float32), Prediction(0, "red", 0.5, 0), "layer", method,
        Window(0, 0, 1, 1), (1, 1),
    )  # fmt: skip
    return Faithful(method, title, found, scores, {}, {})


A = _scored("gradcam", "Grad-CAM", deletion=0.10, insertion=0.80)
SAME = _scored("hirescam", "HiResCAM", deletion=0.101, insertion=0.80)
B = _scored("layercam", "LayerCAM", deletion=0.30, insertion=0.90)
RANDOM = _scored("random", "Random map", deletion=0.50, insertion=0.40)
CENTRE = _scored("centre", "Centred blob", deletion=0.09, insertion=0.30)
NOTHING = _scored("eigencam", "EigenCAM", deletion=None, insertion=None)


def test_lower_deletion_and_higher_insertion_are_best() -> None:
    maps = [A, SAME, B, RANDOM, NOTHING]
    assert best(maps, "deletion") == [A, SAME]
    assert best(maps, "insertion") == [B]
    assert best([A, SAME], "insertion") == []  # all alike: nothing to mark
    assert best([NOTHING], "deletion") == []


def test_one_sentence_says_who_wins() -> None:
    by_all = [A, _scored("layercam", "LayerCAM", deletion=0.3, insertion=0.7), RANDOM]
    assert answer(by_all, "red") == (
        "By every measure, Grad-CAM made the most faithful map of red."
    )
    assert answer([A, B, RANDOM], "red") == (
        "No method is the most faithful to red by every measure: LayerCAM by Insertion, Grad-CAM "
        "by Deletion."
    )
    assert answer([RANDOM], "red") == ""
    assert answer([A, RANDOM, CENTRE], "red") == (
        "By 1 of 2 measures, Grad-CAM's map of red is more faithful than a random map and a "
        "centred blob."
    )


def test_methods_that_make_the_same_map_are_named_together() -> None:
    other = replace(B, map=replace(B.map, values=np.float32([[1, 0]])))
    twice = replace(SAME, map=replace(SAME.map, values=2 * A.map.values))
    assert same([A, twice, other, RANDOM]) == [
        "Grad-CAM and HiResCAM make the same map at this layer, so their numbers are the same."
    ]
    assert same([A, other, RANDOM]) == []


def test_a_map_that_knows_nothing_and_wins_is_said() -> None:
    assert warnings([A, B, RANDOM]) == []
    (said,) = warnings([A, B, RANDOM, CENTRE])
    assert said.startswith("Deletion: a centred blob does as well")
