"""A Keras model that runs on PyTorch (`KERAS_BACKEND=torch`), as a module like any other.

Keras calls its layers without torch's hooks, and keeps them where torch does not look. So each of
them gets a tap: an empty submodule that its output passes through, under the layer's own name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from gradcam.backends.values import expected_range
from gradcam.errors import ModelError
from gradcam.ranges import with_range
from gradcam.types import Floats, Preprocessing


class KerasModule(nn.Module):
    """`model`, from (N, H, W, channels), as a module from (N, channels, H, W).

    Raises ModelError if it takes anything but one image of a known size, channels last.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.shape = _input_shape(model)
        self.model = model
        self._layers: list[tuple[Any, nn.Module]] = []
        for path, layer in _inside(model, ()):
            name = "/".join(path)
            # A layer that stands in two places has one tap.
            if name not in self._modules and all(layer is not one for one, _ in self._layers):
                tap = type(type(layer).__name__, (nn.Identity,), {})()
                self.add_module(name, tap)
                self._layers.append((layer, tap))

    def forward(self, x: Tensor) -> Any:
        """Whatever the model returns."""
        with self._tapped(lambda _layer, tap, output: _through(tap, output)):
            return self.model(x.permute(0, 2, 3, 1), training=False)

    def preprocessing(self) -> Preprocessing:
        """The model's own size, and the range of pixel values that it scales itself."""
        height, width, channels = self.shape
        plain = Preprocessing(
            resize=min(height, width), crop=(height, width), mean=(0, 0, 0), std=(1, 1, 1),
            channels="grey" if channels == 1 else "rgb",
        )  # fmt: skip
        found = expected_range(lambda inputs: [self._before_weights(inputs)], plain)
        return plain if found is None else with_range(plain, found)

    def _before_weights(self, inputs: Floats) -> Floats:
        """What the first layer with weights is given, for inputs (N, h, w, 3)."""
        given: list[Tensor] = []

        def record(layer: Any, _tap: nn.Module, args: Sequence[Any]) -> None:
            learnt = layer.weights and type(layer).__name__ != "Normalization"
            if learnt and not given and args and isinstance(args[0], Tensor):
                given.append(args[0])

        x = torch.from_numpy(inputs[..., : self.shape[2]])
        with torch.no_grad(), self._tapped(before=record):
            self.model(x, training=False)
        return given[0].detach().cpu().numpy() if given else inputs

    @contextmanager
    def _tapped(
        self,
        after: Callable[[Any, nn.Module, Any], Any] = lambda _layer, _tap, output: output,
        before: Callable[[Any, nn.Module, Sequence[Any]], None] = lambda *_: None,
    ) -> Iterator[None]:
        """Call `before` with each layer's arguments, and `after` with its output to pass on.

        Keras calls `self.call`, and an instance's `__dict__` goes before its class; writing there
        bypasses Keras's tracking of attributes.
        """

        def wrapped(layer: Any, tap: nn.Module, call: Callable[..., Any]) -> Callable[..., Any]:
            def run(*args: Any, **kwargs: Any) -> Any:
                before(layer, tap, args)
                return after(layer, tap, call(*args, **kwargs))

            return run

        with ExitStack() as stack:
            for layer, tap in self._layers:
                own = layer.__dict__.get("call")
                stack.callback(_restore, layer, own)
                layer.__dict__["call"] = wrapped(layer, tap, layer.call)
            yield


def _restore(layer: Any, own: Any) -> None:
    layer.__dict__.pop("call", None)
    if own is not None:
        layer.__dict__["call"] = own


def _through(tap: nn.Module, output: Any) -> Any:
    """A layer's output, its first tensor as the tap returns it."""
    if isinstance(output, Tensor):
        return tap(output)
    if isinstance(output, (tuple, list)) and output and isinstance(output[0], Tensor):
        return type(output)((tap(output[0]), *output[1:]))
    return output


def _inside(parent: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each layer in a model by path, but no containers, whose output is one of those layers'."""
    listed = getattr(parent, "operations", None) or getattr(parent, "layers", None)
    if listed is None:
        listed = parent._flatten_layers(include_self=False, recursive=False)
    for child in listed:
        place, home = (*path, child.name), type(child).__module__
        if hasattr(child, "_flatten_layers") and not home.startswith("keras.src.layers"):
            yield from _inside(child, place)
        if not home.startswith("keras.src.models") and type(child).__name__ != "InputLayer":
            yield place, child


def _input_shape(model: Any) -> tuple[int, int, int]:
    shape = getattr(model, "input_shape", None)
    image = isinstance(shape, tuple) and len(shape) == 4 and shape[3] in (1, 3)
    if shape is None or not image or None in shape[1:]:
        raise ModelError(
            f"{type(model).__name__} runs on PyTorch and takes "
            f"{'an unknown input' if shape is None else shape}; what can be explained there takes "
            "one image of fixed size, (height, width, 3) or (height, width, 1).",
            hint="Set KERAS_BACKEND=tensorflow before Keras is imported, and load it again.",
        )
    return shape[1], shape[2], shape[3]
