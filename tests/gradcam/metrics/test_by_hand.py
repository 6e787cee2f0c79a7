"""Metrics on a network that counts white pixels: every number can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import (
    CancelledError,
    ClassError,
    GradcamError,
    LayerError,
    MethodError,
    NonFiniteError,
)
from gradcam.metrics import METRICS, Prober, faithfulness, seen_at
from gradcam.saliency import SaliencyMap
from gradcam.types import Preprocessing
from gradcam.watch import Watch

WHITE = np.zeros((4, 4), bool)
WHITE[0:2, 0:2] = True
SEEN = np.where(WHITE[..., None], np.uint8(255), np.uint8(0)).repeat(3, axis=2)
PHOTO = SEEN.repeat(2, axis=0).repeat(2, axis=1)  # the model takes half its size
RIGHT = WHITE.astype(np.float32)


@pytest.fixture
def clf() -> NumpyClassifier:
    """logit 0 is the number of white pixels, logit 1 is 0; white is 1 to it, black is -1."""
    clf = NumpyClassifier(np.float32([[1, 0, 0]]), np.float32([[16], [0]]))
    clf.preprocessing = Preprocessing(4, (4, 4), 0.5, 0.5, "box")
    return clf


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def score(clf: NumpyClassifier, values: np.ndarray, **options):
    prober = Prober(clf, PHOTO, 0, **{"steps": 16, **options})
    one = prober.prepared
    found = SaliencyMap(
        np.float32(values), prober.prediction, "features", "gradcam", one.input.window, one.size
    )
    return prober.score(found, "a map")


def trapezoid(points: list[float]) -> float:
    return (sum(points) - (points[0] + points[-1]) / 2) / (len(points) - 1)


def test_deletion_of_an_exactly_right_map_removes_the_square_first(clf) -> None:
    points = [sigmoid(max(4 - k, 0)) for k in range(17)]
    found = score(clf, RIGHT)
    assert found.curves["deletion"].probabilities == pytest.approx(points)
    assert found.curves["deletion"].fractions == pytest.approx([k / 16 for k in range(17)])
    assert found.scores["deletion"] == pytest.approx(trapezoid(points))


def test_deletion_of_an_exactly_wrong_map_keeps_the_square_to_the_end(clf) -> None:
    points = [sigmoid(min(16 - k, 4)) for k in range(17)]
    assert score(clf, 1 - RIGHT).scores["deletion"] == pytest.approx(trapezoid(points))


def test_insertion_ends_with_the_photo_and_begins_with_its_blur(clf) -> None:
    found = score(clf, RIGHT).curves["insertion"].probabilities
    weights = np.exp(-np.square(np.arange(-5, 6) / 5) / 2)
    weights /= weights.sum()
    # Mirrored at its edges, the photo repeats every 8 pixels: 0 1 2 3 3 2 1 0.
    at = [[(*range(4), *range(3, -1, -1))[(x + d) % 8] for d in range(-5, 6)] for x in range(4)]
    values = np.where(WHITE, 1.0, -1.0)
    side = np.array([[weights @ (np.array(row) == x) for x in range(4)] for row in at])
    blurred = side @ values @ side.T
    assert found[0] == pytest.approx(sigmoid(np.maximum(blurred, 0).sum()))
    # Four white pixels in, and nothing else of the blurred photo is above 0 outside the square.
    rest = np.maximum(blurred, 0)[~WHITE].sum()
    assert found[4] == pytest.approx(sigmoid(4 + rest))
    assert found[16] == pytest.approx(sigmoid(4))


def test_a_constant_map_follows_the_order_of_ties(clf) -> None:
    order = np.random.default_rng(0).permutation(16)
    left = [4 - WHITE.ravel()[order[:k]].sum() for k in range(17)]
    found = score(clf, np.ones((4, 4))).curves["deletion"].probabilities
    assert found == pytest.approx([sigmoid(n) for n in left])


def test_an_empty_map_has_no_score_but_a_reason(clf) -> None:
    found = score(clf, np.zeros((4, 4)))
    assert set(found.scores) == set(found.why)
    assert set(found.scores.values()) == {None}
    assert not found.curves
    assert "zero" in found.why["deletion"]
    negative = score(clf, -np.ones((4, 4)))
    assert negative.why["deletion"] == "No positive evidence for this class at this layer."


def test_average_drop_divides_by_the_probability_on_the_whole_photo(clf) -> None:
    """An exactly right map keeps every white pixel; a map of one of them keeps that one."""
    right = score(clf, RIGHT).scores
    assert (right["average_drop"], right["increase"]) == (0, 0)
    one = np.zeros((4, 4))
    one[0, 0] = 1
    whole = sigmoid(4)
    assert score(clf, one).scores["average_drop"] == pytest.approx((whole - sigmoid(1)) / whole)
    wrong = score(clf, 1 - RIGHT).scores["average_drop"]
    assert wrong == pytest.approx((whole - sigmoid(0)) / whole)


def test_confidence_increases_where_the_map_hides_what_speaks_against_the_class(clf) -> None:
    """Class 1 is one of two: without the white pixels it rises from 1 − σ(4) to 1/2."""
    clf.head = np.float32([[0], [16]])  # class 0 is against whiteness
    found = score(clf, 1 - RIGHT).scores
    assert (found["average_drop"], found["increase"]) == (0, 1)
    assert score(clf, RIGHT).scores["increase"] == 0  # equal is no increase


def test_road_fills_in_and_compares_both_orders(clf) -> None:
    """The least relevant pixels are black among black; without the square nothing is white."""
    falling = np.arange(16, 0, -1).reshape(4, 4)  # row by row from the top
    found = score(clf, falling)
    most, least = found.curves["road_most"], found.curves["road_least"]
    assert most.fractions == least.fractions == pytest.approx([k / 10 for k in range(1, 10)])
    # 10 %: one pixel. Its three neighbours are white, and so is it again, but for the noise.
    assert most.probabilities[0] == pytest.approx(sigmoid(4), abs=0.002)
    # Up to 40 % the last row and half of the next go, and come back black.
    assert least.probabilities[:4] == pytest.approx([sigmoid(4)] * 4, abs=0.002)
    # 50 %: without the first two rows there is only black to fill in from.
    assert most.probabilities[4] == pytest.approx(sigmoid(0), abs=0.002)
    expected = np.mean(least.probabilities) - np.mean(most.probabilities)
    assert found.scores["road"] == pytest.approx(expected)
    assert found.scores["road"] > 0.1
    assert score(clf, falling[::-1]).scores["road"] < 0


def test_boxes_are_in_photo_pixels(clf) -> None:
    box = (0, 0, 4, 4)  # the photo is 8 × 8, the white square its upper left quarter
    assert score(clf, RIGHT, boxes=[box]).scores["energy"] == pytest.approx(1)
    assert score(clf, 1 - RIGHT, boxes=[box]).scores["energy"] == pytest.approx(0)
    assert score(clf, np.ones((4, 4)), boxes=[box]).scores["energy"] == pytest.approx(1 / 4)
    assert score(clf, 1 - RIGHT, boxes=[box]).scores["pointing"] == 1  # no pixel is 15 away


def test_without_a_box_or_with_one_out_of_sight_there_is_a_reason(clf) -> None:
    assert "energy" not in score(clf, RIGHT).scores
    asked = score(clf, RIGHT, metrics=["energy", "deletion"])
    assert asked.scores["energy"] is None
    assert asked.why == {"energy": "No box says where the object is."}
    away = score(clf, RIGHT, boxes=[(100, 100, 120, 120)])
    assert away.scores["pointing"] is None
    assert away.why["pointing"] == "The object lies outside what the model sees."
    assert away.scores["deletion"] is not None


def test_the_class_stays_the_same_when_another_becomes_more_probable(clf) -> None:
    clf.head = np.float32([[16], [32]])  # class 1 doubles the count: it wins while white is left
    found = score(clf, RIGHT).curves["deletion"].probabilities
    assert found == pytest.approx([sigmoid(-max(4 - k, 0)) for k in range(17)])


def test_a_map_that_differs_by_rounding_is_run_once(clf) -> None:
    prober = Prober(clf, PHOTO, 0, steps=16)
    one = prober.prepared

    def run(values: np.ndarray) -> int:
        before = clf.forwards
        made = SaliencyMap(
            np.float32(values), prober.prediction, "features", "x", one.input.window, one.size
        )
        prober.score(made, "")
        return clf.forwards - before

    ramp = np.arange(16).reshape(4, 4) / 15
    assert run(ramp) > 0
    assert run(3 * ramp + 1e-6) == 0
    assert run(ramp[::-1]) > 0


def test_methods_come_first_then_the_two_baselines(clf) -> None:
    told = []
    watch = Watch(lambda done, total: told.append((done, total)))
    found = list(faithfulness(clf, PHOTO, ["Grad-CAM", "hirescam"], steps=4, watch=watch))
    assert [one.method for one in found] == ["gradcam", "hirescam", "random", "centre"]
    assert [one.title for one in found][2:] == ["Random map", "Centred blob"]
    assert found[0].curves == found[1].curves  # identical at this layer
    assert told[-1][0] == told[-1][1]
    again = list(faithfulness(clf, PHOTO, ["Grad-CAM", "hirescam"], steps=4))
    assert [one.scores for one in again] == [one.scores for one in found]


def test_by_default_every_method_that_suits_the_model_is_measured(clf) -> None:
    found = [one.method for one in faithfulness(clf, PHOTO, steps=2)]
    assert {"gradcam", "scorecam", "ablationcam", "guidedgradcam"} <= set(found)
    assert "legrad" not in found  # the network pays no attention
    with pytest.raises(MethodError):
        list(faithfulness(clf, PHOTO, ["legrad"], steps=2))


def test_seen_at_shows_what_the_curve_was_measured_on(clf) -> None:
    found = next(faithfulness(clf, PHOTO, ["gradcam"], of=0, steps=16))
    half = seen_at(clf, PHOTO, found.map, "deletion", 2, steps=16)
    assert half.shape == (4, 4, 3)
    # Two white pixels are left, two are grey, the rest is as it was.
    assert sorted(half[WHITE][:, 0].tolist()) == [128, 128, 255, 255]
    assert not half[~WHITE].any()
    np.testing.assert_array_equal(seen_at(clf, PHOTO, found.map, "insertion", 16, steps=16), SEEN)


def test_what_cannot_be_measured_is_refused(clf) -> None:
    with pytest.raises(GradcamError, match="not a metric"):
        Prober(clf, PHOTO, metrics=["deletoin"])
    with pytest.raises(GradcamError, match="steps"):
        Prober(clf, PHOTO, steps=0)
    with pytest.raises(ClassError):
        Prober(clf, PHOTO, 7)
    with pytest.raises(LayerError, match="2 layers"):
        list(faithfulness(clf, PHOTO, layer=["mix", "features"]))
    made = next(faithfulness(clf, PHOTO, ["gradcam"], of=0, steps=4)).map
    with pytest.raises(GradcamError, match="not a curve"):
        seen_at(clf, PHOTO, made, "remove", 0, steps=4)
    with pytest.raises(GradcamError, match="no step 5"):
        seen_at(clf, PHOTO, made, "deletion", 5, steps=4)


def test_a_model_that_gives_nan_has_no_scores_but_an_error(clf) -> None:
    clf.head = np.float32([[np.nan], [0]])
    with pytest.raises(NonFiniteError, match="logits"):
        Prober(clf, PHOTO)


def test_it_can_be_cancelled(clf) -> None:
    told = []
    watch = Watch(lambda done, _: told.append(done), lambda: len(told) > 5)
    with pytest.raises(CancelledError):
        list(faithfulness(clf, PHOTO, steps=16, watch=watch))


def test_every_metric_says_how_it_was_measured() -> None:
    for metric in METRICS.values():
        assert metric.protocol.endswith(".")
        assert metric.better in ("higher", "lower")
