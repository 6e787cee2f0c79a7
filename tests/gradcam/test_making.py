"""Taking a map apart, by hand and on both bundled networks."""

from __future__ import annotations

import numpy as np
import pytest

import gradcam
from components.samples import load
from gradcam import Request
from gradcam.making import SUMS, Making, making
from gradcam.saliency import SaliencyMap
from gradcam.types import Prediction, Window

BUNDLED = (
    "bundled/efficientnet-lite0",
    "bundled/photos",
    pytest.param("bundled/efficientnet-lite0-keras", marks=pytest.mark.heavy),
    pytest.param("bundled/photos-keras", marks=pytest.mark.heavy),
)


def by_hand() -> Making:
    """Three channels of 1×2 with weights 1, -2 and 0.5: they give (4, 0), (-2, -4) and (0, 1)."""
    A = np.float32([[[4, 0]], [[1, 2]], [[0, 2]]])
    prediction = Prediction(0, "first", 1.0, 1.0)
    found = SaliencyMap(
        np.float32([[2, -3]]), prediction, "layer", "gradcam", Window(0, 0, 2, 1), (1, 2)
    )
    return Making(found, A, None, np.float32([1, -2, 0.5]), None, (prediction,))


def test_the_strongest_comes_first_whatever_its_sign() -> None:
    """|−2| + |−4| = 6 beats 4 beats 1."""
    assert by_hand().strengths.tolist() == [4, 6, 1]
    assert by_hand().order.tolist() == [1, 0, 2]


def test_partial_sums_by_hand() -> None:
    sums = [by_hand().partial(n).tolist() for n in range(4)]
    assert sums == [[[0, 0]], [[-2, -4]], [[2, -4]], [[2, -3]]]


def test_what_the_others_add_by_hand() -> None:
    """Without the strongest channel, 2 + 2 and -3 + 4 are left of the map (2, -3)."""
    assert by_hand().rest(1).tolist() == [[4, 1]]
    assert by_hand().rest(3).tolist() == [[0, 0]]
    assert by_hand().totals.tolist() == [4, -6, 1]


def test_settled_by_hand() -> None:
    """After two channels one place is off by 1 of 3: within a half of the peak, not a tenth."""
    assert by_hand().settled() == 3
    assert by_hand().settled(0.5) == 2
    assert by_hand().settled(10) == 1


@pytest.mark.parametrize("model", BUNDLED)
def test_the_sum_is_explain_s_on_bundled_networks(model: str) -> None:
    """At an early, a middle and the last layer, for every method."""
    clf = gradcam.load_model(model)
    photo = load("coffee")
    stages = [layer for layer in clf.layers() if layer.stage]
    for layer in (stages[0], stages[len(stages) // 2], stages[-1]):
        for method in SUMS:
            slow = gradcam.METHODS[method].slow
            options = {"channels": 2} if slow else {}
            request = Request((layer.name,), method, options, classes=(7,))
            found = making(clf, photo, request)
            (explained,) = gradcam.explain(
                clf, photo, layer=layer.name, method=method, classes=[7], parameters=options
            ).maps
            assert found.map == explained
            off = np.abs(found.partial(len(found.order)) - explained.values).max()
            assert off <= 1e-5 * np.abs(explained.values).max()
