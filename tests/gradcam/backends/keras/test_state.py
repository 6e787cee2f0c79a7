"""What is changed in a model after it was wrapped is noticed, and nothing stale is shown."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradcam
from gradcam.backends.keras import state

L = keras.layers
SIZE = 12
PHOTO = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
SMALL = gradcam.Preprocessing(SIZE, (SIZE, SIZE))


class Mine(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.conv = L.Conv2D(4, 3, name="conv")
        self.act = L.Activation("relu", name="act")
        self.blocks = [L.Conv2D(4, 3, name="block")]
        self.head = L.Dense(3, name="head")
        self.scale = 1.0
        self.steps = {"skip": False}
        self.table = np.ones(3, np.float32)
        self.squash = tf.nn.relu
        self.calls = 0

    def call(self, x: Any) -> Any:
        self.calls += 1
        x = self.act(self.conv(x))
        for block in self.blocks:
            x = x if self.steps["skip"] else block(x)
        return self.head(tf.reduce_mean(self.squash(x), (1, 2)) * self.scale) * self.table


def built() -> Any:
    keras.utils.set_random_seed(0)
    model = Mine()
    model(np.zeros((1, SIZE, SIZE, 3), np.float32))
    return model


def new_head(model: Any) -> None:
    model._tracker.unlock()  # Keras locks a model's layers once it is built
    model.head = L.Dense(3, name="head")


def new_kernel(model: Any) -> None:
    model.conv.kernel.assign(-model.conv.kernel)


def new_activation(model: Any) -> None:
    model.act.activation = keras.activations.tanh


def renamed_block(model: Any) -> None:
    model._tracker.unlock()
    model.blocks = [L.Conv2D(4, 3, name="renamed")]


CHANGES: dict[str, Callable[[Any], Any]] = {
    "a layer": new_head,
    "a layer in a list": renamed_block,
    "weights": new_kernel,
    "an activation": new_activation,
    "a number": lambda model: setattr(model, "scale", -2.0),
    "an item": lambda model: model.steps.__setitem__("skip", True),
    "an array": lambda model: setattr(model, "table", np.float32([3, 2, 1])),
    "a function": lambda model: setattr(model, "squash", tf.nn.tanh),
    "an instance's call": lambda model: model.act.__dict__.update(call=lambda x: -x),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_after_wrap_is_noticed(name: str) -> None:
    model = built()
    clf = gradcam.wrap(model, preprocessing=SMALL)
    before = gradcam.explain(clf, PHOTO, classes=[0])
    version, digest = clf.version, clf.digest
    CHANGES[name](model)
    after = gradcam.explain(clf, PHOTO, classes=[0])
    fresh = gradcam.explain(gradcam.wrap(model, preprocessing=SMALL), PHOTO, classes=[0])
    assert clf.version != version
    assert clf.digest != digest
    assert after.predictions == fresh.predictions
    assert after.predictions != before.predictions
    np.testing.assert_array_equal(after.maps[0].values, fresh.maps[0].values)


def test_a_layer_that_is_gone_is_refused_by_name() -> None:
    model = built()
    clf = gradcam.wrap(model, preprocessing=SMALL)
    gradcam.explain(clf, PHOTO, layer="block")
    renamed_block(model)
    with pytest.raises(gradcam.LayerError, match=r"'block'.*Nearest"):
        gradcam.explain(clf, PHOTO, layer="block")


def test_nothing_is_traced_again_without_a_change() -> None:
    """Though every trace changes this model's counter of calls, as training does its history."""
    model = built()
    clf = gradcam.wrap(model, preprocessing=SMALL)
    clf.layers()
    graph, version = clf._graph, clf.version
    gradcam.explain(clf, PHOTO)
    model.compile("sgd", "mse")
    assert clf._graph is graph
    assert clf.version == version


def test_training_does_not_trace_again() -> None:
    keras.utils.set_random_seed(0)
    image = keras.Input((SIZE, SIZE, 3))
    x = L.BatchNormalization()(L.Conv2D(4, 3, name="conv")(image))
    model = keras.Model(image, L.Dense(2)(L.GlobalAveragePooling2D()(x)))
    model.compile("sgd", "mse")
    clf = gradcam.wrap(model)
    graph, version = clf._graph, clf.version
    model.fit(np.ones((2, SIZE, SIZE, 3)), np.ones((2, 2)), verbose=0)
    assert clf._graph is graph
    assert clf.version != version


def test_the_digest_is_the_same_for_the_same_model() -> None:
    digests = []
    for _ in range(2):
        keras.utils.clear_session()  # which numbers the model's own name anew
        digests.append(state.model_digest(built()))
    assert digests[0] == digests[1]


def test_it_may_be_called_from_another_thread() -> None:
    clf = gradcam.wrap(built(), preprocessing=SMALL)
    here = gradcam.explain(clf, PHOTO)
    with ThreadPoolExecutor(4) as pool:
        there = list(pool.map(lambda _: gradcam.explain(clf, PHOTO, classes=[1]), range(4)))
        wrapped = pool.submit(lambda: gradcam.wrap(built(), preprocessing=SMALL)).result()
        again = pool.submit(gradcam.explain, wrapped, PHOTO).result()
    assert {one.predictions for one in there} == {here.predictions}
    assert again.predictions == here.predictions
