"""A report on two photos by a network simple enough to check by hand, with hostile names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gradcam
from gradcam.backends.numpy import NumpyClassifier
from gradcam.report import Report

SCRIPT = "<script>alert(1)</script>"
ENDING = "</script><!-- & \"quoted\" 'label'"
MANY_SCRIPTS = "猫 Кошка חתול"


@pytest.fixture
def photo() -> np.ndarray:
    """Red on the left, a little blue on the right, nothing green; (H, W) = (60, 120)."""
    pixels = np.zeros((60, 120, 3), np.uint8)
    pixels[:, :60, 0] = 200
    pixels[:, 60:, 2] = 50
    return pixels


@pytest.fixture
def result(photo: np.ndarray) -> gradcam.Explanation:
    """Three maps: red, green (empty) and blue; the model sees the middle (60, 60)."""
    clf = NumpyClassifier(np.eye(3), 9 * np.eye(3), [SCRIPT, ENDING, MANY_SCRIPTS], size=8)
    return gradcam.explain(clf, photo, classes=[0, 1, 2])


@pytest.fixture
def signed(photo: np.ndarray) -> gradcam.Explanation:
    """A map that draws both signs: red is evidence for the class, blue against it."""
    clf = NumpyClassifier(np.eye(3), np.array([[9, 0, -9], [0, 1, 0]]), ["red", "green"], size=8)
    both = gradcam.explain(clf, photo[:, ::-1].copy(), classes=[0])
    return replace(both, maps=tuple(replace(m, sign="both") for m in both.maps))


@pytest.fixture
def sliver() -> gradcam.Explanation:
    """A photo of the narrowest shape that can be read."""
    clf = NumpyClassifier(np.eye(3), 9 * np.eye(3), ["red", "green", "blue"], size=8)
    return gradcam.explain(clf, np.full((800, 20, 3), (200, 0, 0), np.uint8), classes=[0])


@pytest.fixture
def report(result: gradcam.Explanation, signed: gradcam.Explanation) -> Report:
    """Both photos, with a title and notes that are hostile too."""
    notes = "First <b>paragraph</b>,\nits second line.\n\nSecond & last, see https://example.org."
    return Report("Title <i>&</i> Заголовок", notes, (result, signed), names=(f"{SCRIPT}.png",))
