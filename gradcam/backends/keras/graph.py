"""Traces a Keras model into one TensorFlow graph, and cuts functions out of it.

The model is traced once. A cut for some layers is two compiled functions: `forward`, from the input
to the logits, the layers' outputs and whatever their gradients will need; and `backward`, from
those to the gradients of any number of classes at once. So another class costs no second forward,
and the model is never rebuilt: a nested or subclassed model is a graph like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gradcam.backends.keras.attention import Attending, attending
from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.layers import first_tensor, operations, recorded
from gradcam.backends.keras.part import Copy, Source, between, extended, shared
from gradcam.backends.keras.rerun import Rest, guided_function
from gradcam.backends.layers import Grid, Seen, Traced
from gradcam.errors import ModelError

Head = Literal["softmax", "sigmoid", "linear"]
_HEADS: dict[str, Head] = {"Softmax": "softmax", "LogSoftmax": "softmax", "Sigmoid": "sigmoid"}
# Operations that may stand between the last activation and the output without changing a value.
_TRANSPARENT = ("Identity", "Cast", "Reshape", "Squeeze")
_KEPT_CUTS = 12


@dataclass(frozen=True)
class Cut:
    """Two compiled functions that share the tensors `kept`.

    forward : x → [logits, *one output per layer, *kept].
    backward : cotangents (K, N, logits), *kept → one gradient (K, *output) per layer.
    """

    forward: Any
    backward: Any
    layers: int


class Graph:
    """`model` traced for inputs (N, height, width, channels); float32 in, float32 logits out.

    head : the activation that the model ends with; the logits are what goes into it.
    one_unit : the model has a single output z, and the logits are (-z, z).
    """

    head: Head
    one_unit: bool

    def __init__(self, model: Any, size: tuple[int, int], channels: int, order: str) -> None:
        self._cuts: dict[tuple[str, ...], Cut] = {}
        self._rests: dict[str, Rest] = {}
        self._order: Literal["nchw", "nhwc"] = "nchw" if order == "channels_first" else "nhwc"
        self._size = size
        self._image = tf.TensorSpec((None, *size, channels), tf.float32)
        self._source = self._trace(model)
        (self._input,) = self._source.arguments
        outputs = self._logits.shape[1]
        self._cotangents = tf.TensorSpec((None, None, outputs), tf.float32)
        self.traced = Traced(self._seen(), outputs, self.one_unit)

    def cut(self, layers: Sequence[str]) -> Cut:
        """The functions for these layers; the last few are cached."""
        key = tuple(layers)
        if key not in self._cuts:
            while len(self._cuts) >= _KEPT_CUTS:
                del self._cuts[next(iter(self._cuts))]
            self._cuts[key] = self.cut_once(key)
        return self._cuts[key]

    def cut_once(self, layers: Sequence[str]) -> Cut:
        """The functions for these layers, made anew and not cached."""
        outputs = [self._calls[name].output for name in layers]

        def add(copy: Copy, x: tf.Tensor, cotangents: tf.Tensor) -> tuple[Any, ...]:
            logits, inside = copy.tensor(self._logits), [copy.tensor(one) for one in outputs]
            shown = [tf.cast(output, tf.float32) for output in inside]
            before = copy.operations()

            def pull(cotangent: tf.Tensor) -> list[tf.Tensor]:
                found = tf.gradients(
                    logits, inside, grad_ys=[cotangent],
                    unconnected_gradients=tf.UnconnectedGradients.ZERO,
                )  # fmt: skip
                return [tf.cast(gradient, tf.float32) for gradient in found]

            gradients = tf.vectorized_map(pull, cotangents) if inside else []
            return before, x, cotangents, [logits, *shown], gradients

        arguments = [self._image, self._cotangents]
        scratch, (before, x, cotangents, shown, gradients) = extended(self._source, arguments, add)
        kept = shared(scratch, before, [cotangents])
        forward = between(scratch, [x], [*shown, *kept])
        backward = between(scratch, [cotangents, *kept], gradients)
        return Cut(forward, backward, len(layers))

    def rest(self, layer: str) -> Rest:
        """What follows `layer`; cached for the layer last asked for."""
        if layer not in self._rests:
            output = self._calls[layer].output
            self._rests = {layer: Rest(self._source, self._input, output, self._logits)}
        return self._rests[layer]

    def guided(self, title: str) -> Callable[..., Any]:
        """Guided backpropagation: x, cotangents → pixel gradients; see `guided_function`."""
        arguments = [self._image, self._cotangents]
        return guided_function(self._source, arguments, self._logits, title)

    def attending(self, title: str) -> Attending:
        """How the scores change with the attention; MethodError if this is no transformer."""
        arguments = [self._image, self._cotangents]
        return attending(self._source, arguments, self._logits, title)

    def until(self, found: Attending) -> dict[str, int]:
        """Layer → how many blocks have begun once it is computed."""
        return {name: found.until(self._calls[name].output) for name in self.traced.layouts}

    def _trace(self, model: Any) -> Source:
        """Sets everything that is known only while the model is being traced."""

        def run(x: tf.Tensor) -> tf.Tensor:
            if self._order == "nchw":
                x = tf.transpose(x, (0, 3, 1, 2))
            row, self.head = _before_activation(_row(model(x, training=False)))
            self.one_unit = row.shape[1] == 1
            self._logits = _two_sided(row)
            return self._logits

        with recorded(operations(model)) as self._calls:
            function = tf.function(run, [self._image], autograph=False)
            # Kept, since TensorFlow takes the graph apart when the function is collected.
            self._function = function.get_concrete_function()
        return Source(self._function.graph, self._function.inputs[:1])

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


def _two_sided(row: tf.Tensor) -> tf.Tensor:
    """float32 logits: a single unit z becomes (-z, z)."""
    row = tf.cast(row, tf.float32)
    return tf.concat([-row, row], axis=1) if row.shape[1] == 1 else tf.identity(row)


def _before_activation(output: tf.Tensor) -> tuple[tf.Tensor, Head]:
    """What goes into the final softmax or sigmoid, whichever layer applies it; and which it is."""
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


def _role(path: str) -> str:
    """A layer's name without its number: Keras numbers all layers of a kind in one sequence."""
    return path.rsplit("/", 1)[-1].rstrip("0123456789").rstrip("_")
