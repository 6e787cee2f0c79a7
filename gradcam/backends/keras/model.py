"""`KerasClassifier` lets the engine explain a Keras model running on TensorFlow.

The model is traced once (see `graph`), and everything is computed by compiled parts of that trace,
because calling a Keras model eagerly takes several times as long.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcam.backends import Attention, describe
from gradcam.backends.attention import patches
from gradcam.backends.keras import state
from gradcam.backends.keras.capture import KerasCapture, one_hot
from gradcam.backends.keras.compat import keras, tf
from gradcam.backends.keras.graph import Cut, Graph
from gradcam.backends.keras.inputs import application, input_of, require_size
from gradcam.backends.keras.layers import operations
from gradcam.backends.keras.outputs import Activation, Output, require_activation
from gradcam.backends.keras.random_copy import KerasRandomCopy, copied
from gradcam.backends.layers import Traced, mark
from gradcam.backends.layouts import Layout, Reading, probes
from gradcam.backends.lock import FairLock
from gradcam.backends.values import doubt
from gradcam.errors import ModelError, NonFiniteError
from gradcam.preprocess import convert
from gradcam.ranges import with_range
from gradcam.text import one_line
from gradcam.transforms import as_preprocessing, in_grey
from gradcam.types import AnyPreprocessing, Floats, Layer, Preprocessing

# What `call` raises for an input that it does not take, and for symbolic tensors.
_FAILED_CALLS = (
    ValueError, TypeError, AttributeError, NotImplementedError, tf.errors.InvalidArgumentError,
)  # fmt: skip


class KerasClassifier:
    """A Keras model from (N, h, w, 3) to (N, K), explained at its logits without being changed.

    Parameters
    ----------
    model : functional, sequential or subclassed, nested to any depth, with one image input
        (N, h, w, 3) or (N, h, w, 1) and one row of outputs per image. If those are a softmax or
        sigmoid, maps are of the logits that go into it.
    preprocessing : how a photo becomes the model's input, in any form that `gradcam.transforms`
        takes. By default it gets the model's own input size, with values in the range that the
        model scales itself. Where it scales none, they are those of the Keras application it is
        built on, else in [0, 1].
    labels : one per output; if empty, "class 0", "class 1", …. A single unit is offered as two
        classes, absent and present.
    multi_label : whether each class has its own probability; None means yes if the model ends with
        a sigmoid.
    layers, output, activation : as for `gradcam.wrap`.
    digest : for `digest`, if it is known already and the weights will not change.

    Raises ModelError if the input is not one image, or not of the size that `preprocessing` gives;
    if there are several outputs to choose from; or if the outputs look like probabilities and the
    activation cannot be seen.
    """

    architecture = ""

    def __init__(
        self,
        model: Any,
        *,
        id: str,
        title: str,
        preprocessing: Any = None,
        labels: Sequence[str] = (),
        multi_label: bool | None = None,
        layers: Mapping[str, Reading] | None = None,
        output: Output | None = None,
        activation: Activation | None = None,
        digest: str = "",
    ) -> None:
        self.model = model
        self.id = id
        self.title = title
        self.usual_method = "gradcam"
        self.unsuited: Mapping[str, str] = {}
        self._input = input_of(model)
        require_activation(activation)
        self._output, self._activation = output, activation
        self._readings = dict(layers or {})
        self._given_labels = tuple(labels)
        self._given_multi_label = multi_label
        self._given_digest = digest
        self._digests: dict[Hashable, str] = {}
        self._lock = FairLock()
        self._known: tuple[Hashable, Graph] | None = None
        self._passing: set[state.Place] = set()
        self._assumed: tuple[Preprocessing, str] | None = None
        self._noted: tuple[AnyPreprocessing, tuple[str, ...]] | None = None
        self.preprocessing: AnyPreprocessing = self._prepared(preprocessing)
        require_size(title, self._input, self.preprocessing.crop)

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be assumed about the pixel values, and doubts about them; one sentence each.

        Four photos are sent through the model for it, and again in other ranges if it hardly
        reacts to them; once for each preprocessing.
        """
        how = self.preprocessing
        if self._noted is None or self._noted[0] != how:
            assumed = self._assumed[1] if self._assumed and self._assumed[0] == how else ""
            found = (assumed, doubt(lambda x: self.capture(x, []).logits, how))
            self._noted = how, tuple(note for note in found if note)
        return self._noted[1]

    def __repr__(self) -> str:
        return describe(self)

    @property
    def digest(self) -> str:
        """SHA-256 over architecture and weights as they are now, unless one was given."""
        if self._given_digest:
            return self._given_digest
        with self._lock:
            self._traced(self._graph)  # which finds out what changes whenever the model runs
        version = self.version
        if version not in self._digests:
            self._digests = {version: state.model_digest(self.model, self._passing)}
        return self._digests[version]

    @property
    def version(self) -> Hashable:
        """Changes with the weights and with the architecture; the digest, if one was given."""
        if self._given_digest:
            return self._given_digest
        return self._key, state.weights(self.model)

    @property
    def multi_label(self) -> bool:
        """Whether each class has its own probability."""
        graph = self._graph
        if graph.one_unit:
            return True
        if self._given_multi_label is not None:
            return self._given_multi_label
        return graph.head == "sigmoid"

    @property
    def labels(self) -> tuple[str, ...]:
        """One per logit."""
        with self._lock:
            return self._traced(self._graph).labels(self._given_labels, self.title)

    def layers(self) -> tuple[Layer, ...]:
        """Every layer whose output has a spatial extent, input to output; nested ones by path."""
        with self._lock:
            graph = self._graph
            if graph.layers is None:
                graph.layers = mark(self._traced(graph), lambda n: self._reached(graph, n))
            return graph.layers

    def name_of(self, part: object) -> str | None:
        """The path of a layer; None if it is not in the model, or a container of layers."""
        return next((path for path, op in operations(self.model).items() if op is part), None)

    def capture(self, inputs: Floats, layers: Sequence[str]) -> KerasCapture:
        """One forward pass on float32 (N, h_in, w_in, 3), keeping the named layers' outputs."""
        with self._lock:
            graph = self._graph
            return self._capture(graph, graph.cut(layers), inputs, layers)

    def resume(self, inputs: Floats, layer: str, activations: Floats) -> Floats:
        """Logits (B, K) had `layer` given `activations` (B, C, h, w) for `inputs` (1, …)."""
        x = self._tensor(inputs)
        with self._lock:
            graph = self._graph
            layout, rest = self._traced(graph).layouts[layer], graph.rest(layer)
            outputs = tf.constant(layout.tensor(activations))
            if layout.index is not None:
                outputs = _scattered(layout, rest.original(x).numpy(), activations)
            elif layout.order == "tokens":
                one = tf.cast(rest.original(x), outputs.dtype)
                others = tf.repeat(one, len(activations), axis=0)
                after = layout.prefix + layout.shape[1] * layout.shape[2]
                outputs = tf.concat(
                    [others[:, : layout.prefix], outputs, others[:, after:]], axis=1
                )
            logits: Floats = rest.logits(x, outputs).numpy()
        return logits

    def pixels(self, inputs: Floats, layer: str, weights: Floats) -> Floats:
        """The gradient of Σ weights · activation of `layer` at the pixels, (N, h_in, w_in, 3).

        weights : float32 (N, C, h, w).
        """
        with self._lock:
            graph = self._graph
            shape = graph.output_shape(layer, len(inputs))
            cotangents = self._traced(graph).layouts[layer].scattered(weights, shape)
            with self._supported():
                found = graph.pixels(layer)(self._tensor(inputs), tf.constant(cotangents)).numpy()
        return self._in_three(found)

    def guided(self, inputs: Floats, classes: NDArray[np.intp]) -> Floats:
        """Guided backpropagation, (N, K, h_in, w_in, 3), of `inputs` for `classes` (N, K).

        Raises MethodError if the network has an activation other than ReLU.
        """
        with self._lock:
            graph = self._graph
            cotangents = one_hot(classes, graph.outputs)
            found = graph.guided(self.title)(self._tensor(inputs), cotangents).numpy()
        return self._in_three(found).swapaxes(0, 1)

    def attention(self, inputs: Floats, classes: NDArray[np.intp]) -> Attention:
        """How the scores of `classes` (N, K) change with the attention to each patch of `inputs`.

        Raises MethodError if the model is not a plain Vision Transformer.
        """
        with self._lock:
            graph = self._graph
            found = graph.attending(self.title)
            layouts = self._traced(graph).layouts
            where = patches(layouts.values(), found.tokens, self.title)
            cotangents = one_hot(classes, graph.outputs)
            maps: Floats = found.relevance(self._tensor(inputs), cotangents)[0].numpy()
        return Attention(maps.swapaxes(0, 1)[..., where], graph.until(found, layouts))

    def random_copy(self) -> KerasRandomCopy:
        """A copy whose weights can be drawn anew; ModelError if Keras cannot copy the model."""
        with self._lock:
            model = copied(self.model, self.title)
        clf = KerasClassifier(
            model, id=self.id, title=self.title, preprocessing=self.preprocessing,
            labels=self._given_labels, multi_label=self._given_multi_label,
            layers=self._readings, output=self._output, activation=self._activation,
        )  # fmt: skip
        clf.usual_method, clf.unsuited = self.usual_method, self.unsuited
        return KerasRandomCopy(clf, model, self.model, clf._graph.called)

    @property
    def _graph(self) -> Graph:
        """The model's graph, traced again if the model has changed since."""
        with self._lock:
            if self._known is None or self._known[0] != self._key:
                with self._running():
                    graph = self._trace(self.preprocessing.crop)
                self._known = self._key, graph
            return self._known[1]

    @property
    def _key(self) -> Hashable:
        """What a graph depends on apart from the weights; of a fixed model, its size alone."""
        fixed = bool(self._given_digest)
        return self.preprocessing.crop, fixed or state.structure(self.model, self._passing)

    @contextmanager
    def _running(self) -> Iterator[None]:
        """While we call the model: what that changes in it is no change of the model."""
        before = {} if self._given_digest else state.attributes(self.model)
        yield
        after = {} if self._given_digest else state.attributes(self.model)
        self._passing |= {place for place in before if after.get(place) != before[place]}

    def _trace(self, size: tuple[int, int]) -> Graph:
        channels, order = self._input.channels, self._input.order
        try:
            if not self.model.built:
                self.model(_noise(size, channels, order), training=False)
            return Graph(
                self.model, size, channels, order, output=self._output, activation=self._activation
            )
        except _FAILED_CALLS as error:
            raise ModelError(
                f"{self.title} cannot be called on (N, {size[0]}, {size[1]}, {channels}): "
                f"{_said(error)}",
                hint="If that is not its size, set crop in Preprocessing; and it must run inside a "
                "tf.function.",
            ) from error

    def _prepared(self, given: Any) -> AnyPreprocessing:
        """The preprocessing given, completed by what is known of the model's own."""
        plain = self.preprocessing = self._input.preprocessing
        height, width = self._input.size
        how = as_preprocessing(
            given,
            lambda: plain if isinstance(given, str) else self._own(plain),
            (height, width) if height and width else None,
        )
        return in_grey(how, self.title) if self._input.channels == 1 else how

    def _own(self, plain: Preprocessing) -> Preprocessing:
        """The preprocessing that the model's graph, or the application it is built on, asks for."""
        scaled = self._graph.range(plain)
        if scaled is not None:
            return with_range(plain, scaled)
        spec = application(self.model)
        own = spec.preprocessing if spec else None
        if spec is None or not isinstance(own, Preprocessing) or plain.channels == "grey":
            return plain
        how = replace(plain, mean=own.mean, std=own.std, channels=own.channels)
        note = (
            f"{self.title} does not scale its pixel values itself, so they are prepared as for "
            f"{spec.title} of keras.applications: if it was trained on others, pass preprocessing=."
        )
        self._assumed = how, note
        return how

    def _reached(self, graph: Graph, names: Sequence[str]) -> dict[str, float]:
        """Per layer, the share of positions that the top logit depends on."""
        capture = self._capture(graph, graph.cut_once(names), self._probes()[:1], names)
        gradients = capture.gradients(np.argmax(capture.logits, axis=1)[:, None])
        return {name: float((G != 0).any(axis=2).mean()) for name, G in gradients.items()}

    def _capture(
        self, graph: Graph, cut: Cut, inputs: Floats, layers: Sequence[str]
    ) -> KerasCapture:
        known = self._traced(graph).layouts if layers else {}
        layouts = {name: known[name] for name in layers}
        tensors = self._run(cut, self._tensor(inputs))
        if len(tensors[0]) != len(inputs):
            raise ModelError(
                f"{self.title} returns {len(tensors[0])} rows of logits for {len(inputs)} photos.",
                hint="It probably expects another input size: set crop in the preprocessing.",
            )
        return KerasCapture(cut, tensors, layouts, self._lock)

    def _traced(self, graph: Graph) -> Traced:
        if graph.traced is None:
            with self._supported(), self._running():
                _require_finite(self.model, self.title)
                graph.look(self.model, self._probes(), self._readings)
            self._known = self._key, graph
        assert graph.traced is not None
        return graph.traced

    def _probes(self) -> Floats:
        how = self.preprocessing
        return np.stack([convert(photo, how) for photo in probes(*how.crop)])

    def _tensor(self, inputs: Floats) -> tf.Tensor:
        return tf.constant(inputs[..., : self._input.channels])

    def _in_three(self, gradient: Floats) -> Floats:
        """Gradients at pixels (…, channels); a grey model's one is shared out over three."""
        share = gradient / (3 // self._input.channels)
        wide: Floats = np.broadcast_to(share, (*gradient.shape[:-1], 3))
        return wide

    def _run(self, cut: Cut, x: tf.Tensor) -> list[tf.Tensor]:
        with self._supported():
            tensors: list[tf.Tensor] = cut.forward(x)
            return tensors

    @contextmanager
    def _supported(self) -> Iterator[None]:
        """Say in our words what TensorFlow says of channels first on a processor."""
        try:
            yield
        except (tf.errors.UnimplementedError, tf.errors.InvalidArgumentError) as error:
            if self._input.order != "channels_first":
                raise
            raise ModelError(
                f"{self.title} uses channels first, which TensorFlow does not support on this "
                "machine's processor.",
                hint="Build it with data_format='channels_last', or use a GPU.",
            ) from error


def _require_finite(model: Any, title: str) -> None:
    for weight in model.weights:
        values = keras.ops.convert_to_numpy(weight)
        # A sum is not finite if a value is not, and takes no memory.
        if values.dtype.kind in "fV" and not np.isfinite(values.sum(dtype=np.float64)):
            raise NonFiniteError(
                f"NaN or infinity was found in {weight.path}, a weight of {title}.",
                hint="Training may have diverged: load weights from before that.",
            )


def _said(error: Exception) -> str:
    """The sentence in a Keras error, without its colours and list of arguments."""
    text = re.sub(r"\x1b\[\d*m|Exception encountered when calling .*\n", "", str(error))
    return one_line(text.partition("Arguments received")[0])


def _scattered(layout: Layout, own: Floats, activations: Floats) -> tf.Tensor:
    """A layer's own output (1, …), with activations (B, C, h, w) where its values lie."""
    assert layout.index is not None
    flat = np.repeat(own.reshape(1, -1), len(activations), axis=0)
    flat[:, layout.index.reshape(-1)] = activations.reshape(len(activations), -1)
    return tf.constant(flat.reshape(len(activations), *own.shape[1:]))


def _noise(size: tuple[int, int], channels: int, order: str) -> Floats:
    x = np.random.default_rng(0).standard_normal((1, *size, channels), np.float32)
    return np.moveaxis(x, 3, 1) if order == "channels_first" else x
