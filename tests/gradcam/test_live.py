"""A frame is explained as a photo is, in one forward pass of which nothing is kept."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam import answer
from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import ClassError, GradcamError
from gradcam.explain import explain
from gradcam.live import STAYS, glance
from gradcam.request import Request
from gradcam.types import CustomPreprocessing, Fit, Floats, ModelInput, Photo, Window

ASKED = Request(("features",), "gradcam")


@pytest.fixture
def clf() -> NumpyClassifier:
    """Three classes: how red, how green and how blue a photo is."""
    return NumpyClassifier(np.eye(3), np.eye(3), ("red", "green", "blue"))


def colour(red: float, green: float, blue: float) -> Photo:
    """A photo of one colour, given in [0, 1]; its logits are these three numbers."""
    pixels = np.rint(255 * np.array([red, green, blue])).astype(np.uint8)
    return np.broadcast_to(pixels, (4, 4, 3)).copy()


def test_one_class_by_hand(clf: NumpyClassifier) -> None:
    """The gradient of "red" is 1/16 in channel 0 alone, whose activation is 0.6: 0.6 / 16."""
    found = glance(clf, colour(0.6, 0.2, 0), ASKED)
    assert found.map.prediction.label == "red"
    np.testing.assert_allclose(found.map.values, np.full((4, 4), 0.6 / 16), rtol=1e-6)
    assert [one.label for one in found.predictions] == ["red", "green", "blue"]
    share = np.exp(0.6) / (np.exp(0.6) + np.exp(0.2) + 1)
    assert found.predictions[0].probability == pytest.approx(share, rel=1e-6)


@pytest.mark.parametrize("fit", ["crop", "squash", "pad"])
def test_the_map_is_that_of_explain(clf: NumpyClassifier, fit: Fit) -> None:
    photo = np.random.default_rng(2).integers(0, 256, (10, 16, 3), np.uint8)
    found = glance(clf, photo, Request(("features",), "hirescam", fit=fit))
    expected = explain(clf, photo, "features", "hirescam", fit=fit)
    assert found.map == expected.maps[0]
    assert found.predictions == expected.predictions[:5]


def test_one_forward_pass_and_nothing_is_kept(clf: NumpyClassifier) -> None:
    for red in np.linspace(0.5, 1, 20):
        glance(clf, colour(float(red), 0.4, 0), ASKED)
    assert clf.forwards == 20
    assert clf not in answer._captures


def test_a_class_is_followed_however_improbable(clf: NumpyClassifier) -> None:
    found = glance(clf, colour(1, 0.5, 0), ASKED, follow=1, held=0)
    assert found.map.prediction.label == "green"
    assert found.predictions[0].label == "red"
    with pytest.raises(ClassError, match="no class 3"):
        glance(clf, colour(1, 0.5, 0), ASKED, follow=3)


def test_a_name_stays_until_another_is_clearly_more_probable(clf: NumpyClassifier) -> None:
    """Probabilities differ by exp(0.2) = 1.22 times, and by exp(0.3) = 1.35."""
    assert np.exp(0.2) < STAYS < np.exp(0.3)
    nearly, clearly = colour(0.8, 0.6, 0), colour(0.9, 0.6, 0)
    assert glance(clf, nearly, ASKED, held=1).map.prediction.label == "green"
    assert glance(clf, clearly, ASKED, held=1).map.prediction.label == "red"
    assert glance(clf, nearly, ASKED).map.prediction.label == "red"
    # What another model held may not exist in this one.
    assert glance(clf, nearly, ASKED, held=900).map.prediction.label == "red"


class _Unplaced:
    """Somebody's code, of which it is not known where its crop lies."""

    def prepare(self, photo: Photo, fit: Fit) -> ModelInput:  # noqa: ARG002
        values = photo.astype(np.float32) / 255
        return ModelInput(values, Window(0, 0, 4, 4), view=photo)

    def convert(self, photo: Photo) -> Floats:
        return photo.astype(np.float32) / 255

    def picture(self, values: Floats) -> Photo:
        return np.rint(values * 255).astype(np.uint8)


def test_a_map_that_cannot_be_placed_is_refused(clf: NumpyClassifier) -> None:
    clf.preprocessing = CustomPreprocessing("code", "0", (4, 4), placed=False, code=_Unplaced())
    with pytest.raises(GradcamError, match="not known which part"):
        glance(clf, colour(1, 0, 0), ASKED)
