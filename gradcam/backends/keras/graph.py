"""A Keras model as one TensorFlow graph, and cuts through it at the captured layers.

The model is traced once. A cut is two compiled functions of that graph: `forward`, from the input
to the logits, the layers' outputs and whatever the gradients will need; and `backward`, from those
to the gradients, for any number of classes at once. So another class costs no forward, and the
model itself is never rebuilt: nested and subclassed models are a graph like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.layers import Called, first_tensor, operations, recorded
from gradcam.backends.keras.part import between
from gradcam.backends.keras.rerun import GUIDED_RELU, Rest, guided_function
from gradcam.backends.layers import Grid, Seen, Traced
from gradcam.errors import ModelError

Head = Literal["softmax", "sigmoid", "linear"]
_HEADS: dict[str, Head] = {"Softmax": "softmax", "LogSoftmax": "softmax", "Sigmoid": "sigmoid"}
# They may stand between the last activation and the output, and change nothing.
_TRANSPARENT = ("Identity", "Cast", "Reshape", "Squeeze")
_KEPT_CUTS = 12


@dataclass(frozen=True)
class Cut:
    """Two compiled functions that share the tensors `kept` between them.

    forward : x → [logits, *one output per layer, *kept].
    backward : cotangents (K, N, logits), *kept → one gradient (K, *output) per layer.
    """

    forward: Any
    backward: Any
    layers: int


class Graph:
    """`model` traced for inputs (N, height, width, channels); float32 in and float32 logits out."""

    def __init__(self, model: Any, size: tuple[int, int], channels: int, order: str) -> None:
        self._cuts: dict[tuple[str, ...], Cut] = {}
        self._order: Literal["nchw", "nhwc"] = "nchw" if order == "channels_first" else "nhwc"
        self._size = size
        self._calls: dict[str, Called] = {}
        self._rests: dict[str, Rest] = {}
        self._model, self._channels = model, channels
        self._wrapped = self._trace()
        self._input = self._wrapped.inputs[0]
        with self._wrapped.graph.as_default():
            row, self.head = _before_activation(self._wrapped.outputs[0])
            self.one_unit = row.shape[1] == 1
            self._logits = self._two_sided(row)
        self.traced = Traced(self._seen(), self._logits.shape[1], self.one_unit)

    def cut(self, layers: Sequence[str]) -> Cut:
        """The two functions for these layers, made once."""
        key = tuple(layers)
        if key not in self._cuts:
            while len(self._cuts) >= _KEPT_CUTS:
                del self._cuts[next(iter(self._cuts))]
            self._cuts[key] = self.cut_once(key)
        return self._cuts[key]

    def cut_once(self, layers: Sequence[str]) -> Cut:
        """The two functions for these layers, not kept: each holds a copy of its graph."""
        graph = self._wrapped.graph
        outputs = [self._calls[name].output for name in layers]
        before = set(graph.get_operations())
        with graph.as_default():
            cotangents = tf.compat.v1.placeholder(tf.float32, (None, None, self._logits.shape[1]))

            def pull(cotangent: tf.Tensor) -> list[tf.Tensor]:
                found = tf.gradients(
                    self._logits, outputs, grad_ys=[cotangent],
                    unconnected_gradients=tf.UnconnectedGradients.ZERO,
                )  # fmt: skip
                return [tf.cast(gradient, tf.float32) for gradient in found]

            gradients = tf.vectorized_map(pull, cotangents) if outputs else []
            shown = [tf.cast(output, tf.float32) for output in outputs]
        kept = _shared(graph, before, {cotangents.op})
        forward = self._wrapped.prune([self._input], [self._logits, *shown, *kept])
        backward = between(self._wrapped, [cotangents, *kept], gradients)
        return Cut(forward, backward, len(layers))

    def rest(self, layer: str) -> Rest:
        """What follows `layer`, made once for the layer last asked for."""
        if layer not in self._rests:
            output = self._calls[layer].output
            self._rests = {layer: Rest(self._wrapped, self._input, output, self._logits)}
        return self._rests[layer]

    def guided(self, title: str) -> Callable[..., Any]:
        """Guided backpropagation; the model is traced again, with another gradient for ReLU."""
        wrapped = self._trace({"Relu": GUIDED_RELU})
        with wrapped.graph.as_default():
            logits = self._two_sided(_before_activation(wrapped.outputs[0])[0])
        return guided_function(wrapped, wrapped.inputs[0], logits, title)

    def _two_sided(self, row: tf.Tensor) -> tf.Tensor:
        """float32 logits: one unit z is (-z, z)."""
        row = tf.cast(row, tf.float32)
        return tf.concat([-row, row], axis=1) if row.shape[1] == 1 else tf.identity(row)

    def _trace(self, gradients: dict[str, str] | None = None) -> Any:
        def run(x: tf.Tensor) -> tf.Tensor:
            if self._order == "nchw":
                x = tf.transpose(x, (0, 3, 1, 2))
            with tf.compat.v1.get_default_graph().gradient_override_map(gradients or {}):
                return _row(self._model(x, training=False))

        signature = [tf.TensorSpec((None, *self._size, self._channels), tf.float32)]
        with recorded(operations(self._model)) as calls:
            # Not tf.function: of this kind of graph, any part can be made a function.
            wrapped = tf.compat.v1.wrap_function(run, signature)
        if gradients is None:
            self._calls = calls
        return wrapped

    def _seen(self) -> tuple[Seen, ...]:
        grid = Grid(*self._size, self._order)
        found = []
        for path, called in self._calls.items():
            shape = called.output.shape
            if shape.rank is None or None in shape[1:] or not called.output.dtype.is_floating:
                continue
            layout = grid.layout((1, *shape[1:]))
            if layout:
                kind = type(called.operation).__name__
                place = id(called.output)
                role, depth = _role(path), path.count("/")
                found.append(Seen(path, kind, layout, place, depth, role, called.count))
        return tuple(found)


def _before_activation(output: tf.Tensor) -> tuple[tf.Tensor, Head]:
    """The row that the final softmax or sigmoid gets, whatever layer applies it."""
    tensor = output
    while tensor.op.type in _TRANSPARENT and tensor.op.inputs[0].shape.rank == 2:
        tensor = tensor.op.inputs[0]
    if tensor.op.type in _HEADS:
        return tensor.op.inputs[0], _HEADS[tensor.op.type]
    return output, "linear"


def _row(output: Any) -> tf.Tensor:
    if isinstance(output, dict) and "logits" in output:
        output = output["logits"]
    tensor = first_tensor(output)
    if not isinstance(tensor, tf.Tensor) or tensor.shape.rank != 2 or tensor.shape[1] is None:
        shape = tuple(tensor.shape) if isinstance(tensor, tf.Tensor) else type(output).__name__
        raise ModelError(
            f"The model returns {shape}, not one row of logits per image.",
            hint="Wrap an image classifier that returns (N, classes).",
        )
    return tensor


def _shared(graph: Any, before: set[Any], fed: set[Any]) -> list[tf.Tensor]:
    """Tensors of the forward that the operations made since read; constants are made again."""
    found: dict[int, tf.Tensor] = {}
    for operation in graph.get_operations():
        if operation in before:
            continue
        for tensor in operation.inputs:
            known = tensor.op in before and tensor.op not in fed
            if known and tensor.op.type != "Const" and tensor.dtype != tf.resource:
                found[id(tensor)] = tensor
    return list(found.values())


def _role(path: str) -> str:
    """Keras numbers the names of layers in one row, so the number says nothing."""
    return path.rsplit("/", 1)[-1].rstrip("0123456789").rstrip("_")
