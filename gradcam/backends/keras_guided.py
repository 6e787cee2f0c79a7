"""Guided backpropagation: a ReLU lets back only what is positive, both ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcam.backends.keras_start import tf
from gradcam.errors import MethodError

GUIDED_RELU = "GradcamGuidedRelu"
# Operations that only an activation, or a gate made of one, leaves in a graph.
_OTHERS = {
    "Elu": "ELU", "Selu": "SELU", "Relu6": "ReLU6", "LeakyRelu": "LeakyReLU", "Erf": "GELU",
    "Softplus": "Softplus", "Softsign": "Softsign", "Tanh": "tanh", "Sigmoid": "sigmoid or SiLU",
}  # fmt: skip


@tf.RegisterGradient(GUIDED_RELU)  # type: ignore[untyped-decorator]
def _guided_relu(operation: Any, gradient: tf.Tensor) -> tf.Tensor:
    """The gradient where both it and the input are positive (arXiv:1412.6806)."""
    return tf.nn.relu(gradient) * tf.cast(operation.inputs[0] > 0, gradient.dtype)


def guided_function(
    wrapped: Any, x: tf.Tensor, logits: tf.Tensor, title: str
) -> Callable[..., Any]:
    """x, cotangents (K, N, logits) → gradients (K, N, h, w, channels) at the pixels.

    wrapped : a graph that was traced with `GUIDED_RELU` in place of ReLU's gradient.
    Raises MethodError where `logits` depend on another activation.
    """
    _require_relus(logits, title)
    with wrapped.graph.as_default():
        cotangents = tf.compat.v1.placeholder(tf.float32, (None, None, logits.shape[1]))
        found = tf.vectorized_map(lambda c: tf.gradients(logits, [x], grad_ys=[c])[0], cotangents)
    function: Callable[..., Any] = wrapped.prune([x, cotangents], found)
    return function


def _require_relus(logits: tf.Tensor, title: str) -> None:
    seen: set[Any] = set()
    waiting = [logits.op]
    while waiting:
        operation = waiting.pop()
        if operation in seen:
            continue
        seen.add(operation)
        if operation.type in _OTHERS:
            raise MethodError(
                "Guided Grad-CAM needs a network of ReLUs, and "
                f"{title} has {_OTHERS[operation.type]}.",
                hint="Choose another method, or a network such as ResNet, VGG or DenseNet.",
            )
        waiting += [tensor.op for tensor in operation.inputs]
