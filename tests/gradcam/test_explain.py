"""`explain` and `explain_batch`, on a network whose every number is known."""

from __future__ import annotations

import numpy as np
import pytest

import gradcam
from gradcam.backends.numpy import NumpyClassifier

# Channel 0 is red, channel 1 is blue; class "red" weights the first up and the second down.
MIX = np.array([[1, 0, 0], [0, 0, 1]], np.float32)
HEAD = np.array([[2, -1], [0, 3], [0, 0]], np.float32)
LABELS = ["red", "blue", "nothing"]


@pytest.fixture
def clf() -> NumpyClassifier:
    return NumpyClassifier(MIX, HEAD, LABELS, size=8)


@pytest.fixture
def photo() -> np.ndarray:
    """Left half red, right half blue."""
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[:, :4, 0] = 255
    pixels[:, 4:, 2] = 255
    return pixels


def test_predictions_by_hand(clf, photo) -> None:
    """Each channel is 1 on half of the photo: red scores 1 - ½, blue 1½, nothing 0."""
    best = gradcam.explain(clf, photo).predictions
    assert [p.label for p in best] == ["blue", "red", "nothing"]
    assert [p.logit for p in best] == pytest.approx([1.5, 0.5, 0])
    e = np.exp([1.5, 0.5, 0])
    assert [p.probability for p in best] == pytest.approx(e / e.sum())


def test_the_map_by_hand(clf, photo) -> None:
    """Gradients are head/64, so the map is +2/64 on the red left and -1/64 on the blue right."""
    (red,) = gradcam.explain(clf, photo, classes=["red"]).maps
    assert red.values.dtype == np.float32
    np.testing.assert_allclose(red.values[:, :4], 2 / 64)
    np.testing.assert_allclose(red.values[:, 4:], -1 / 64)
    np.testing.assert_array_equal(red.heat(), red.values > 0)
    assert red.peak == pytest.approx(2 / 64)


def test_several_layers_and_classes_need_one_forward_pass(clf, photo) -> None:
    result = gradcam.explain(clf, photo, layer=["mix", "features"], classes=[0, "blue"])
    assert [(m.layer, m.prediction.label) for m in result.maps] == [
        ("mix", "red"), ("mix", "blue"), ("features", "red"), ("features", "blue"),
    ]  # fmt: skip
    assert clf.forwards == 1


def test_another_class_of_the_same_photo_needs_no_forward_pass(clf, photo) -> None:
    gradcam.explain(clf, photo, top_k=1)
    gradcam.explain(clf, photo, classes=["nothing"])
    assert clf.forwards == 1
    gradcam.explain(clf, photo, layer="mix")
    assert clf.forwards == 2


def test_a_batch_gives_the_same_as_each_image_alone(clf, photo) -> None:
    other = photo[:, ::-1].copy()
    together = gradcam.explain_batch(clf, [photo, other], top_k=2)
    assert clf.forwards == 1
    for result, image in zip(together, (photo, other), strict=True):
        alone = gradcam.explain(clf, image, top_k=2)
        for a, b in zip(result.maps, alone.maps, strict=True):
            assert a.prediction == b.prediction
            np.testing.assert_array_equal(a.values, b.values)
    assert gradcam.explain_batch(clf, []) == ()


def test_an_empty_map_says_why(clf, photo) -> None:
    (nothing,) = gradcam.explain(clf, photo, classes=["nothing"]).maps
    assert "zero" in nothing.empty_reason
    assert not nothing.heat().any()
    blue_only = np.zeros((8, 8, 3), np.uint8)
    blue_only[..., 2] = 255
    (red,) = gradcam.explain(clf, blue_only, classes=["red"]).maps
    assert red.empty_reason == "No positive evidence for this class at this layer."
    assert not red.on_image().any()


def test_the_map_covers_only_the_crop(clf) -> None:
    """The model sees only the middle of a wide photo; outside it the map is 0."""
    wide = np.zeros((8, 16, 3), np.uint8)
    wide[..., 0] = 255
    (red,) = gradcam.explain(clf, wide, classes=["red"]).maps
    placed = red.on_image()
    assert placed.shape == (8, 16)
    np.testing.assert_array_equal(placed[:, 4:12], 1)
    assert not placed[:, :4].any()
    assert not placed[:, 12:].any()


def test_multi_label_probabilities_are_sigmoids(clf, photo) -> None:
    clf.multi_label = True
    blue, *_ = gradcam.explain(clf, photo).predictions
    assert blue.probability == pytest.approx(1 / (1 + np.exp(-1.5)))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"layer": "featres"}, gradcam.LayerError, "Nearest: features"),
        ({"layer": []}, gradcam.LayerError, "No layer was named"),
        ({"method": "gradcamm"}, gradcam.MethodError, "Nearest: gradcam"),
        ({"classes": ["bleu"]}, gradcam.ClassError, "Nearest: blue"),
        ({"classes": [3]}, gradcam.ClassError, "from 0 to 2"),
        ({"classes": []}, gradcam.ClassError, "No class was named"),
        ({"top_k": 0}, gradcam.ClassError, "at least one"),
        ({"fit": "croop"}, gradcam.GradcamError, "'croop' is not a fit. Nearest: crop"),
        ({"sign": "fro"}, gradcam.GradcamError, "not a sign. Nearest: for"),
        ({"fuse": "maximum"}, gradcam.GradcamError, "not a way to fuse layers. Nearest: max"),
    ],
)
def test_a_wrong_name_lists_the_nearest(clf, photo, options, error, message) -> None:
    with pytest.raises(error, match=message):
        gradcam.explain(clf, photo, **options)


def test_a_single_class_needs_no_list(clf, photo) -> None:
    for one in ("blue", 1, np.int64(1)):
        (blue,) = gradcam.explain(clf, photo, classes=one).maps
        assert blue.prediction.label == "blue"


def test_nan_is_refused_naming_the_tensor(photo) -> None:
    broken = NumpyClassifier(MIX, np.array([[np.nan, 1]]), size=8)
    with pytest.raises(gradcam.NonFiniteError, match="NaN or infinity was found in the logits"):
        gradcam.explain(broken, photo)
