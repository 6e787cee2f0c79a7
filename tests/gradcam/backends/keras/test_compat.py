"""One canary for each undocumented interface of TensorFlow and Keras: an upgrade fails it by name.

What is done without an interface is tested too.
"""

from __future__ import annotations

import subprocess
import sys
import types
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradcam
from gradcam.backends.keras import before_tensorflow, compat

L = keras.layers


class Block(L.Layer):
    """Layers in an attribute and in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.first = L.Dense(2, name="first")
        self.others = [L.Dense(2, name="second"), L.Dense(2, name="third")]


def test_the_package_loads_no_framework() -> None:
    code = "import sys, gradcam.backends.keras as k; k.before_tensorflow(); print('tensorflow' in "
    code += "sys.modules, 'keras' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_before_tensorflow_does_nothing_after_it(monkeypatch) -> None:
    monkeypatch.delitem(sys.modules, "triton", raising=False)
    before_tensorflow()
    assert "triton" not in sys.modules


def test_func_graph_can_be_built_step_by_step() -> None:
    graph = compat.scratch_graph()
    with graph.as_default():
        three = tf.constant(1) + 2
    assert three.graph is graph


def test_func_graph_captures_weights() -> None:
    weight = tf.Variable([1.0, 2.0])
    graph = compat.scratch_graph()
    with graph.as_default():
        inside = compat.read_from_outside(weight.handle)
        assert compat.read_from_outside(weight.handle) is inside
    ((outside, placeholder),) = compat.captured(graph)
    assert outside is weight.handle
    assert placeholder is inside


def test_without_capture_weights_are_read_through_a_copy(monkeypatch) -> None:
    weight = tf.Variable([1.0, 2.0])
    monkeypatch.setattr(tf.compat.v1, "get_default_graph", object)

    @tf.function
    def read() -> tf.Tensor:
        handle = compat.read_from_outside(weight.handle)
        return tf.raw_ops.ReadVariableOp(resource=handle, dtype=tf.float32)

    assert read().numpy().tolist() == [1, 2]


def test_without_func_graph_the_user_is_told(monkeypatch) -> None:
    monkeypatch.setattr(compat, "tf", types.SimpleNamespace(__internal__=None, __version__="9.9"))
    with pytest.raises(gradcam.ModelError, match=r"TensorFlow 9\.9 has changed"):
        compat.scratch_graph()
    with pytest.raises(gradcam.ModelError, match=r"TensorFlow 9\.9 has changed"):
        compat.captured(object())


def test_colocation_is_written_under_this_name() -> None:
    graph = tf.Graph()
    with graph.as_default():
        one = tf.constant(1.0, name="one")
        with tf.compat.v1.colocate_with(one):
            tf.constant(2.0, name="two")
    (node,) = [node for node in graph.as_graph_def().node if node.name == "two"]
    assert node.attr[compat.COLOCATION].list.s == [b"loc:@one"]


def test_a_custom_gradient_is_written_under_this_name_and_used() -> None:
    @tf.RegisterGradient("GradcamTestSeven")
    def _seven(_operation: Any, gradient: tf.Tensor) -> tf.Tensor:
        return gradient * 7

    with tf.Graph().as_default() as graph:
        tf.nn.relu(tf.compat.v1.placeholder(tf.float32, (), name="x"), name="relu")
    written = graph.as_graph_def()
    (relu,) = [node for node in written.node if node.op == "Relu"]
    relu.attr[compat.CUSTOM_GRADIENT].s = b"GradcamTestSeven"
    with tf.Graph().as_default() as again:
        x, y = tf.graph_util.import_graph_def(written, return_elements=["x:0", "relu:0"])
        (gradient,) = tf.gradients(y, x)
        assert tf.compat.v1.Session(graph=again).run(gradient, {x: 1.0}) == 7


def test_a_call_of_a_compiled_function_carries_its_gradient() -> None:
    double = tf.function(lambda x: x * 2)
    with compat.scratch_graph().as_default() as graph:
        double(tf.compat.v1.placeholder(tf.float32, ()))
        plain = tf.constant(1.0).op
    (call,) = [op for op in graph.get_operations() if "PartitionedCall" in op.type]
    assert call._gradient_function is not None
    compat.copy_gradient(call, plain)
    assert plain._gradient_function is call._gradient_function


def test_keras_lists_the_layers_it_tracks() -> None:
    assert hasattr(Block, "_flatten_layers")
    assert [layer.name for layer in compat.sublayers(Block())] == ["first", "second", "third"]


def test_without_that_list_attributes_are_searched() -> None:
    first = L.Dense(2)
    assert compat.sublayers(types.SimpleNamespace(first=first, size=3)) == [first]


def test_keras_calls_an_instance_s_own_call() -> None:
    layer, found = L.ReLU(), []
    attributes = set(layer.__dict__)
    with compat.recording({"relu": layer}, lambda *said: found.append(said)):
        given = tf.constant([-1.0, 2.0])
        output = layer(given)
    ((name, called, arguments, returned),) = found
    assert (name, called, returned is output) == ("relu", layer, True)
    np.testing.assert_array_equal(arguments[0], given)
    assert set(layer.__dict__) == attributes


def test_if_it_did_not_the_user_is_told() -> None:
    with (
        pytest.raises(gradcam.ModelError, match=r"Keras .* has changed"),
        compat.recording({"relu": L.ReLU()}, lambda *_: None),
    ):
        pass
