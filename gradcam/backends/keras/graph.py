"""Traces a Keras model into one TensorFlow graph, and cuts functions out of it.

The model is traced once. A cut for some layers is two compiled functions: `forward`, from the input
to the logits, the layers' outputs and whatever their gradients will need; and `backward`, from
those to the gradients of any number of classes at once. So another class costs no second forward,
and the model is never rebuilt: a nested or subclassed model is a graph like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcam.backends.keras.attention import Attending, attending
from gradcam.backends.keras.compat import recording, tf
from gradcam.backends.keras.guided import guided_function
from gradcam.backends.keras.layers import recorded
from gradcam.backends.keras.outputs import (
    Activation,
    Output,
    logits_of,
    require_plausible,
    row_of,
    surely_logits,
)
from gradcam.backends.keras.part import Copy, Source, between, extended, shared
from gradcam.backends.keras.reading import layouts
from gradcam.backends.keras.rerun import Rest
from gradcam.backends.keras.values import expected_range
from gradcam.backends.layers import Seen, Traced
from gradcam.backends.layouts import Layout, Reading
from gradcam.backends.values import shown
from gradcam.ranges import Range
from gradcam.types import Floats, Layer, Preprocessing

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

    output, activation : which output holds the logits, and what they went through; see `outputs`.
    head : the activation that the model ends with; the logits are what goes into it.
    one_unit : the model has a single output z, and the logits are (-z, z).
    outputs : the number of logits.
    traced : the layers, once `look` has found them.
    layers : a place to keep what the classifier finds out about those.

    Raises ModelError if there are several outputs to choose from, or if they look like
    probabilities and it cannot be seen of what.
    """

    head: Activation
    one_unit: bool

    def __init__(
        self,
        model: Any,
        size: tuple[int, int],
        channels: int,
        order: str,
        *,
        output: Output | None = None,
        activation: Activation | None = None,
    ) -> None:
        self._cuts: dict[tuple[str, ...], Cut] = {}
        self._rests: dict[str, Rest] = {}
        self._pixels: dict[str, Callable[..., Any]] = {}
        self._guided: Callable[..., Any] | None = None
        self._attending: Attending | None = None
        self.layers: tuple[Layer, ...] | None = None
        self._channels_first = order == "channels_first"
        self._size = size
        self._image = tf.TensorSpec((None, *size, channels), tf.float32)
        self._source = self._trace(model, output, activation)
        (self._input,) = self._source.arguments
        if not (self._visible or (activation is None and surely_logits(self._row))):
            values = between(self._source, [self._input], [self._row])
            require_plausible(values(self._shown())[0].numpy(), activation)
        self.outputs = int(self._logits.shape[1])
        self._cotangents = tf.TensorSpec((None, None, self.outputs), tf.float32)
        self.traced: Traced | None = None

    def look(self, model: Any, photos: Floats, readings: Mapping[str, Reading]) -> None:
        """Run the model eagerly to find the layers whose outputs move with the photo: `traced`.

        photos, readings : as for `reading.layouts`.
        """
        values = photos[..., : self._image.shape[-1]]
        found, moving = layouts(
            self._source, self._calls, lambda x: self._called(model, x), values, readings
        )
        seen = tuple(self._seen(path, layout, path in moving) for path, layout in found.items())
        self.traced = Traced(seen, self.outputs, self.one_unit)

    @property
    def called(self) -> dict[str, Any]:
        """Every operation by path, in the order of their last calls."""
        return {path: called.operation for path, called in self._calls.items()}

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

    def pixels(self, layer: str) -> Callable[..., Any]:
        """x, cotangents → the gradient of Σ cotangent · output at x; cached for the last layer."""
        if layer not in self._pixels:
            output = self._calls[layer].output

            def add(copy: Copy, x: tf.Tensor, cotangent: tf.Tensor) -> list[tf.Tensor]:
                found = tf.gradients(
                    copy.tensor(output), [x], grad_ys=[tf.cast(cotangent, output.dtype)],
                    unconnected_gradients=tf.UnconnectedGradients.ZERO,
                )  # fmt: skip
                return [x, cotangent, found[0]]

            arguments = [self._image, tf.TensorSpec(output.shape, tf.float32)]
            scratch, (x, cotangent, found) = extended(self._source, arguments, add)
            self._pixels = {layer: between(scratch, [x, cotangent], [found])}
        return lambda *values: self._pixels[layer](*values)[0]

    def output_shape(self, layer: str, photos: int) -> tuple[int, ...]:
        """The shape of a layer's output for so many photos."""
        return (photos, *map(int, self._calls[layer].output.shape[1:]))

    def guided(self, title: str) -> Callable[..., Any]:
        """Guided backpropagation: x, cotangents → pixel gradients; see `guided_function`."""
        if self._guided is None:
            arguments = [self._image, self._cotangents]
            self._guided = guided_function(self._source, arguments, self._logits, title)
        return self._guided

    def attending(self, title: str) -> Attending:
        """How the scores change with the attention; MethodError if this is no transformer."""
        if self._attending is None:
            arguments = [self._image, self._cotangents]
            self._attending = attending(self._source, arguments, self._logits, title)
        return self._attending

    def until(self, found: Attending, layers: Iterable[str]) -> dict[str, int]:
        """Layer → how many blocks have begun once it is computed."""
        return {name: found.until(self._calls[name].output) for name in layers}

    def range(self, how: Preprocessing) -> Range | None:
        """The range of pixel values that the model scales itself; None if it scales none."""
        return expected_range(self._source, self._input, how)

    def _shown(self) -> tf.Tensor:
        """Four photos in the model's size, with values in [0, 1]."""
        how = Preprocessing(min(self._size), self._size, (0,) * 3, (1,) * 3)
        return tf.constant(shown(how)[..., : self._image.shape[-1]])

    def _trace(self, model: Any, output: Output | None, activation: Activation | None) -> Source:
        """Sets everything that is known only while the model is being traced."""

        def run(x: tf.Tensor) -> tf.Tensor:
            self._row = row_of(model, self._called(model, x), output)
            logits, self.head, self._visible = logits_of(self._row, activation)
            self.one_unit = logits.shape[1] == 1
            self._logits = _two_sided(logits)
            return self._logits

        with recorded(model) as self._calls:
            function = tf.function(run, [self._image], autograph=False)
            # Kept, since TensorFlow takes the graph apart when the function is collected.
            self._function = function.get_concrete_function()
        return Source(self._function.graph, self._function.inputs[:1])

    def _called(self, model: Any, x: Any) -> Any:
        # Recorded for its effect on a model whose own `call` is a `tf.function`.
        with recording({"": model}, lambda *_: None):
            return model(
                tf.transpose(x, (0, 3, 1, 2)) if self._channels_first else x, training=False
            )

    def _seen(self, path: str, layout: Layout, moves_only: bool) -> Seen:
        called = self._calls[path]
        kind, place = type(called.operation).__name__, id(called.output)
        depth = path.count("/") + path.count(".")  # a dot nests, as in the names of PyTorch
        return Seen(path, kind, layout, place, depth, _role(path), called.count, moves_only)


def _two_sided(row: tf.Tensor) -> tf.Tensor:
    """float32 logits: a single unit z becomes (-z, z)."""
    row = tf.cast(row, tf.float32)
    return tf.concat([-row, row], axis=1) if row.shape[1] == 1 else tf.identity(row)


def _role(path: str) -> str:
    """A layer's name without its number: Keras numbers all layers of a kind in one sequence."""
    return path.rsplit("/", 1)[-1].rstrip("0123456789").rstrip("_")
