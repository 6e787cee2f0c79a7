# ruff: noqa: E501
"""Configurations of Keras models: what is read, what is refused by name, and what they would cost.

Keras is not imported here; `tests/gradcam/backends/keras/test_saved.py` compares with it.
"""

from __future__ import annotations

import copy
import json
import random
import time
from contextlib import suppress
from typing import Any

import pytest

from gradcam.errors import GradcamError, ModelError, WeightsError
from gradcam.vault import Budget, keras_config, keras_network
from gradcam.vault.keras_network import Cost

Config = dict[str, Any]


def layer(class_name: str, module: str = "keras.layers", **settings: Any) -> Config:
    settings.setdefault("name", class_name.lower())
    said = {"module": module, "class_name": class_name, "config": settings}
    return {**said, "registered_name": None}


def sequential(*layers: Config, shape: Any = (None, 8, 8, 3)) -> Config:
    photo = layer("InputLayer", name="photo", batch_shape=list(shape))
    return layer("Sequential", "keras", name="mine", layers=[photo, *layers])


def tensor(name: str, call: int = 0, output: int = 0) -> Config:
    config = {"shape": [None], "dtype": "float32", "keras_history": [name, call, output]}
    return {"class_name": "__keras_tensor__", "config": config}


def node(*args: Any, **kwargs: Any) -> Config:
    return {"args": list(args), "kwargs": kwargs}


def graph(*layers: tuple[Config, list[Any]], ends: Any, shape: Any = (None, 8, 8, 3)) -> Config:
    photo = layer("InputLayer", name="photo", batch_shape=list(shape))
    parts = [{**one, "name": one["config"]["name"], "inbound_nodes": n} for one, n in layers]
    said = layer(
        "Functional", "keras.src.models.functional", name="mine",
        layers=[{**photo, "name": "photo", "inbound_nodes": []}, *parts],
        input_layers=["photo", 0, 0], output_layers=ends,
    )  # fmt: skip
    return {**said, "registered_name": "Functional"}


def cost(said: Any, size: tuple[int, int] | None = None) -> Cost:
    # As JSON, since that is where it comes from.
    model = keras_config.read(json.loads(json.dumps(said)), "mine.keras", keras_network.LAYERS)
    return keras_network.cost(model, "mine.keras", Budget(), size)


def test_the_cost_of_a_small_network_by_hand() -> None:
    """3 × 3 × 3 × 4 + 4 for the convolution, 6 · 6 · 4 · 2 + 2 for the layer behind it."""
    found = cost(
        sequential(
            layer("Conv2D", filters=4, kernel_size=[3, 3], activation="relu"),
            layer("Flatten"),
            layer("Dense", units=2),
        )
    )
    assert found.parameters == 112 + 290
    assert found.activations == 4 * (8 * 8 * 3 + 6 * 6 * 4 + 144 + 2)
    assert found.largest == 4 * 8 * 8 * 3
    assert found.operations == 6 * 6 * 4 * 27 + 2 * 144


@pytest.mark.parametrize(
    ("said", "shape", "output", "parameters"),
    [
        (layer("Conv2D", filters=6, kernel_size=3, strides=2, padding="same"), (9, 9, 3), (5, 5, 6), 168),
        (layer("Conv2D", filters=6, kernel_size=3, groups=3, use_bias=False), (9, 9, 3), (7, 7, 6), 54),
        (layer("Conv2D", filters=2, kernel_size=3, dilation_rate=2), (9, 9, 3), (5, 5, 2), 56),
        (layer("Conv2D", filters=2, kernel_size=3, data_format="channels_first"), (3, 9, 9), (2, 7, 7), 56),
        (layer("DepthwiseConv2D", kernel_size=3, depth_multiplier=2), (9, 9, 3), (7, 7, 6), 60),
        (layer("SeparableConv2D", filters=5, kernel_size=3), (9, 9, 3), (7, 7, 5), 27 + 15 + 5),
        (layer("Conv2DTranspose", filters=5, kernel_size=3, strides=2), (4, 4, 3), (9, 9, 5), 140),
        (layer("Conv2DTranspose", filters=5, kernel_size=3, strides=2, padding="same"), (4, 4, 3), (8, 8, 5), 140),
        (layer("MaxPooling2D", pool_size=[2, 2]), (9, 9, 3), (4, 4, 3), 0),
        (layer("AveragePooling2D", pool_size=3, strides=2, padding="same"), (9, 9, 3), (5, 5, 3), 0),
        (layer("GlobalAveragePooling2D", keepdims=True), (9, 9, 3), (1, 1, 3), 0),
        (layer("ZeroPadding2D", padding=[[1, 2], [0, 3]]), (4, 4, 3), (7, 7, 3), 0),
        (layer("Cropping2D", cropping=1), (4, 4, 3), (2, 2, 3), 0),
        (layer("UpSampling2D", size=[2, 3]), (4, 4, 3), (8, 12, 3), 0),
        (layer("BatchNormalization", axis=[3]), (4, 4, 3), (4, 4, 3), 12),
        (layer("LayerNormalization", axis=[-1], scale=False), (4, 4, 3), (4, 4, 3), 3),
        (layer("PReLU", shared_axes=[1, 2]), (4, 4, 3), (4, 4, 3), 3),
        (layer("Reshape", target_shape=[-1, 3]), (4, 4, 3), (16, 3), 0),
        (layer("Permute", dims=[3, 1, 2]), (4, 5, 3), (3, 4, 5), 0),
        (layer("Resizing", height=7, width=6), (4, 4, 3), (7, 6, 3), 0),
        (layer("Embedding", input_dim=10, output_dim=4), (4,), (4, 4), 40),
        (layer("EinsumDense", equation="abc,cd->abd", output_shape=[None, 6], bias_axes="d"), (4, 3), (4, 6), 24),
        (layer("LSTM", units=5, return_sequences=True), (7, 3), (7, 5), 180),
        (layer("GRU", units=5), (7, 3), (5,), 150),
    ],
)  # fmt: skip
def test_shapes_and_weights_of_layers(
    said: Config, shape: Any, output: Any, parameters: int
) -> None:
    model = keras_config.read(sequential(said, shape=(None, *shape)), "mine", 10)
    walk = keras_network._Walk("mine", Budget(), (224, 224))
    assert walk.model(model, walk.inputs(model)) == (1, *output)
    assert walk.found.parameters == parameters


def test_a_graph_is_walked_in_its_own_order() -> None:
    """Two layers of which each has the other's first output: (A(B(A(x))))."""
    conv = {"filters": 3, "kernel_size": 1}
    said = graph(
        (layer("Conv2D", name="a", **conv), [node(tensor("photo")), node(tensor("b"))]),
        (layer("Conv2D", name="b", **conv), [node(tensor("a"))]),
        (layer("GlobalAveragePooling2D", name="mean"), [node(tensor("a", 1))]),
        ends=["mean", 0, 0],
    )  # fmt: skip
    assert cost(said).parameters == 2 * 12


def test_what_is_written_is_read_as_the_same() -> None:
    inner = sequential(layer("Conv2D", filters=4, kernel_size=3, activation=layer("LeakyReLU")))
    inner["config"]["name"] = "inner"
    said = graph(
        (layer("GetItem", "keras.src.ops.numpy", name="flip"), [node(tensor("photo"), [
            {"class_name": "__ellipsis__", "config": {}},
            {"class_name": "__slice__", "config": {"start": None, "stop": None, "step": -1}},
        ])]),
        (layer("Subtract", "keras.src.ops.numpy", name="minus"), [node(tensor("flip"), {
            "class_name": "__tensor__", "config": {"value": [[[[1.0, 2.0, 3.0]]]], "dtype": "float32"},
        })]),
        (inner, [node(tensor("minus"))]),
        (layer("Dense", name="head", units=2, kernel_regularizer={
            "module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.01},
            "registered_name": None,
        }), [node(tensor("inner"))]),
        ends={"classes": ["head", 0, 0]},
    )  # fmt: skip
    once = keras_config.written(keras_config.read(said, "mine", 20))
    assert keras_config.written(keras_config.read(copy.deepcopy(once), "mine", 20)) == once
    assert cost(once) == cost(said)
    assert "activation" in json.dumps(once)
    assert "__ellipsis__" in json.dumps(once)


DENSE = layer("Dense", units=2)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (sequential(layer("Lambda", function="x")), "holds a Lambda layer, and running code"),
        (sequential(layer("TFSMLayer", filepath="/etc")), "holds a TFSMLayer"),
        (sequential(layer("TorchModuleWrapper")), "unpickles a PyTorch model"),
        (sequential(layer("StringLookup", vocabulary="/etc/passwd")), "keras.layers.StringLookup, which is not among"),
        (sequential(layer("system", "os", command="touch ran")), r"not in the file: os\.system"),
        (sequential(layer("get_file", "keras.utils", origin="http://x")), r"keras\.utils\.get_file, which is not among"),
        (sequential({**DENSE, "registered_name": "mine>Dense"}), "not in the file: mine>Dense"),
        (sequential(layer("Dense", "my.package", units=2)), r"not in the file: my\.package\.Dense"),
        (sequential({**DENSE, "module": ["keras.layers"]}), "not a Keras model|not in the file"),
        (sequential(layer("Dense", units=2, lora_rank=4)), "a Dense with lora_rank = 4"),
        (sequential(layer("Dense", units=2, activation={"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "function"})), "the activation eval"),
        (sequential(layer("Dense", units=2, activation={"module": "os", "class_name": "function", "config": "system", "registered_name": "system"})), r"os\.system"),
        (sequential(layer("Dense", units=2, activation={"class_name": "__lambda__", "config": {"value": "4wEA"}})), "not in the file"),
        (sequential(layer("Dense", units=2, activation="os.system")), "the activation os.system"),
        (sequential(layer("Dense", units=2, kernel_initializer={"module": "os", "class_name": "system", "config": {}})), r"os\.system"),
        (sequential(layer("Dense", units={"class_name": "__lambda__", "config": "4wEA"})), "not in the file: __lambda__"),
        (sequential(layer("Dense", units=2, dtype={"module": "keras.dtype_policies", "class_name": "QuantizedDTypePolicy", "config": {"name": "int8_from_float32"}})), "QuantizedDTypePolicy, which is not a plain one"),
        (sequential(layer("Dense", units=2, dtype="string")), "numbers of type string"),
        (sequential(layer("RNN", cell={})), r"keras\.layers\.RNN, which is not among"),
        (sequential(layer("TimeDistributed", layer=layer("Lambda"))), "a Lambda layer"),
        (sequential(DENSE, DENSE), "two of its layers are called dense"),
        (sequential(layer("Dense", name="a" * 400, units=2)), "is called aaa"),
        (sequential(layer("Dense", name="\ud800", units=2)), "not a Keras model"),
        (layer("Dense", units=2), "it is a Dense, which is no model"),
        (layer("Sequential", "keras", name="empty", layers=[]), "has not been built"),
        (sequential(layer("Dense", units="many")), "because of the Dense called dense: units is many"),
        (sequential(layer("Dense", units=0)), "units is 0"),
        (sequential(layer("Conv2D", filters=2, kernel_size=30)), "its input of 8 × 8 is too small"),
        (sequential(layer("Reshape", target_shape=[7, -1])), "192 numbers cannot become"),
        (graph((DENSE, [node(tensor("elsewhere"))]), ends=["dense", 0, 0]), "elsewhere is not one of its layers"),
        (graph((DENSE, [node(tensor("dense"))]), ends=["dense", 0, 0]), "it waits for its own output"),
        (graph((DENSE, [node(tensor("photo"))]), ends=["dense", 7, 0]), "never computed"),
        (graph((DENSE, [node(tensor("photo"), output=3)]), ends=["dense", 0, 0]), ""),
        ([], "stands where a class should"), (None, "stands where a class should"), (3, ""), ({}, ""),
        ({"class_name": "Sequential", "config": 3}, "has no settings"),
    ],
)  # fmt: skip
def test_what_is_refused_and_how(said: Any, sentence: str) -> None:
    if sentence:
        with pytest.raises(WeightsError, match=sentence):
            cost(said)
    else:
        with suppress(GradcamError):
            cost(said)


def doubling(times: int, calls: int = 2) -> Config:
    """A model that calls a model twice, which calls a model twice …"""
    said = sequential(layer("ReLU", name="relu"))
    said["config"]["name"] = "m0"
    for n in range(1, times):
        before = f"m{n - 1}"
        nodes = [node(tensor("photo")), *(node(tensor(before, k)) for k in range(calls - 1))]
        said = graph((said, nodes), ends=[before, calls - (n == 1), 0])
        said["config"]["name"] = f"m{n}"
    return said


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (sequential(layer("Flatten"), layer("Dense", units=3 * 10**8)), r"would hold 57,900 M parameters .* the most is 800 M"),
        (sequential(layer("Dense", units=3 * 10**8)), "would hold 1,200 M parameters"),
        (sequential(layer("Dense", units=10**30)), r"units, that is a number of many digits|units is"),
        (sequential(DENSE, shape=(None, 20_000, 20_000, 3)), r"would compute 4\.8 GB .* the most is 4\.5 GB"),
        (sequential(DENSE, shape=(None, 100_000, 100_000, 3)), r"would compute 120\.0 GB"),
        (sequential(DENSE, shape=(None, 10**15, 10**15, 3)), "would compute|damaged"),
        (sequential(DENSE, shape=(10**6, 8, 8, 3)), "1,000,000 photos at once"),
        (sequential(layer("UpSampling2D", size=[4000, 4000])), "would compute"),
        (sequential(*(layer("UpSampling2D", name=f"u{n}", size=2) for n in range(30))), "would compute"),
        (sequential(layer("ZeroPadding2D", padding=30_000)), "would compute"),
        (sequential(layer("Resizing", height=50_000, width=50_000)), "would compute"),
        (sequential(layer("Resizing", height=1, width=5_000_000, pad_to_aspect_ratio=True)), "would compute"),
        (sequential(layer("Conv2D", filters=64, kernel_size=[20_000, 20_000], padding="same")), "parameters"),
        (sequential(layer("Conv2DTranspose", filters=64, kernel_size=3, strides=2_000)), "would compute"),
        (sequential(layer("MaxPooling2D", pool_size=2000, strides=1, padding="same"), shape=(None, 2000, 2000, 1)), "would multiply"),
        (sequential(layer("Conv2D", name="a", filters=512, kernel_size=31, padding="same"), layer("Conv2D", name="b", filters=512, kernel_size=31, padding="same"), shape=(None, 300, 300, 3)), "would multiply"),
        (sequential(layer("Reshape", target_shape=[64, 3]), layer("RepeatVector", n=10**9)), "cannot be built"),
        (sequential(layer("Flatten"), layer("RepeatVector", n=10**9)), "would compute"),
        (sequential(layer("Embedding", input_dim=10**9, output_dim=4)), "parameters"),
        (sequential(layer("LSTM", units=2), shape=(None, 10**6, 3)), "1,000,000 moments"),
        (sequential(layer("Dense", units=20_000, kernel_initializer="orthogonal", name="a"), layer("Dense", name="b", units=20_000, kernel_initializer="orthogonal")), "orthogonal matrix"),
        (sequential(*(layer("ReLU", name=f"r{n}") for n in range(3_000))), "more than 1,500 layers"),
        (doubling(9, 4), "would call its layers more than"),
        (doubling(14), "models in models"),
        (graph((layer("Tile", "keras.src.ops.numpy", name="tile", repeats=[1, 9999, 9999, 1]), [node(tensor("photo"))]), ends=["tile", 0, 0]), "would compute"),
        (graph((layer("Unstack", "keras.src.ops.core", name="u", num=9000, axis=1), [node(tensor("photo"))]), shape=(None, 9000, 8, 3), ends=["u", 0, 0]), "would call its layers"),
        (graph((layer("Einsum", "keras.src.ops.numpy", name="e", subscripts="abcd,efgh->abcdefgh"), [node(tensor("photo"), tensor("photo"))]), shape=(None, 200, 200, 3), ends=["e", 0, 0]), "would compute"),
    ],
)  # fmt: skip
def test_bombs_are_one_sentence_at_once(said: Any, sentence: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(ModelError, match=sentence):
        cost(said)
    assert time.perf_counter() - begin < 5


def test_a_large_input_is_one_where_the_model_takes_any() -> None:
    said = sequential(
        layer("Conv2D", filters=64, kernel_size=3, padding="same"), shape=(None, None, None, 3)
    )
    assert cost(said).largest == 4 * 224 * 224 * 64
    with pytest.raises(ModelError, match="in a single layer"):
        cost(said, (2048, 2048))


def old_network() -> Config:
    """As tf.keras 2 wrote it: no modules, calls in lists, models that count from 1."""
    plain = {"trainable": True, "dtype": "float32"}
    photo = {
        "batch_input_shape": [None, 8, 8, 3],
        "dtype": "float32",
        "sparse": False,
        "ragged": False,
    }
    inner = {
        "name": "base", "layers": [
            {"class_name": "InputLayer", "config": {**photo, "name": "input_1"}, "name": "input_1", "inbound_nodes": []},
            {"class_name": "DepthwiseConv2D", "config": {
                **plain, "name": "depthwise", "kernel_size": [3, 3], "groups": 1, "padding": "same",
                "depthwise_initializer": {"class_name": "GlorotUniform", "config": {"seed": None, "dtype": "float32"}},
            }, "name": "depthwise", "inbound_nodes": [[["input_1", 0, 0, {}]]]},
            {"class_name": "BatchNormalization", "config": {**plain, "name": "bn", "axis": [3], "fused": None},
             "name": "bn", "inbound_nodes": [[["depthwise", 0, 0, {}]]]},
            {"class_name": "LeakyReLU", "config": {**plain, "name": "leaky", "alpha": 0.25},
             "name": "leaky", "inbound_nodes": [[["bn", 0, 0, {}]]]},
        ],
        "input_layers": [["input_1", 0, 0]], "output_layers": [["leaky", 0, 0]],
    }  # fmt: skip
    return {"class_name": "Functional", "config": {
        "name": "model", "layers": [
            {"class_name": "InputLayer", "config": {**photo, "name": "input_2"}, "name": "input_2", "inbound_nodes": []},
            {"class_name": "Functional", "config": inner, "name": "base", "inbound_nodes": [[["input_2", 0, 0, {"training": False}]]]},
            {"class_name": "Add", "config": {**plain, "name": "add"}, "name": "add",
             "inbound_nodes": [[["base", 1, 0, {}], ["input_2", 0, 0, {}]]]},
            {"class_name": "GlobalAveragePooling2D", "config": {**plain, "name": "mean", "data_format": "channels_last", "keepdims": False},
             "name": "mean", "inbound_nodes": [[["add", 0, 0, {}]]]},
            {"class_name": "Dense", "config": {**plain, "name": "head", "units": 2, "activation": "softmax", "use_bias": True},
             "name": "head", "inbound_nodes": [[["mean", 0, 0, {}]]]},
        ],
        "input_layers": [["input_2", 0, 0]], "output_layers": [["head", 0, 0]],
    }}  # fmt: skip


def test_a_configuration_of_keras_2_is_written_as_keras_3_takes_it() -> None:
    assert cost(old_network()).parameters == 30 + 12 + 8
    written = keras_config.written(keras_config.read(old_network(), "old.h5", 20))
    (_, base, add, *_) = written["config"]["layers"]
    assert written["config"]["input_layers"] == ["input_2", 0, 0]
    assert add["inbound_nodes"][0]["args"][0][0]["config"]["keras_history"] == ["base", 0, 0]
    inner = {one["class_name"]: one["config"] for one in base["config"]["layers"]}
    assert "groups" not in inner["DepthwiseConv2D"]
    assert inner["BatchNormalization"]["axis"] == 3
    assert inner["LeakyReLU"]["negative_slope"] == 0.25


def mutated(said: Any, rng: random.Random) -> Any:
    """The same JSON with one value, key or element changed, dropped or doubled."""
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            places.append((value, key))
            if isinstance(value[key], (dict, list)):
                walk(value[key])

    said = copy.deepcopy(said)
    walk(said)
    for _ in range(rng.choice((1, 1, 2, 5))):
        holder, key = rng.choice(places)
        odd = [None, -1, 0, 2**31, 10**12, 1e308, float("nan"), "", "relu", "x" * 500, [], {}, True,
               [[[]]], {"class_name": "Lambda", "config": {}}, ["photo", 0, 0], "\ud800"]  # fmt: skip
        if isinstance(holder, dict) and rng.random() < 0.3:
            holder.pop(key, None)
        elif isinstance(holder, list) and key < len(holder) and rng.random() < 0.3:
            holder.insert(key, copy.deepcopy(holder[key]))
        elif isinstance(holder, dict) or key < len(holder):
            holder[key] = rng.choice(odd) if rng.random() < 0.7 else copy.deepcopy(said)
    return said


def test_mutated_configurations_are_read_or_refused_in_words() -> None:
    rng = random.Random(14)
    small = sequential(
        layer("Conv2D", filters=4, kernel_size=[3, 3], strides=[1, 1], padding="same"),
        layer("BatchNormalization", axis=-1),
        layer("Bidirectional", layer=layer("LSTM", units=2)),
        layer("Flatten"),
        layer("Dense", units=2, activation="softmax", kernel_initializer="glorot_uniform"),
    )
    seeds = [small, old_network(), doubling(3)]
    for n in range(1500):
        said = mutated(seeds[n % 3], rng)
        begin = time.perf_counter()
        with suppress(GradcamError):
            cost(said)
        assert time.perf_counter() - begin < 5, json.dumps(said)[:500]
