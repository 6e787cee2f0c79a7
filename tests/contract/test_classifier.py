"""The contract between a backend and the engine."""

from __future__ import annotations

from threading import Thread

import numpy as np
import pytest

import gradcam


def names(clf) -> list[str]:
    return [layer.name for layer in clf.layers()]


def test_it_has_an_id_title_digest_and_labels(clf) -> None:
    assert clf.id.startswith("memory/")
    assert clf.title
    assert len(clf.digest) == 64
    assert int(clf.digest, 16) >= 0
    assert clf.labels == ("first", "second", "third")


def test_layers_run_from_input_to_output_with_one_recommended(clf) -> None:
    layers = clf.layers()
    assert [layer.shape for layer in layers] == [(4, 8, 8)] * 2
    assert [layer.recommended for layer in layers] == [False, True]
    assert layers[-1].stage
    assert clf.layers() == layers


def test_a_capture_has_the_promised_shapes(clf, inputs) -> None:
    capture = clf.capture(inputs, names(clf))
    gradients = capture.gradients(np.array([[0, 1], [2, 0]]))
    assert capture.logits.shape == (2, 3)
    for name in names(clf):
        assert capture.activations[name].shape == (2, 4, 8, 8)
        assert capture.activations[name].dtype == np.float32
        assert gradients[name].shape == (2, 2, 4, 8, 8)
        assert gradients[name].dtype == np.float32


def test_gradients_are_the_slope_of_the_logit(clf, inputs) -> None:
    """The head after "features" is linear: logit = Σ A·G, for every class of every image."""
    classes = np.array([[0, 1, 2], [2, 1, 0]])
    last = names(clf)[-1]
    capture = clf.capture(inputs, [last])
    A, G = capture.activations[last], capture.gradients(classes)[last]
    slope = np.einsum("nchw,nkchw->nk", A, G)
    np.testing.assert_allclose(slope, np.take_along_axis(capture.logits, classes, 1), atol=1e-5)


def test_pixels_are_the_slope_of_the_activations(clf, inputs) -> None:
    """Convolution and ReLU without bias double if the photo does: Σ x·∂(w·A)/∂x = Σ w·A."""
    weights = np.random.default_rng(5).normal(size=(2, 4, 8, 8)).astype(np.float32)
    for name in names(clf):
        A = clf.capture(inputs, [name]).activations[name]
        found = clf.pixels(inputs, name, weights)
        assert found.shape == inputs.shape
        expected = (weights * A).sum(axis=(1, 2, 3))
        np.testing.assert_allclose((found * inputs).sum(axis=(1, 2, 3)), expected, atol=1e-4)


def test_gradients_can_be_computed_again(clf, inputs) -> None:
    capture = clf.capture(inputs, names(clf))
    once = capture.gradients(np.array([[0], [0]]))
    capture.gradients(np.array([[1], [2]]))
    again = capture.gradients(np.array([[0], [0]]))
    for name in names(clf):
        np.testing.assert_array_equal(once[name], again[name])


def test_activations_are_captured_before_in_place_changes(clf, inputs) -> None:
    """The first layer keeps its negative values although the ReLU after it works in place."""
    first, last = names(clf)
    capture = clf.capture(inputs, [first, last])
    assert (capture.activations[first] < 0).any()
    relu = np.maximum(capture.activations[first], 0)
    np.testing.assert_allclose(capture.activations[last], relu, atol=1e-6)


def test_gradcam_is_cam_at_the_last_layer(clf) -> None:
    """GAP and a linear head: Σ_c head[k, c]·A_c, up to the area (Zhou et al. 2016; DESIGN 5.8)."""
    photo = np.random.default_rng(3).integers(0, 256, (8, 8, 3), np.uint8)
    gradcam_maps = gradcam.explain(clf, photo, classes=[0, 1, 2]).maps
    hires_maps = gradcam.explain(clf, photo, classes=[0, 1, 2], method="hirescam").maps
    for one, other in zip(gradcam_maps, hires_maps, strict=True):
        np.testing.assert_allclose(one.values, other.values, atol=1e-6)
        # Each position is a share of the logit, so they sum to it.
        assert one.values.sum() == pytest.approx(one.prediction.logit, abs=1e-5)


def test_threads_do_not_interfere(clf) -> None:
    """Eight threads sharing a model get the same maps as one thread."""
    photos = np.random.default_rng(4).integers(0, 256, (8, 8, 8, 3), np.uint8)
    alone = [gradcam.explain(clf, p, classes=[1]).maps[0].values for p in photos]
    together: dict[int, np.ndarray] = {}

    def work(n: int) -> None:
        result = gradcam.explain(clf, photos[n], layer=names(clf), classes=[1])
        together[n] = result.maps[-1].values

    threads = [Thread(target=work, args=(n,)) for n in range(len(photos))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n, values in enumerate(alone):
        np.testing.assert_allclose(together[n], values, atol=1e-6)
