"""The pixel values a model expects, read from its graph, and doubts about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradcam
from gradcam.backends import values
from gradcam.ranges import RANGES, with_range

L = keras.layers
A = keras.applications
SIZE = 16


@pytest.fixture(autouse=True)
def _seed() -> None:
    keras.utils.set_random_seed(0)


def network(prepare: Callable[[Any], Any], channels: int = 3) -> Any:
    image = keras.Input((SIZE, SIZE, channels))
    x = L.Conv2D(4, 3, activation="relu", name="conv")(prepare(image))
    return keras.Model(image, L.Dense(3)(L.GlobalAveragePooling2D()(x)))


def augmentation() -> Any:
    layers = [L.RandomFlip(), L.RandomRotation(0.2), L.RandomZoom(0.2), L.RandomContrast(0.2)]
    return keras.Sequential(layers, name="augmentation")


def normalization(mean: float, std: float) -> Any:
    return L.Normalization(mean=[mean] * 3, variance=[std**2] * 3)


class PerImage(L.Layer):
    def call(self, x: Any) -> Any:
        return tf.image.per_image_standardization(x)


PREPARED = {
    "nothing": (lambda x: x, "0-1"),
    "Rescaling to [0, 1]": (L.Rescaling(1 / 255), "0-255"),
    "Rescaling to [-1, 1]": (L.Rescaling(1 / 127.5, offset=-1), "0-255"),
    "of [0, 1] to [-1, 1]": (L.Rescaling(2.0, offset=-1), "0-1"),
    "of [0, 1] to bytes": (L.Rescaling(255.0), "0-1"),
    "of [-1, 1] to [0, 1]": (L.Rescaling(0.5, offset=0.5), "-1-1"),
    "centred": (lambda x: x - 0.5, "0-1"),
    "Normalization of bytes": (normalization(120.0, 60.0), "0-255"),
    "Normalization of [0, 1]": (normalization(0.45, 0.22), "0-1"),
    "divided": (lambda x: x / 255.0, "0-255"),
    "mobilenet_v2": (A.mobilenet_v2.preprocess_input, "0-255"),
    "resnet50": (A.resnet50.preprocess_input, "0-255"),
    "densenet": (A.densenet.preprocess_input, "0-255"),
    "tutorial": (lambda x: A.mobilenet_v2.preprocess_input(augmentation()(x)), "0-255"),
    "behind augmentation": (lambda x: L.Rescaling(1 / 255)(augmentation()(x)), "0-255"),
    "behind a resize": (lambda x: L.Rescaling(1 / 255)(L.Resizing(8, 8)(x)), "0-255"),
    "bytes": (lambda x: keras.ops.cast(keras.ops.cast(x, "uint8"), "float32") / 255.0, "0-255"),
    "per image": (PerImage(), "0-1"),
}


@pytest.mark.parametrize("name", PREPARED)
def test_the_range_is_read_from_the_graph(name: str) -> None:
    prepare, expected = PREPARED[name]
    how = gradcam.wrap(network(prepare)).preprocessing
    assert how == with_range(how, expected)


def test_what_stands_in_a_nested_model_is_read_too() -> None:
    inner = keras.Sequential([L.Rescaling(1 / 255), L.Conv2D(3, 1)], name="inner")
    how = gradcam.wrap(network(lambda x: inner(augmentation()(x)))).preprocessing
    assert how.std == (1 / 255,) * 3


def test_a_subclassed_model_s_own_arithmetic_is_read() -> None:
    class Mine(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.body = network(lambda x: x)

        def call(self, x: Any) -> Any:
            return self.body(x / 255.0)

    assert gradcam.wrap(Mine()).preprocessing.std == (1 / 255,) * 3


def test_the_tutorial_s_model_predicts_here_as_it_does_in_keras() -> None:
    model = network(lambda x: A.mobilenet_v2.preprocess_input(augmentation()(x)))
    photo = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    best = gradcam.explain(gradcam.wrap(model), photo).predictions[0]
    output = model.predict(photo[None].astype(np.float32), verbose=0)[0]
    assert best.logit == pytest.approx(float(output.max()), abs=1e-5)


@pytest.mark.parametrize("name", RANGES)
def test_a_range_can_be_said(name: str) -> None:
    how = gradcam.wrap(network(lambda x: x), preprocessing=name).preprocessing
    low, high = RANGES[name]
    assert (how.crop, how.mean[0], how.std[0]) == ((16, 16), -low / (high - low), 1 / (high - low))


def test_a_range_that_does_not_exist() -> None:
    with pytest.raises(gradcam.GradcamError, match="0-255"):
        gradcam.wrap(network(lambda x: x), preprocessing="0-256")


def test_an_application_that_scales_nothing_gets_its_own_values_and_a_note() -> None:
    base = A.MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights=None, alpha=0.35)
    image = keras.Input((32, 32, 3))
    model = keras.Model(image, L.Dense(2)(L.GlobalAveragePooling2D()(base(image))), name="mine")
    with pytest.warns(gradcam.GradcamWarning, match=r"MobileNetV2.*pass preprocessing"):
        clf = gradcam.wrap(model)
    assert clf.preprocessing == with_range(clf.preprocessing, "-1-1")


def test_logits_that_hardly_react_are_doubted() -> None:
    """Rescaling hidden in a compiled function, behind the first weights: nothing can read it."""
    model = network(lambda x: L.Rescaling(1 / 127.5, offset=-1)(L.Conv2D(3, 1, use_bias=False)(x)))
    with pytest.warns(gradcam.GradcamWarning, match="from 0 to 255"):
        gradcam.wrap(model)


def test_a_wrong_range_that_was_given_is_doubted_too() -> None:
    model = network(L.Rescaling(1 / 127.5, offset=-1))
    with pytest.warns(gradcam.GradcamWarning, match="from 0 to 255"):
        gradcam.wrap(model, preprocessing="0-1")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["nothing", "tutorial", "resnet50"])
def test_models_that_are_right_raise_no_doubt(name: str) -> None:
    assert gradcam.wrap(network(PREPARED[name][0])).notes == ()


def test_reaction_by_hand() -> None:
    """Logits (3, 0) and (5, 0): deviations 1 and 0, size √(34/4); scaling changes nothing."""
    logits = np.float32([[3, 0], [5, 0]])
    assert values.reaction(logits) == pytest.approx(np.sqrt(0.5) / np.sqrt(34 / 4))
    assert values.reaction(1000 * logits) == pytest.approx(values.reaction(logits))
    assert values.reaction(np.zeros((2, 2), np.float32)) == 0


class Always(L.Layer):
    """A function of the features (N, 4) that is the same in training and after it."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function

    def call(self, x: Any) -> Any:
        return self.function(x)


@pytest.mark.parametrize(
    "function",
    [lambda x: x - tf.reduce_mean(x, 0, keepdims=True), lambda x: tf.nn.dropout(x, 0.5)],
    ids=["the batch's own statistics", "dropout"],
)
def test_answers_that_depend_on_more_than_the_photo_are_doubted(function: Any) -> None:
    image = keras.Input((SIZE, SIZE, 3))
    x = Always(function)(L.GlobalAveragePooling2D()(L.Conv2D(8, 3)(image)))
    with pytest.warns(gradcam.GradcamWarning, match="in training mode"):
        gradcam.wrap(keras.Model(image, L.Dense(3)(x)))
