"""Layers are what moves with the photo, whatever the order of their values."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradcam

L = keras.layers
SIZE = 16


@pytest.fixture(autouse=True)
def _seed() -> None:
    keras.utils.set_random_seed(0)


@pytest.fixture
def inputs() -> np.ndarray:
    return np.random.default_rng(0).random((2, SIZE, SIZE, 3), np.float32)


def names(clf: Any) -> list[str]:
    return [layer.name for layer in clf.layers()]


class Bias(L.Layer):
    """Position biases, (N, 8, 8, 4) whatever the photo."""

    def build(self, _shape: Any) -> None:
        self.table = self.add_weight(shape=(1, 8, 8, 4), initializer="glorot_uniform", name="table")

    def call(self, x: Any) -> Any:
        return tf.repeat(self.table, tf.shape(x)[0], axis=0)


# Each fourth token first.
ORDER = [*range(0, 64, 4), *range(1, 64, 4), *range(2, 64, 4), *range(3, 64, 4)]


class Shuffled(L.Layer):
    """Tokens (N, 64, C) in no raster order."""

    def call(self, x: Any) -> Any:
        return tf.gather(tf.reshape(x, (-1, 64, x.shape[-1])), ORDER, axis=1)


def test_what_does_not_depend_on_the_photo_is_no_layer() -> None:
    image = keras.Input((SIZE, SIZE, 3))
    x = L.Conv2D(4, 3, strides=2, padding="same", name="conv")(image)
    x = L.Add(name="sum")([x, Bias(name="bias")(x)])
    clf = gradcam.wrap(keras.Model(image, L.Dense(2)(L.GlobalAveragePooling2D()(x))))
    assert names(clf) == ["conv", "sum"]


def test_layers_after_one_small_early_output_are_found() -> None:
    """A gate at 2 × 2, computed first, once hid everything larger that came after it."""
    image = keras.Input((SIZE, SIZE, 3))
    gate = L.Conv2D(4, 3, padding="same", name="small")(L.AveragePooling2D(8)(image))
    x = L.Conv2D(4, 3, padding="same", name="large")(image)
    x = L.Multiply(name="gated")([x, L.UpSampling2D(8)(gate)])
    clf = gradcam.wrap(keras.Model(image, L.Dense(2)(L.GlobalAveragePooling2D()(x))))
    assert {"small", "large", "gated"} <= set(names(clf))
    assert next(x.name for x in clf.layers() if x.recommended) == "gated"


def shuffling() -> Any:
    image = keras.Input((SIZE, SIZE, 3))
    x = Shuffled(name="tokens")(L.Conv2D(4, 2, strides=2, name="conv")(image))
    return keras.Model(image, L.Dense(2, name="head")(L.GlobalAveragePooling1D()(x)))


def unshuffle(tokens: Any) -> Any:
    rows = tf.gather(tokens, np.argsort(ORDER), axis=1)
    return tf.reshape(tf.transpose(rows, (0, 2, 1)), (-1, 4, 8, 8))


def test_shuffled_tokens_are_a_layer_only_if_their_order_is_given(inputs) -> None:
    assert "tokens" not in names(gradcam.wrap(shuffling()))
    clf = gradcam.wrap(shuffling(), layers={"tokens": unshuffle})
    assert {layer.name: layer.shape for layer in clf.layers()}["tokens"] == (4, 8, 8)
    capture = clf.capture(inputs, ["conv", "tokens"])
    np.testing.assert_array_equal(capture.activations["conv"], capture.activations["tokens"])
    G = capture.gradients(np.array([[0], [1]]))
    np.testing.assert_allclose(G["conv"], G["tokens"], atol=1e-7)


def test_values_read_in_an_order_of_their_own_are_replaced_in_it(inputs) -> None:
    clf = gradcam.wrap(shuffling(), layers={"tokens": unshuffle})
    A = clf.capture(inputs[:1], ["conv", "tokens"]).activations["tokens"]
    halved = np.concatenate([A, A / 2])
    halved[1, :, :4] = A[0, :, :4]  # the lower half
    expected = clf.resume(inputs[:1], "conv", halved)
    np.testing.assert_allclose(clf.resume(inputs[:1], "tokens", halved), expected, atol=1e-6)


def test_a_grid_can_be_given_for_tokens(inputs) -> None:
    image = keras.Input((SIZE, SIZE, 3))
    x = L.Reshape((64, 4), name="tokens")(L.Conv2D(4, 2, strides=2, name="conv")(image))
    model = keras.Model(image, L.Dense(2)(L.GlobalAveragePooling1D()(x)))
    clf = gradcam.wrap(model, layers={"tokens": (8, 8)})
    A = clf.capture(inputs, ["conv", "tokens"]).activations
    np.testing.assert_array_equal(A["conv"], A["tokens"])


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ({"tokens": lambda t: tf.reverse(unshuffle(t), [2])}, "does not follow the photo"),
        ({"tokens": lambda t: 2 * unshuffle(t)}, "only pick and move"),
        ({"tokens": (9, 9)}, "no sequence of 9 × 9"),
        ({"token": unshuffle}, "'token', which the model has not called"),
    ],
)
def test_a_reading_that_does_not_fit(layers: Any, words: str) -> None:
    with pytest.raises(gradcam.LayerError, match=words):
        gradcam.wrap(shuffling(), layers=layers).layers()


def test_a_plain_vision_transformer_with_a_linear_patch_embedding(inputs) -> None:
    """No layer has a spatial shape; the tokens' order is found by what moves."""
    image = keras.Input((SIZE, SIZE, 3))
    x = tf.keras.layers.Reshape((4, 4, 4, 4, 3))(image)
    x = L.Reshape((16, 48), name="patches")(L.Permute((1, 3, 2, 4, 5))(x))
    x = L.LayerNormalization(name="norm")(L.Dense(8, name="embed")(x))
    x = L.Add(name="block")([x, L.MultiHeadAttention(2, 4, name="attend")(x, x)])
    clf = gradcam.wrap(keras.Model(image, L.Dense(2)(L.GlobalAveragePooling1D()(x))))
    shapes = {layer.name: layer.shape for layer in clf.layers()}
    assert shapes["embed"] == shapes["block"] == (8, 4, 4)
    A = clf.capture(inputs, ["patches"]).activations["patches"]
    np.testing.assert_array_equal(A[0, 0], inputs[0, ::4, ::4, 0])
