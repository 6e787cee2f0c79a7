"""A part of a graph: the right numbers, and nothing of what lies before it."""

from __future__ import annotations

import numpy as np

from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.graph import between


def test_by_hand() -> None:
    """relu(x w) w from relu on: [1, 1] w is w itself, as it is now; no Relu is left in it."""
    w = tf.Variable([2.0, 3.0])
    signature = [tf.TensorSpec((None, 2), tf.float32)]
    wrapped = tf.compat.v1.wrap_function(lambda x: tf.nn.relu(x * w) * w, signature)
    (relu,) = [op for op in wrapped.graph.get_operations() if op.type == "Relu"]
    rest = between(wrapped, [relu.outputs[0]], [wrapped.outputs[0]])
    np.testing.assert_array_equal(rest(tf.ones((1, 2)))[0], [[2, 3]])
    w.assign([5.0, 7.0])
    np.testing.assert_array_equal(rest(tf.ones((1, 2)))[0], [[5, 7]])
    kinds = [op.type for op in rest.get_concrete_function().graph.get_operations()]
    assert "Mul" in kinds
    assert "Relu" not in kinds


def test_what_is_fed_may_be_fetched() -> None:
    signature = [tf.TensorSpec((None,), tf.float32)]
    wrapped = tf.compat.v1.wrap_function(lambda x: x + 1, signature)
    x, y = wrapped.inputs[0], wrapped.outputs[0]
    same, more = between(wrapped, [x], [x, y])(tf.constant([4.0]))
    assert (float(same[0]), float(more[0])) == (4.0, 5.0)
