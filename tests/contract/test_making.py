"""How a map is made, on every framework: its parts add up to what explain gives."""

from __future__ import annotations

import numpy as np
import pytest

import gradcam
from gradcam import Request
from gradcam.errors import CancelledError, LayerError, MethodError
from gradcam.making import SUMS, Making, making
from gradcam.watch import Watch
from tests.contract.conftest import SIZE

CLOSE = 1e-5  # of the map's largest absolute value
CLASS = 1


@pytest.fixture
def photo() -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (SIZE, SIZE, 3), np.uint8)


def made(clf, photo, method: str, layer: str) -> Making:
    return making(clf, photo, Request((layer,), method, classes=(CLASS,)))


def test_there_is_a_sum_behind_seven_methods() -> None:
    assert set(SUMS) == {
        "gradcam", "gradcam++", "hirescam", "layercam", "xgradcam", "scorecam", "ablationcam",
    }  # fmt: skip


@pytest.mark.parametrize("method", SUMS)
def test_the_last_partial_sum_is_explain_s_map(clf, photo, method: str) -> None:
    for layer in clf.layers():
        found = made(clf, photo, method, layer.name)
        (explained,) = gradcam.explain(
            clf, photo, layer=layer.name, method=method, classes=[CLASS]
        ).maps
        assert found.map == explained
        peak = np.abs(explained.values).max()
        last = found.partial(len(found.order))
        np.testing.assert_allclose(last, explained.values, atol=CLOSE * peak, rtol=0)
        assert sorted(found.order) == list(range(len(found.activations)))
        assert (np.diff(found.strengths[found.order]) <= 0).all()


def test_the_parts_are_the_capture_s_own(clf, photo) -> None:
    layer = clf.layers()[-1].name
    found = made(clf, photo, "gradcam", layer)
    x = (photo / np.float32(255))[None].astype(np.float32)
    capture = clf.capture(x, [layer])
    A, G = capture.activations[layer][0], capture.gradients(np.array([[CLASS]]))[layer][0, 0]
    np.testing.assert_array_equal(found.activations, A)
    np.testing.assert_array_equal(found.gradients, G)
    np.testing.assert_allclose(found.weights, G.mean(axis=(1, 2)), rtol=1e-6)
    np.testing.assert_allclose(found.contributions[2], found.weights[2] * A[2], rtol=1e-6)
    assert [p.index for p in found.predictions] == np.argsort(-capture.logits[0]).tolist()


def test_weights_by_position(clf, photo) -> None:
    for method in ("hirescam", "layercam"):
        found = made(clf, photo, method, clf.layers()[0].name)
        assert found.gradients is not None
        expected = np.maximum(found.gradients, 0) if method == "layercam" else found.gradients
        np.testing.assert_array_equal(found.weights, expected)


def test_scorecam_s_weights_are_the_softmax_of_its_scores(clf, photo) -> None:
    found = made(clf, photo, "scorecam", clf.layers()[-1].name)
    assert found.gradients is None
    assert found.scores is not None
    tried = found.scores[~np.isnan(found.scores)].astype(np.float64)
    shares = np.exp(tried - tried.max()) / np.exp(tried - tried.max()).sum()
    np.testing.assert_allclose(found.weights[~np.isnan(found.scores)], shares, rtol=1e-4)
    assert found.weights.sum() == pytest.approx(1, abs=1e-5)


def test_channels_that_were_not_tried_are_told_apart(clf, photo) -> None:
    layer = clf.layers()[-1].name
    request = Request((layer,), "scorecam", {"channels": 1}, classes=(CLASS,))
    found = making(clf, photo, request)
    assert found.scores is not None
    assert int((~np.isnan(found.scores)).sum()) == 1
    assert found.map.parameters["channels"] == 1
    np.testing.assert_array_equal(found.weights, ~np.isnan(found.scores))


def test_trying_channels_can_be_cancelled(clf, photo) -> None:
    request = Request((clf.layers()[-1].name,), "scorecam", classes=(CLASS,))
    with pytest.raises(CancelledError):
        making(clf, photo, request, Watch(cancelled=lambda: True))


@pytest.mark.parametrize("method", ["eigencam", "finercam", "smoothgradcam++", "guidedgradcam"])
def test_what_is_no_weighted_sum_is_refused(clf, photo, method: str) -> None:
    with pytest.raises(MethodError, match="no weighted sum of channels"):
        made(clf, photo, method, clf.layers()[-1].name)


def test_an_average_over_views_is_refused(clf, photo) -> None:
    request = Request((clf.layers()[-1].name,), classes=(CLASS,), augment=True)
    with pytest.raises(MethodError, match="an average over several views"):
        making(clf, photo, request)


def test_several_maps_are_refused(clf, photo) -> None:
    with pytest.raises(LayerError, match="one class at one layer"):
        making(clf, photo, Request((clf.layers()[-1].name,), classes=(0, 1)))
