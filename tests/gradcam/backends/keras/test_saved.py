"""Saved models as Keras builds them from a checked configuration, beside how it does by itself.

What is refused is tested without Keras, in tests/gradcam/vault/test_keras_config.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

import gradcam
from gradcam import catalogue
from gradcam.backends.keras import compat, saved
from gradcam.vault import Budget, keras_config, keras_network

L, ops = keras.layers, keras.ops
SIZE = 16


@pytest.fixture(autouse=True)
def _seed() -> None:
    keras.utils.set_random_seed(0)


def photo() -> Any:
    return keras.Input((SIZE, SIZE, 3))


def nested() -> Any:
    """A model called twice, one in one, and the last of them is the output itself."""
    within = keras.Sequential([photo(), L.Conv2D(3, 3, padding="same"), L.BatchNormalization()])
    outer = keras.Sequential([within, L.ReLU()], name="outer")
    x = photo()
    head = keras.Sequential([photo(), L.GlobalAveragePooling2D(), L.Dense(3)], name="head")
    return keras.Model(x, head(outer(outer(x))))


def operations() -> Any:
    x = image = photo()
    x = (x / 255.0 - np.float32([0.4, 0.5, 0.6])) / np.float32([0.2, 0.2, 0.2])
    x = ops.relu(L.Conv2D(4, 3, name="conv")(x[..., ::-1]))
    x = ops.concatenate([x, -x], axis=-1)
    x = ops.mean(ops.reshape(ops.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), (-1, 256, 8)), axis=1)
    first, second = ops.split(x, 2, axis=-1)
    return keras.Model(image, L.Dense(3)(ops.maximum(first, second)))


def everyday() -> Any:
    normal = L.Normalization()
    normal.adapt(np.random.default_rng(0).random((4, SIZE, SIZE, 3), np.float32))
    x = image = photo()
    x = L.RandomFlip()(normal(L.Rescaling(1 / 255)(x)))
    x = L.Conv2D(8, 3, activation=L.LeakyReLU(0.1), kernel_regularizer="l2")(x)
    x = L.SeparableConv2D(8, 3, padding="same")(L.PReLU(shared_axes=[1, 2])(x))
    gate = L.Dense(8, activation="sigmoid")(L.GlobalAveragePooling2D(keepdims=True)(x))
    x = L.Reshape((-1, 8))(L.Multiply()([L.GroupNormalization(4)(x), gate]))
    x = L.GlobalAveragePooling1D()(L.LayerNormalization()(x + L.MultiHeadAttention(2, 4)(x, x)))
    return keras.Model(image, L.Dense(3, activation="softmax", dtype="float32")(x))


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("network", [nested, operations, everyday])
def test_a_model_is_the_one_that_was_saved(network: Any, suffix: str, tmp_path: Path) -> None:
    model = network()
    for weight in model.trainable_weights:  # so that none is what it began as
        weight.assign(weight + 0.01 * np.arange(np.prod(weight.shape)).reshape(weight.shape))
    model.save(tmp_path / f"mine{suffix}")
    loaded = saved.load_file(tmp_path / f"mine{suffix}", None, None).model
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]
    x = np.random.default_rng(1).random((2, SIZE, SIZE, 3), np.float32)
    np.testing.assert_array_equal(loaded(x, training=False), model(x, training=False))


def test_a_network_of_keras_2(tmp_path: Path) -> None:
    """A nested backbone, and a DepthwiseConv2D with groups, neither of which Keras 3 loads."""
    plain = {"trainable": True, "dtype": "float32"}
    image = {"batch_input_shape": [None, 8, 8, 3], "dtype": "float32", "name": "photo"}

    def layer(kind: str, *calls: Any, **config: Any) -> Any:
        said = {"class_name": kind, "config": config, "name": config["name"]}
        return {**said, "inbound_nodes": [[[*c, {}] for c in calls]] if calls else []}

    inner = {
        "name": "base", "layers": [
            layer("InputLayer", **image),
            layer("DepthwiseConv2D", ("photo", 0, 0), name="depthwise", kernel_size=[3, 3],
                  groups=1, use_bias=False, **plain),
        ],
        "input_layers": [["photo", 0, 0]], "output_layers": [["depthwise", 0, 0]],
    }  # fmt: skip
    outer = {
        "name": "model", "layers": [
            layer("InputLayer", **image), layer("Functional", ("photo", 0, 0), **inner),
            layer("GlobalAveragePooling2D", ("base", 1, 0), name="mean", **plain),
            layer("Dense", ("mean", 0, 0), name="head", units=2, **plain),
        ],
        "input_layers": [["photo", 0, 0]], "output_layers": [["head", 0, 0]],
    }  # fmt: skip
    rng = np.random.default_rng(0)
    kernel, weights = rng.random((3, 3, 3, 1), np.float32), rng.random((3, 2), np.float32)
    with h5py.File(tmp_path / "old.h5", "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": outer})
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [b"photo", b"base", b"mean", b"head"]
        for name, own in (("photo", {}), ("base", {"depthwise/depthwise_kernel:0": kernel}),
                          ("mean", {}), ("head", {"head/kernel:0": weights,
                                                  "head/bias:0": np.float32([1, 2])})):  # fmt: skip
            one = group.create_group(name)
            one.attrs["weight_names"] = np.array([key.encode() for key in own], "S40")
            for key, values in own.items():
                one[key] = values
    model = saved.load_file(tmp_path / "old.h5", None, None).model
    x = rng.random((1, 8, 8, 3), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(x[0], (3, 3), (0, 1))  # 6, 6, 3, 3, 3
    features = np.einsum("hwckl,klc->c", windows, kernel[..., 0]) / 36
    np.testing.assert_allclose(model(x)[0], features @ weights + [1, 2], rtol=1e-5)


def test_weights_that_do_not_fit_are_said(tmp_path: Path) -> None:
    model = operations()
    model.save(tmp_path / "mine.h5")
    with h5py.File(tmp_path / "mine.h5", "r+") as file:
        group = file["model_weights/conv"]
        (kernel, bias) = group.attrs["weight_names"]
        group.attrs["weight_names"] = [bias, kernel]
    with pytest.raises(gradcam.WeightsError, match="does not hold the weights of its own layers"):
        gradcam.load_model(tmp_path / "mine.h5")


def test_keras_asks_a_store_for_the_weights_by_path() -> None:
    """`_load_state`, `H5IOStore`: should Keras move them, this fails by name."""
    model = keras.Sequential([keras.Input((2,)), L.Dense(1)])
    kernel, bias = np.float32([[1], [2]]), np.float32([3])
    compat.fill(model, {"layers/dense": {"0": kernel, "1": bias}})
    np.testing.assert_array_equal(model.layers[0].kernel, kernel)
    old = {"_layer_checkpoint_dependencies/dense": {"0": 2 * kernel, "1": bias}}
    compat.fill(model, old)
    np.testing.assert_array_equal(model.layers[0].kernel, 2 * kernel)
    with pytest.raises(ValueError, match=r"0 variables|never built|expected"):
        compat.fill(model, {})


def test_the_order_of_an_h5_file() -> None:
    """`_legacy_weights`: those that are learnt, then the others."""
    norm = L.BatchNormalization()
    norm.build((None, 2))
    names = [weight.name for weight in compat.ordered_weights(norm)]
    assert names == ["gamma", "beta", "moving_mean", "moving_variance"]


@pytest.mark.heavy
@pytest.mark.parametrize("spec", catalogue.keras_specs(), ids=lambda spec: spec.id)
def test_what_keras_s_own_networks_cost(spec: Any) -> None:
    """As many parameters as Keras counts, and the same answer after a round trip."""
    keras.backend.clear_session()
    model = getattr(keras.applications, spec.id.removeprefix("keras/"))(weights=None)
    read = keras_config.read(json.loads(model.to_json()), spec.id, keras_network.LAYERS)
    cost = keras_network.cost(read, spec.id, Budget())
    assert cost.parameters == model.count_params()
    built = compat.from_config(keras_config.written(read))
    assert [layer.name for layer in built.layers] == [layer.name for layer in model.layers]
    assert [w.shape for w in built.weights] == [w.shape for w in model.weights]


def test_a_model_of_its_input_alone_is_refused(tmp_path) -> None:
    path = tmp_path / "new.keras"
    keras.Sequential([keras.Input((8, 8, 3))]).save(path)
    with pytest.raises(gradcam.WeightsError, match=r"new.keras has no layers besides its input"):
        gradcam.load_model(path)
