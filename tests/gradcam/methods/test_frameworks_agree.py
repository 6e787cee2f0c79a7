"""The same network in PyTorch and in Keras gives the same maps with every method."""

from __future__ import annotations

import numpy as np
import pytest

import gradcam
from components import samples
from gradcam.backends import Classifier
from gradcam.methods import METHODS
from gradcam.types import Fusion
from studies.reference import difference

CLOSE = 1e-4
PHOTOS = ("two-things", "cat")
# Trying every channel of layer3 takes seconds and tests no more than trying some.
PARAMETERS = {"scorecam": {"channels": 12}, "ablationcam": {"channels": 12}}


@pytest.fixture(scope="module")
def both() -> tuple[Classifier, Classifier]:
    """Both networks, loaded once because Keras traces the network on first use."""
    return gradcam.load_model("bundled/photos"), gradcam.load_model("bundled/photos-keras")


@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("layer", ["layer3", "layer2"])
@pytest.mark.parametrize("name", [name for name, m in METHODS.items() if not m.transformers])
def test_frameworks_agree(both, name: str, layer: str, photo: str) -> None:
    """For the two best classes, and for two absent ones with negative logits."""
    image = samples.load(photo)
    best = gradcam.explain(both[0], image, layer).predictions
    classes = [best[0].index, best[1].index, 3, 60]
    maps = [
        gradcam.explain(
            clf, image, layer, name, classes=classes, parameters=PARAMETERS.get(name, {})
        ).maps
        for clf in both
    ]
    for torch_map, keras_map in zip(*maps, strict=True):
        assert np.abs(torch_map.values).max() > 0
        assert difference(keras_map.values, torch_map.values) <= CLOSE
        assert torch_map.uniform_gradient == keras_map.uniform_gradient
        assert torch_map.parameters.keys() == keras_map.parameters.keys()
        for key, value in torch_map.parameters.items():
            other = keras_map.parameters[key]
            assert value == other if isinstance(value, dict) else np.allclose(value, other)


@pytest.mark.parametrize("layer", ["layer3", "layer2"])
def test_augmented_maps_agree(both, layer: str) -> None:
    maps = [gradcam.explain(clf, samples.load("cat"), layer, augment=True).maps for clf in both]
    for torch_map, keras_map in zip(*maps, strict=True):
        assert difference(keras_map.values, torch_map.values) <= CLOSE


@pytest.mark.parametrize("how", ["max", "mean", "product"])
def test_fused_maps_agree(both, how: Fusion) -> None:
    layers = ["layer2", "layer3"]
    maps = [
        gradcam.explain(clf, samples.load("cat"), layers, "layercam", fuse=how).maps for clf in both
    ]
    for torch_map, keras_map in zip(*maps, strict=True):
        assert difference(keras_map.values, torch_map.values) <= CLOSE


@pytest.mark.heavy
@pytest.mark.parametrize("layer", ["layer3", "layer2"])
@pytest.mark.parametrize("name", ["scorecam", "ablationcam"])
def test_frameworks_agree_on_every_channel(both, name: str, layer: str) -> None:
    maps = [
        gradcam.explain(clf, samples.load("cat"), layer, name, classes=[0, 3]).maps for clf in both
    ]
    for torch_map, keras_map in zip(*maps, strict=True):
        assert difference(keras_map.values, torch_map.values) <= CLOSE
