"""The ways to name a layer, in each framework."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcam
from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import LayerError
from gradcam.layers import layer_names

HOW = gradcam.Preprocessing(8, (8, 8), (0, 0, 0), (1, 1, 1))
PHOTO = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)


@pytest.fixture
def clf() -> NumpyClassifier:
    return NumpyClassifier(np.eye(3), np.eye(3), size=8)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (None, None),
        ("mix", ("mix",)),
        (0, ("mix",)),
        (-1, ("features",)),
        (np.int64(1), ("features",)),
        ([0, "features"], ("mix", "features")),
        (np.array([0, 1]), ("mix", "features")),
    ],
)
def test_names_and_positions(clf: NumpyClassifier, given: Any, names: Any) -> None:
    assert layer_names(clf, given) == names


def test_layers_as_they_are_listed(clf: NumpyClassifier) -> None:
    assert layer_names(clf, clf.layers()[0]) == ("mix",)
    result = gradcam.explain(clf, PHOTO, layer=clf.layers())
    assert result.layers == ("mix", "features")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (2, "NumPy has no layer 2. Positions run from 0 to 1, and from -1 back to -2."),
        (-3, "NumPy has no layer -3."),
        (True, "This bool is not a layer of NumPy."),
        (1.0, "This float is not a layer of NumPy."),
        ([object()], "This object is not a layer of NumPy."),
        ("featuers", "'featuers' is not an explainable layer of NumPy. Nearest: features."),
    ],
)
def test_what_is_no_layer_is_refused(clf: NumpyClassifier, given: Any, sentence: str) -> None:
    with pytest.raises(LayerError) as caught:
        gradcam.explain(clf, PHOTO, layer=given)
    assert sentence in str(caught.value)


def test_a_torch_module() -> None:
    nn = pytest.importorskip("torch").nn
    features = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU())
    net = nn.Sequential(features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
    clf = gradcam.wrap(net, preprocessing=HOW)
    # A Sequential can be iterated over, but is one layer.
    assert layer_names(clf, features) == ("0",)
    assert layer_names(clf, [features[0], features]) == ("0.0", "0")
    ours = gradcam.explain(clf, PHOTO, layer=features[0]).maps[0]
    assert ours == gradcam.explain(clf, PHOTO, layer="0.0").maps[0]
    with pytest.raises(LayerError, match="This Conv2d is not a layer of Sequential"):
        layer_names(clf, nn.Conv2d(3, 4, 3))
    with pytest.raises(LayerError, match="'3' is not an explainable layer"):
        gradcam.explain(clf, PHOTO, layer=net[3])


def test_a_keras_layer() -> None:
    keras = pytest.importorskip("keras")
    conv = keras.layers.Conv2D(4, 3, padding="same", name="conv")
    inner = keras.Sequential([keras.Input((8, 8, 3)), conv], name="backbone")
    net = keras.Sequential(
        [inner, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2)], name="net"
    )
    net.build((None, 8, 8, 3))
    clf = gradcam.wrap(net, preprocessing=HOW)
    assert layer_names(clf, conv) == ("backbone/conv",)
    assert gradcam.explain(clf, PHOTO, layer=conv).layers == ("backbone/conv",)
    with pytest.raises(LayerError, match="This Conv2D is not a layer of"):
        layer_names(clf, keras.layers.Conv2D(4, 3))
