"""Parts of a traced graph: the right numbers, nothing superfluous, and nothing left behind."""

from __future__ import annotations

import gc
import itertools
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
import pytest

from gradcam.backends.keras import graph
from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.graph import Graph
from gradcam.backends.keras.part import Source, between

L = keras.layers
SIZE = 8


def source_of(function: Any, *shape: int | None) -> tuple[Source, tf.Tensor, Any]:
    """The traced function, its input and its output."""
    signature = [tf.TensorSpec(shape, tf.float32)]
    traced = tf.function(function, signature, autograph=False).get_concrete_function()
    return Source(traced.graph, traced.inputs[:1]), traced.inputs[0], traced


def network(blocks: int = 4, activation: Any = "relu") -> Any:
    keras.utils.set_random_seed(0)
    layers = [
        L.Conv2D(4, 3, padding="same", activation=activation, name=f"c{i}") for i in range(blocks)
    ]
    head = [L.GlobalAveragePooling2D(), L.Dense(3)]
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), *layers, *head])


def traced_graph(blocks: int = 4) -> Graph:
    return Graph(network(blocks), (SIZE, SIZE), 3, "channels_last")


def image() -> tf.Tensor:
    return tf.constant(np.random.default_rng(0).random((1, SIZE, SIZE, 3), np.float32))


def test_by_hand() -> None:
    """relu(x w) w from relu on: [1, 1] w is w itself, as it is now; no Relu is left in it."""
    w = tf.Variable([2.0, 3.0])
    source, _, traced = source_of(lambda x: tf.nn.relu(x * w) * w, None, 2)
    (relu,) = [op for op in source.graph.get_operations() if op.type == "Relu"]
    rest = between(source, [relu.outputs[0]], [traced.outputs[0]])
    np.testing.assert_array_equal(rest(tf.ones((1, 2)))[0], [[2, 3]])
    w.assign([5.0, 7.0])
    np.testing.assert_array_equal(rest(tf.ones((1, 2)))[0], [[5, 7]])
    kinds = [op.type for op in rest.compiled.graph.get_operations()]
    assert "Mul" in kinds
    assert "Relu" not in kinds


def test_what_is_fed_may_be_fetched() -> None:
    source, x, traced = source_of(lambda x: x + 1, None)
    same, more = between(source, [x], [x, traced.outputs[0]])(tf.constant([4.0]))
    assert (float(same[0]), float(more[0])) == (4.0, 5.0)


@pytest.mark.parametrize("count", [3, 500])
def test_tensors_made_before_are_read_again(count: int) -> None:
    """TensorFlow writes small ones into the graph and captures large ones."""
    table = tf.range(count, dtype=tf.float32)
    source, x, traced = source_of(lambda x: x + table, None, count)
    (y,) = between(source, [x], [traced.outputs[0]])(tf.ones((1, count)))
    np.testing.assert_array_equal(y, np.arange(count)[None] + 1)


def test_a_shape_that_was_declared_survives_the_copy() -> None:
    def declare(x: tf.Tensor) -> tf.Tensor:
        doubled = tf.where(x > 0, x, x)[:, : tf.shape(x)[1]]
        doubled.set_shape((None, 2))
        return doubled * 2

    source, x, _ = source_of(declare, None, None)
    (times,) = [op for op in source.graph.get_operations() if op.type == "Mul"]
    assert between(source, [x], [times.outputs[0]]).compiled.outputs[0].shape[1] == 2


def test_a_custom_gradient_is_taken_of_the_copy() -> None:
    """SiLU has one, and it reads tensors of the graph in which it was called."""
    model = network(activation="silu")
    x = image()
    cut = Graph(model, (SIZE, SIZE), 3, "channels_last").cut_once(["c1"])
    logits, A, *kept = cut.forward(x)
    (G,) = cut.backward(tf.ones((1, 1, 3)), *kept)
    with tf.GradientTape() as tape:
        tape.watch(A)
        z = A
        for layer in model.layers[2:]:
            z = layer(z)
    np.testing.assert_allclose(logits, z, atol=1e-6)
    np.testing.assert_allclose(G[0], tape.gradient(z, A), atol=1e-7)


def test_a_compiled_function_inside_the_model_is_copied_too() -> None:
    """Keras compiles grouped convolutions, ConvNeXt's among them, as functions of their own."""
    x = image()
    kernel = tf.Variable(np.random.default_rng(1).random((3, 3, 4, 4), np.float32))
    convolve = tf.function(lambda z: tf.nn.conv2d(z, kernel, 1, "SAME"), jit_compile=True)
    model = keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), L.Conv2D(4, 1, name="first"), L.Lambda(convolve),
         L.GlobalAveragePooling2D()]
    )  # fmt: skip
    cut = Graph(model, (SIZE, SIZE), 3, "channels_last").cut_once(["first"])
    logits, A, *kept = cut.forward(x)
    (G,) = cut.backward(tf.ones((1, 1, 4)), *kept)
    with tf.GradientTape() as tape:
        tape.watch(A)
        z = tf.reduce_mean(convolve(A), (1, 2))
    np.testing.assert_allclose(logits, z, atol=1e-5)
    np.testing.assert_allclose(G[0], tape.gradient(z, A), atol=1e-6)


def test_the_backward_contains_no_convolution_of_the_forward() -> None:
    cut = traced_graph().cut_once(["c1"])
    kinds = {op.type for op in cut.backward.compiled.graph.get_operations()}
    assert "Conv2D" not in kinds
    assert "Conv2DBackpropInput" in kinds


def test_the_traced_graph_never_grows() -> None:
    traced = traced_graph()
    before = len(traced._source.graph.get_operations())
    lengths = (itertools.permutations(["c0", "c1", "c2", "c3"], count) for count in range(5))
    wanted = list(itertools.islice(itertools.chain.from_iterable(lengths), 50))
    assert len(wanted) == 50
    for layers in wanted:
        traced.cut(layers)
    traced.rest("c1")
    traced.guided("Small")
    assert len(traced._cuts) == graph._KEPT_CUTS
    assert len(traced._source.graph.get_operations()) == before


def test_an_evicted_cut_is_freed(monkeypatch) -> None:
    monkeypatch.setattr(graph, "_KEPT_CUTS", 1)
    traced = traced_graph()
    gc.collect()
    graphs = sum(isinstance(one, tf.Graph) for one in gc.get_objects())
    cut = traced.cut(["c0"])
    watched = [weakref.ref(cut.forward.compiled.graph), weakref.ref(cut.backward.compiled.graph)]
    del cut
    traced.cut(["c1"])
    gc.collect()
    assert [reference() for reference in watched] == [None, None]
    # The second cut's two functions and its scratch copy are left; the first cut's are gone.
    assert sum(isinstance(one, tf.Graph) for one in gc.get_objects()) == graphs + 3


def test_a_cut_survives_the_garbage_collector() -> None:
    """A depthwise convolution's gradient has no rule for batches, and becomes a loop.

    Every run of the page collects garbage and has a thread of its own, in which TensorFlow looks
    the loop up again.
    """
    keras.utils.set_random_seed(0)
    depthwise = [L.DepthwiseConv2D(3, padding="same", name=f"d{i}") for i in range(2)]
    model = keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), *depthwise, L.GlobalAveragePooling2D(), L.Dense(3)]
    )
    traced = Graph(model, (SIZE, SIZE), 3, "channels_last")
    cut = traced.cut(["d0"])
    _, _, *kept = cut.forward(image())
    cotangents = tf.reshape(tf.eye(3), (3, 1, 3))
    gc.collect()
    (before,) = cut.backward(cotangents, *kept)
    traced.cut(["d1"])
    gc.collect()
    with ThreadPoolExecutor(1) as pool:
        (after,) = pool.submit(cut.backward, cotangents, *kept).result()
    np.testing.assert_array_equal(before, after)
