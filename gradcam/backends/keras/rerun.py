"""Running a traced model again, changed: on from one of its layers, or with guided ReLUs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.part import between
from gradcam.errors import MethodError


class Rest:
    """What follows `output` in a traced graph, as a function of it.

    Tensors that go round the layer (a skip connection) are computed for the one image and
    repeated; where one of them is no such tensor, the whole graph runs for as many images.

    Parameters
    ----------
    wrapped : the traced graph, from `x` (N, …) to `logits` (N, K).
    """

    def __init__(self, wrapped: Any, x: tf.Tensor, output: tf.Tensor, logits: tf.Tensor) -> None:
        self._dtype = output.dtype
        # Maps made before have left gradients in the graph, which read the layer's output too.
        after = _after([output]) & _before(logits)
        after_input = _after([x])
        round_it = _inputs_from_outside(after, output, {*after_input, x.op})
        self._whole = not all(_per_image(tensor) for tensor in round_it)
        fed = [output, x] if self._whole else [output, *round_it]
        self._first = wrapped.prune([x], [output, *round_it])
        self._rest = between(wrapped, fed, [logits])

    def original(self, x: tf.Tensor) -> tf.Tensor:
        """What the layer gives for `x` itself."""
        return self._first(x)[0]

    def logits(self, x: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """(B, K) for x (1, …) had the layer given `outputs` (B, …)."""
        count = outputs.shape[0]
        others = [x] if self._whole else self._first(x)[1:]
        tiled = [tf.repeat(tensor, count, axis=0) for tensor in others]
        return self._rest(tf.cast(outputs, self._dtype), *tiled)[0]


def _after(tensors: Iterable[tf.Tensor]) -> set[Any]:
    """Every operation that depends on one of these."""
    found: set[Any] = set()
    waiting = [operation for tensor in tensors for operation in tensor.consumers()]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting += [after for output in operation.outputs for after in output.consumers()]
    return found


def _before(tensor: tf.Tensor) -> set[Any]:
    """Every operation that this one depends on, and its own."""
    found: set[Any] = set()
    waiting = [tensor.op]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting += [before.op for before in operation.inputs]
    return found


def _inputs_from_outside(after: set[Any], output: tf.Tensor, of_input: set[Any]) -> list[tf.Tensor]:
    """What the operations `after` the layer read of the image besides its output."""
    found: dict[int, tf.Tensor] = {}
    for operation in after:
        for tensor in operation.inputs:
            outside = tensor.op not in after and tensor is not output
            if outside and tensor.op in of_input:
                found[id(tensor)] = tensor
    return list(found.values())


def _per_image(tensor: tf.Tensor) -> bool:
    """Whether it has a slice for each image: a shape or a count has not."""
    rank = tensor.shape.rank
    return bool(tensor.dtype.is_floating and rank and tensor.shape[0] is None)


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
