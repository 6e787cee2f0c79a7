"""Which output holds the logits, and what they went through: seen, said, or asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradcam

L = keras.layers
ops = keras.ops
SIZE = 12
PHOTO = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)


@pytest.fixture(autouse=True)
def _seed() -> None:
    keras.utils.set_random_seed(0)


def network(head: Callable[[Any], Any]) -> Any:
    image = keras.Input((SIZE, SIZE, 3))
    x = L.GlobalAveragePooling2D()(L.Conv2D(4, 3, activation="relu", name="conv")(image))
    return keras.Model(image, head(x))


def heads(x: Any) -> tuple[Any, Any]:
    return L.Dense(4, name="boxes")(x), L.Dense(3, name="classes")(x)


def logits(clf: Any, inputs: np.ndarray) -> np.ndarray:
    return clf.capture(inputs, []).logits


@pytest.fixture
def inputs() -> np.ndarray:
    return np.random.default_rng(0).random((2, SIZE, SIZE, 3), np.float32)


@pytest.mark.parametrize(
    ("returned", "listed"),
    [
        (lambda x: dict(zip(("a_boxes", "classes"), heads(x), strict=True)), r"'a_boxes' \(N, 4\)"),
        (lambda x: list(heads(x)), r"'boxes' \(N, 4\), 'classes' \(N, 3\)"),
    ],
)
def test_several_outputs_are_asked_about(returned: Any, listed: str) -> None:
    with pytest.raises(gradcam.ModelError, match=rf"{listed}.*output="):
        gradcam.wrap(network(returned))


@pytest.mark.parametrize("output", [1, -1, "classes", ["classes"]])
def test_of_a_list_one_is_chosen_by_place_or_name(output: Any, inputs) -> None:
    model = network(lambda x: list(heads(x)))
    found = logits(gradcam.wrap(model, output=output), inputs)
    np.testing.assert_allclose(found, model(inputs)[1], atol=1e-6)


def test_nested_outputs_are_chosen_by_a_path(inputs) -> None:
    class Nested(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.body = network(lambda x: list(heads(x)))

        def call(self, x: Any) -> Any:
            boxes, classes = self.body(x)
            return {"detection": (boxes, classes), "loss": tf.reduce_mean(classes)}

    model = Nested()
    with pytest.raises(gradcam.ModelError, match=r"\('detection', 1\) \(N, 3\)"):
        gradcam.wrap(model)
    found = logits(gradcam.wrap(model, output=("detection", 1)), inputs)
    np.testing.assert_allclose(found, model(inputs)["detection"][1], atol=1e-6)


@pytest.mark.parametrize("output", ["klasses", 2, ("classes", 0)])
def test_an_output_that_is_not_there(output: Any) -> None:
    with pytest.raises(gradcam.ModelError, match=r"no output .* 'classes' \(N, 3\)"):
        gradcam.wrap(network(lambda x: list(heads(x))), output=output)


def test_an_output_that_is_no_row() -> None:
    model = network(lambda x: [L.Reshape((2, 2))(x), L.Dense(3, name="classes")(x)])
    assert len(gradcam.wrap(model).labels) == 3  # the only row
    with pytest.raises(gradcam.ModelError, match=r"\(N, 2, 2\), not one row"):
        gradcam.wrap(model, output=0)


def test_logits_by_name_go_without_asking(inputs) -> None:
    model = network(lambda x: {"features": x, "logits": L.Dense(3)(x)})
    np.testing.assert_allclose(logits(gradcam.wrap(model), inputs), model(inputs)["logits"], 1e-5)


@pytest.mark.parametrize("shape", [(1, 1, 3), (3,)])
def test_rows_of_other_shapes(shape: tuple[int, ...], inputs) -> None:
    model = network(lambda x: L.Softmax()(L.Reshape(shape)(L.Dense(3, name="dense")(x))))
    expected = keras.Model(model.inputs, model.get_layer("dense").output)(inputs)
    np.testing.assert_allclose(logits(gradcam.wrap(model), inputs), expected, atol=1e-6)


class Squash(L.Layer):
    """A softmax or sigmoid written out."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def call(self, x: Any) -> Any:
        e = tf.exp(x)
        return e / tf.reduce_sum(e, 1, keepdims=True) if self.kind == "softmax" else e / (1 + e)


@pytest.mark.parametrize("kind", ["softmax", "sigmoid"])
def test_an_activation_that_cannot_be_seen_is_asked_about_and_inverted(kind: str, inputs) -> None:
    model = network(lambda x: Squash(kind)(L.Dense(3, name="dense")(x)))
    with pytest.raises(gradcam.ModelError, match=f"look like probabilities .*activation='{kind}'"):
        gradcam.wrap(model)
    clf = gradcam.wrap(model, activation=kind)
    z = keras.Model(model.inputs, model.get_layer("dense").output)(inputs).numpy()
    # A softmax forgets the mean of the logits; a sigmoid forgets nothing.
    expected = z - z.mean(1, keepdims=True) if kind == "softmax" else z
    np.testing.assert_allclose(logits(clf, inputs), expected, atol=1e-5)
    best = gradcam.explain(clf, PHOTO).predictions[0]
    values = gradcam.preprocess.preprocess(PHOTO, clf.preprocessing).values[None]
    assert best.probability == pytest.approx(float(np.max(model(values))), abs=1e-5)


def test_the_gradient_of_an_inverted_softmax_does_not_saturate(inputs) -> None:
    """∂(z_k − mean z)/∂A, whatever the probabilities: here class 0 has all of them."""
    bias = keras.initializers.Constant([12.0, 0, 0])
    model = network(lambda x: Squash("softmax")(L.Dense(3, bias_initializer=bias, name="fc")(x)))
    clf = gradcam.wrap(model, activation="softmax")
    G = clf.capture(inputs, ["conv"]).gradients(np.array([[0], [0]]))["conv"]
    kernel = model.get_layer("fc").kernel.numpy()
    expected = (kernel[:, 0] - kernel.mean(1)) / 100  # the 10 × 10 positions of the average
    np.testing.assert_allclose(G[0, 0, :, 3, 3], expected, atol=1e-5)


def test_what_is_said_to_be_logits_is_taken_as_it_is(inputs) -> None:
    model = network(lambda x: Squash("softmax")(L.Dense(3)(x)))
    clf = gradcam.wrap(model, activation="none")
    np.testing.assert_allclose(logits(clf, inputs), model(inputs), atol=1e-6)


def test_what_is_said_must_fit() -> None:
    with pytest.raises(gradcam.ModelError, match="no probabilities of a softmax"):
        gradcam.wrap(network(L.Dense(3)), activation="softmax")
    with pytest.raises(gradcam.GradcamError, match="softmax"):
        gradcam.wrap(network(L.Dense(3)), activation="soft-max")


def test_logits_that_happen_to_be_small_are_not_asked_about() -> None:
    model = network(L.Dense(3))
    for weight in model.layers[-1].weights:
        weight.assign(0.1 * ops.ones_like(weight))
    assert len(gradcam.wrap(model).labels) == 3


def test_a_softmax_over_one_unit_is_refused() -> None:
    with pytest.raises(gradcam.ModelError, match="single unit, which is always 1"):
        gradcam.wrap(network(L.Dense(1, activation="softmax")))
