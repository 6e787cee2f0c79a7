"""Guided backpropagation by hand, and every nonlinearity but ReLU refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradcam

L = keras.layers
A = keras.activations
ops = keras.ops
SIZE = 12
PHOTO = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)


def network(middle: Callable[[Any], Any]) -> Any:
    keras.utils.set_random_seed(0)
    image = keras.Input((SIZE, SIZE, 3))
    x = L.ReLU()(L.Conv2D(4, 3)(image))
    x = middle(L.Conv2D(4, 3, name="conv")(x))
    return keras.Model(image, L.Dense(2)(L.GlobalAveragePooling2D()(x)), name="mine")


class Layered(L.Layer):
    """Any function as a layer, so that it is called with tensors."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function

    def call(self, x: Any) -> Any:
        return self.function(x)


def squeezed(x: Any) -> Any:
    gate = L.Dense(4, activation="sigmoid")(L.GlobalAveragePooling2D()(x))
    return L.Multiply()([x, L.Reshape((1, 1, 4))(gate)])


def attention(x: Any) -> Any:
    tokens = L.Reshape((64, 4))(x)
    return L.Reshape((8, 8, 4))(L.MultiHeadAttention(1, 4)(tokens, tokens))


def bilinear(x: Any) -> Any:
    return L.Multiply()([L.Conv2D(4, 1)(x), L.Conv2D(4, 1)(x)])


@pytest.mark.parametrize(
    ("middle", "name"),
    [
        (A.gelu, "GELU"),
        (lambda x: A.gelu(x, approximate=True), "GELU"),
        (A.silu, "SiLU"),
        (A.swish, "SiLU"),
        (A.elu, "ELU"),
        (A.selu, "SELU"),
        (A.celu, "CELU"),
        (A.leaky_relu, "LeakyReLU"),
        (L.ReLU(negative_slope=0.1), "LeakyReLU"),
        (L.PReLU(), "PReLU"),
        (A.softplus, "Softplus"),
        (A.softsign, "Softsign"),
        (L.Activation("mish"), "Mish"),
        (A.relu6, "ReLU6"),
        (A.hard_sigmoid, "ReLU6"),
        (L.Activation("hard_silu"), "ReLU6"),
        (L.ReLU(max_value=3.0), "a maximum"),
        (L.ReLU(threshold=0.5), "threshold"),
        (A.tanh, "tanh"),
        (A.sigmoid, "sigmoid"),
        (A.log_sigmoid, "Softplus"),
        (A.exponential, "the operation Exp"),
        (ops.sin, "the operation Sin"),
        (ops.absolute, "the operation Abs"),
        (lambda x: ops.maximum(x, 0.0), "a maximum"),
        (lambda x: ops.where(x > 0, x, 0.1 * x), "threshold"),
        (squeezed, "sigmoid"),
        (attention, "attention"),
        (bilinear, "gate or attention"),
        (Layered(tf.function(lambda x: tf.nn.relu(x))), "compiled function"),
    ],
)
def test_what_is_no_relu_is_refused_by_name(middle: Any, name: str) -> None:
    clf = gradcam.wrap(network(middle))
    with pytest.raises(gradcam.MethodError, match=f"has .*{name}"):
        gradcam.explain(clf, PHOTO, method="guidedgradcam")


@pytest.mark.parametrize(
    "middle",
    [
        L.ReLU(),
        L.Activation("relu"),
        ops.relu,
        L.BatchNormalization(),
        L.LayerNormalization(),
        L.GroupNormalization(2),
        L.MaxPooling2D(),
        L.UpSampling2D(),
        L.UpSampling2D(interpolation="bilinear"),
        L.Conv2DTranspose(4, 3),
        L.SeparableConv2D(4, 3),
        L.Conv2D(4, 3, groups=2),
        L.Conv2D(4, 3, dilation_rate=2),
        L.Dropout(0.5),
        lambda x: L.Add()([x, L.Conv2D(4, 1)(x)]),
        lambda x: L.Concatenate()([x, L.AveragePooling2D(1)(x)]),
    ],
)
def test_what_is_linear_or_pools_is_not(middle: Any) -> None:
    clf = gradcam.wrap(network(middle))
    assert np.isfinite(clf.guided(np.zeros((1, SIZE, SIZE, 3), np.float32), np.array([[0]]))).all()


def test_what_comes_before_the_weights_may_be_anything() -> None:
    """Preprocessing that clips is no activation."""
    keras.utils.set_random_seed(0)
    image = keras.Input((SIZE, SIZE, 3))
    x = ops.clip(image / 255.0, 0.0, 1.0)
    x = L.ReLU()(L.Conv2D(4, 3)(x))
    clf = gradcam.wrap(keras.Model(image, L.Dense(2)(L.GlobalAveragePooling2D()(x))))
    assert clf.guided(PHOTO[None].astype(np.float32), np.array([[0, 1]])).any()


def test_a_sigmoid_at_the_end_is_none_either() -> None:
    image = keras.Input((SIZE, SIZE, 3))
    x = L.GlobalAveragePooling2D()(L.ReLU()(L.Conv2D(4, 3)(image)))
    clf = gradcam.wrap(keras.Model(image, L.Dense(2, activation="sigmoid")(x)))
    assert clf.guided(np.zeros((1, SIZE, SIZE, 3), np.float32), np.array([[0]])).shape[-1] == 3
