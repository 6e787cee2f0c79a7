"""`KerasClassifier` lets the engine explain a Keras model running on TensorFlow.

The model is traced once (see `graph`), and everything is computed by compiled parts of that trace,
because calling a Keras model eagerly takes several times as long.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcam.backends import Attention
from gradcam.backends.attention import patches
from gradcam.backends.keras.attention import Attending
from gradcam.backends.keras.compat import keras, tf
from gradcam.backends.keras.graph import Cut, Graph
from gradcam.backends.layers import Traced, mark
from gradcam.backends.layouts import Layout
from gradcam.errors import ModelError
from gradcam.transforms import as_preprocessing
from gradcam.types import AnyPreprocessing, Floats, Layer, Preprocessing


class KerasClassifier:
    """A Keras model from (N, h, w, 3) to (N, K), explained at its logits without being changed.

    Parameters
    ----------
    model : functional, sequential or subclassed, nested to any depth, with one image input
        (N, h, w, 3) or (N, h, w, 1) and one row of outputs per image. If those are a softmax or
        sigmoid, maps are of the logits that go into it.
    preprocessing : how a photo becomes the model's input, in any form that `gradcam.transforms`
        takes. By default it gets the model's own input
        size, with values in [0, 1], or in [0, 255] if the model rescales or normalises them itself.
    labels : one per output; if empty, "class 0", "class 1", …. A single unit is offered as two
        classes, absent and present.
    multi_label : whether each class has its own probability; None means yes if the model ends with
        a sigmoid.
    digest : for `digest`, if it is known already and the weights will not change.

    Raises ModelError if the input is not one image, or not of the size that `preprocessing` gives.
    """

    def __init__(
        self,
        model: Any,
        *,
        id: str,
        title: str,
        preprocessing: Any = None,
        labels: Sequence[str] = (),
        multi_label: bool | None = None,
        digest: str = "",
    ) -> None:
        self.model = model
        self.id = id
        self.title = title
        self.usual_method = "gradcam"
        self.unsuited: Mapping[str, str] = {}
        self._order, self._channels, size = _input_of(model)
        own_size = (size[0], size[1]) if size[0] and size[1] else None
        self.preprocessing: AnyPreprocessing = as_preprocessing(
            preprocessing, lambda: _usual(model, size, self._channels), own_size
        )
        _require_size(title, size, self.preprocessing.crop)
        self._given_labels = tuple(labels)
        self._given_multi_label = multi_label
        self._given_digest = digest
        self._digests: dict[Hashable, str] = {}
        self._lock = RLock()

    @property
    def digest(self) -> str:
        """SHA-256 over architecture and weights as they are now, unless one was given."""
        if self._given_digest:
            return self._given_digest
        version = self.version
        if version not in self._digests:
            self._digests = {version: model_digest(self.model)}
        return self._digests[version]

    @property
    def version(self) -> Hashable:
        """A sum over every weight's bits; the digest, if one was given."""
        if self._given_digest:
            return self._given_digest
        return hash(tuple(_bits(weight) for weight in self.model.weights))

    @property
    def multi_label(self) -> bool:
        """Whether each class has its own probability."""
        if self._graph.one_unit:
            return True
        if self._given_multi_label is not None:
            return self._given_multi_label
        return self._graph.head == "sigmoid"

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """One per logit."""
        return self._traced.labels(self._given_labels, self.title)

    def layers(self) -> tuple[Layer, ...]:
        """Every layer whose output has a spatial extent, input to output; nested ones by path."""
        return self._layers

    def capture(self, inputs: Floats, layers: Sequence[str]) -> KerasCapture:
        """One forward pass on float32 (N, h_in, w_in, 3), keeping the named layers' outputs."""
        with self._lock:
            return self._capture(self._graph.cut(layers), inputs, layers)

    def resume(self, inputs: Floats, layer: str, activations: Floats) -> Floats:
        """Logits (B, K) had `layer` given `activations` (B, C, h, w) for `inputs` (1, …)."""
        layout = self._traced.layouts[layer]
        x = tf.constant(inputs[..., : self._channels])
        outputs = tf.constant(layout.tensor(activations))
        with self._lock:
            rest = self._graph.rest(layer)
            if layout.prefix:
                prefix = tf.repeat(rest.original(x)[:, : layout.prefix], len(activations), axis=0)
                outputs = tf.concat([tf.cast(prefix, outputs.dtype), outputs], axis=1)
            logits: Floats = rest.logits(x, outputs).numpy()
        return logits

    def guided(self, inputs: Floats, classes: NDArray[np.intp]) -> Floats:
        """Guided backpropagation, (N, K, h_in, w_in, 3), of `inputs` for `classes` (N, K).

        Raises MethodError if the network has an activation other than ReLU.
        """
        with self._lock:
            cotangents = _one_hot(classes, self._traced.outputs)
            found = self._guided(tf.constant(inputs[..., : self._channels]), cotangents).numpy()
        wide: Floats = np.broadcast_to(found / (3 // self._channels), (*found.shape[:-1], 3))
        return wide.swapaxes(0, 1)

    def attention(self, inputs: Floats, classes: NDArray[np.intp]) -> Attention:
        """How the scores of `classes` (N, K) change with the attention to each patch.

        Raises MethodError if the model is not a plain Vision Transformer.
        """
        with self._lock:
            found = self._attending
            where = patches(self._traced.layouts.values(), found.tokens, self.title)
            cotangents = _one_hot(classes, self._traced.outputs)
            x = tf.constant(inputs[..., : self._channels])
            maps: Floats = found.relevance(x, cotangents)[0].numpy()
        return Attention(maps.swapaxes(0, 1)[..., where], self._graph.until(found))

    @cached_property
    def _attending(self) -> Attending:
        return self._graph.attending(self.title)

    @cached_property
    def _guided(self) -> Callable[..., Any]:
        return self._graph.guided(self.title)

    @cached_property
    def _layers(self) -> tuple[Layer, ...]:
        return mark(self._traced, self._reached)

    @property
    def _traced(self) -> Traced:
        return self._graph.traced

    @cached_property
    def _graph(self) -> Graph:
        with self._lock:
            size = self.preprocessing.crop
            if not self.model.built:
                self.model(_noise(size, self._channels, self._order), training=False)
            return Graph(self.model, size, self._channels, self._order)

    def _reached(self, names: Sequence[str]) -> dict[str, float]:
        """Per layer, the share of positions that the top logit depends on."""
        noise = _noise(self.preprocessing.crop, 3, "channels_last")
        with self._lock:
            capture = self._capture(self._graph.cut_once(names), noise, names)
        gradients = capture.gradients(np.argmax(capture.logits, axis=1)[:, None])
        return {name: float((G != 0).any(axis=2).mean()) for name, G in gradients.items()}

    def _capture(self, cut: Cut, inputs: Floats, layers: Sequence[str]) -> KerasCapture:
        layouts = {name: self._traced.layouts[name] for name in layers}
        return KerasCapture(cut, self._run(cut, inputs), layouts, self._lock)

    def _run(self, cut: Cut, inputs: Floats) -> list[tf.Tensor]:
        try:
            tensors: list[tf.Tensor] = cut.forward(tf.constant(inputs[..., : self._channels]))
        except (tf.errors.UnimplementedError, tf.errors.InvalidArgumentError) as error:
            if self._order != "channels_first":
                raise
            raise ModelError(
                f"{self.title} uses channels first, which TensorFlow does not support on this "
                "machine's processor.",
                hint="Build it with data_format='channels_last', or use a GPU.",
            ) from error
        return tensors


class KerasCapture:
    """One forward pass: its logits and activations, and the tensors its gradients need."""

    def __init__(
        self, cut: Cut, tensors: Sequence[tf.Tensor], layouts: dict[str, Layout], lock: RLock
    ) -> None:
        self._cut = cut
        self._layouts = layouts
        self._lock = lock
        self.logits: Floats = tensors[0].numpy()
        self._outputs = tensors[1 : 1 + cut.layers]
        self._kept = tensors[1 + cut.layers :]

    @cached_property
    def activations(self) -> Mapping[str, Floats]:
        """float32 (N, C, h, w) per layer."""
        outputs = zip(self._layouts.items(), self._outputs, strict=True)
        return {name: layout.maps(output.numpy()) for (name, layout), output in outputs}

    def gradients(self, classes: NDArray[np.intp]) -> Mapping[str, Floats]:
        """float32 (N, K, C, h, w) per layer, from one compiled backward for all classes (N, K)."""
        with self._lock:
            found = self._cut.backward(_one_hot(classes, self.logits.shape[1]), *self._kept)
        layers = zip(self._layouts.items(), found, strict=True)
        return {name: _per_class(layout, G.numpy()) for (name, layout), G in layers}


def model_digest(model: Any) -> str:
    """SHA-256 over the architecture, as far as Keras can serialise it, and every weight."""
    try:
        described = model.to_json()
    except (NotImplementedError, TypeError, ValueError):
        described = type(model).__qualname__  # a subclassed model need not be serialisable
    sha = hashlib.sha256(described.encode())
    for weight in model.weights:
        values = np.ascontiguousarray(keras.ops.convert_to_numpy(weight))
        sha.update(f"{weight.path} {values.shape} {values.dtype}".encode())
        sha.update(values.tobytes())
    return sha.hexdigest()


def _one_hot(classes: NDArray[np.intp], outputs: int) -> tf.Tensor:
    """Class indices (N, K) as one-hot rows (K, N, outputs)."""
    cotangents = np.zeros((*classes.T.shape, outputs), np.float32)
    np.put_along_axis(cotangents, classes.T[..., None], 1, axis=2)
    return tf.constant(cotangents)


def _per_class(layout: Layout, gradient: Floats) -> Floats:
    """(K, N, …) in the layer's own layout as (N, K, C, h, w), without copying if possible."""
    maps: Floats = layout.maps(gradient.reshape(-1, *gradient.shape[2:]))
    return maps.reshape(*gradient.shape[:2], *maps.shape[1:]).swapaxes(0, 1)


def _input_of(model: Any) -> tuple[str, int, tuple[int | None, int | None]]:
    """Data format, channels (1 or 3) and (height, width) of the input; None means any size.

    Raises ModelError if the input is not one image.
    """
    shape = getattr(model, "input_shape", None) if model.built else None
    if isinstance(shape, (list, dict)) and len(shape) == 1:
        shape = next(iter(shape.values() if isinstance(shape, dict) else shape))
    if isinstance(shape, (list, dict)):
        raise ModelError("The model has several inputs.", hint="Wrap one that takes an image only.")
    if shape is None:
        return keras.config.image_data_format(), 3, (None, None)
    if len(shape) == 4 and shape[3] in (1, 3):
        return "channels_last", shape[3], (shape[1], shape[2])
    if len(shape) == 4 and shape[1] in (1, 3):
        return "channels_first", shape[1], (shape[2], shape[3])
    raise ModelError(
        f"The model takes {tuple(shape)}, which is not an image.",
        hint="Its input should be (height, width, 3) or (height, width, 1).",
    )


def _usual(model: Any, size: tuple[int | None, int | None], channels: int) -> Preprocessing:
    """The model's own size; values in [0, 255] if it rescales them itself, else in [0, 1]."""
    height, width = size[0] or 224, size[1] or 224
    preparing = (keras.layers.Rescaling, keras.layers.Normalization)
    leading = [layer for layer in _leading(model) if isinstance(layer, preparing)]
    unit = 1 / 255 if leading else 1.0
    return Preprocessing(
        resize=min(height, width),
        crop=(height, width),
        mean=(0, 0, 0),
        std=(unit, unit, unit),
        channels="grey" if channels == 1 else "rgb",
    )


def _leading(model: Any) -> list[Any]:
    """The first few layers, including those inside a nested model."""
    first: list[Any] = []
    for layer in model.layers[:4]:
        first += layer.layers[:4] if isinstance(layer, keras.Model) else [layer]
    return first


def _require_size(title: str, own: tuple[int | None, int | None], asked: tuple[int, int]) -> None:
    if any(have not in (None, want) for have, want in zip(own, asked, strict=True)):
        raise ModelError(
            f"{title} takes {own[0]} × {own[1]} pixels, but the preprocessing gives "
            f"{asked[0]} × {asked[1]}.",
            hint="Set crop in Preprocessing to the model's own size.",
        )


def _bits(weight: Any) -> int:
    """The sum of the weight's bits as integers: quick, and different after any training step."""
    values = np.ascontiguousarray(keras.ops.convert_to_numpy(weight)).reshape(-1)
    raw = values.view(np.dtype(f"u{values.dtype.itemsize}"))
    return int(raw.sum(dtype=np.uint64)) ^ hash(values[:1].tobytes())


def _noise(size: tuple[int, int], channels: int, order: str) -> Floats:
    x = np.random.default_rng(0).standard_normal((1, *size, channels), np.float32)
    return np.moveaxis(x, 3, 1) if order == "channels_first" else x
