"""Weights drawn anew on a copy: by Keras's own rules, block by block, the original untouched."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import gradcam
from gradcam.errors import ModelError
from gradcam.sanity import EDGES, sanity_check

L = keras.layers
PHOTO = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)


@keras.saving.register_keras_serializable("random copy")
class Scaled(L.Layer):
    """A layer of one's own, which begins with no numbers that its settings would tell."""

    def build(self, shape: Any) -> None:
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones")

    def call(self, x: Any) -> Any:
        return x * self.scale


@pytest.fixture
def model() -> Any:
    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            L.Conv2D(8, 3, padding="same", name="stem"), L.BatchNormalization(name="norm"),
            L.ReLU(name="relu"), Scaled(name="scaled"),
            L.GlobalAveragePooling2D(name="pool"), L.Dense(4, name="fc"),
        ]
    )  # fmt: skip
    for layer in model.layers:
        layer.set_weights([np.full_like(values, 7) for values in layer.get_weights()])
    model.get_layer("scaled").set_weights([np.arange(8, dtype=np.float32)])
    return model


def layer_weights(copy: Any, name: str) -> list[np.ndarray]:
    return copy.classifier.model.get_layer(name).get_weights()


def test_only_the_block_is_drawn_and_only_in_the_copy(model: Any) -> None:
    before = [values.copy() for values in model.get_weights()]
    clf = gradcam.wrap(model)
    digest = clf.digest
    copy = clf.random_copy()
    assert [block.name for block in copy.blocks] == ["fc", "stem"]
    assert copy.blocks[1].layers == ("stem", "norm", "scaled")
    copy.randomise(copy.blocks[0], seed=0)
    assert (layer_weights(copy, "stem")[0] == 7).all()
    assert not (layer_weights(copy, "fc")[0] == 7).any()
    np.testing.assert_array_equal(np.hstack([v.ravel() for v in before]),
                                  np.hstack([v.ravel() for v in model.get_weights()]))  # fmt: skip
    assert clf.digest == digest


def test_weights_are_those_of_a_new_layer(model: Any) -> None:
    """Glorot: within ±√(6 / (8 + 4)) = 0.707 for the head; biases 0, a norm's variances 1."""
    copy = gradcam.wrap(model).random_copy()
    for block in copy.blocks:
        copy.randomise(block, seed=0)
    kernel, bias = layer_weights(copy, "fc")
    assert 0.5 < np.abs(kernel).max() <= np.sqrt(6 / 12)
    assert not bias.any()
    gamma, beta, mean, variance = (set(v.tolist()) for v in layer_weights(copy, "norm"))
    assert (gamma, beta, mean, variance) == ({1}, {0}, {0}, {1})
    scale = layer_weights(copy, "scaled")[0].tolist()
    assert scale != sorted(scale)
    assert sorted(scale) == list(range(8))


def test_the_copy_computes_with_its_new_weights_and_is_restored(model: Any) -> None:
    clf = gradcam.wrap(model)
    inputs = np.random.default_rng(0).random((1, 16, 16, 3), np.float32)
    trained = clf.capture(inputs, []).logits
    copy = clf.random_copy()
    np.testing.assert_array_equal(copy.classifier.capture(inputs, []).logits, trained)
    copy.randomise(copy.blocks[0], seed=0)
    drawn = copy.classifier.capture(inputs, []).logits
    assert not np.allclose(drawn, trained)
    copy.restore()
    np.testing.assert_array_equal(copy.classifier.capture(inputs, []).logits, trained)
    copy.randomise(copy.blocks[0], seed=0)
    np.testing.assert_array_equal(copy.classifier.capture(inputs, []).logits, drawn)


class Subclassed(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.pool, self.fc = L.Conv2D(4, 3), L.GlobalAveragePooling2D(), L.Dense(3)

    def call(self, x: Any) -> Any:
        return self.fc(self.pool(self.conv(x)))


def test_a_model_that_keras_cannot_copy_is_refused() -> None:
    clf = gradcam.wrap(Subclassed(), preprocessing=gradcam.Preprocessing(16, (16, 16)))
    with pytest.raises(ModelError, match="cannot be copied"):
        sanity_check(clf, PHOTO)


def test_a_sanity_check_of_the_bundled_network() -> None:
    clf = gradcam.load_model("bundled/photos-keras")
    check = sanity_check(clf, PHOTO, methods=["gradcam"], runs=3)
    names = [block.name for block in check.blocks]
    assert names == ["fc", "layer3.1", "layer3.0", "layer2.1", "layer2.0", "layer1", "stem"]
    assert abs(check.curve("gradcam")[-1].mean) < 0.5
    assert check.curve(EDGES)[-1].mean == 1
