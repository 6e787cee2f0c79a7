"""Finds the layers of a module whose output is a map, by watching it look at four photos."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gradcam.backends.borders import only_a_border
from gradcam.backends.layers import Seen
from gradcam.backends.layouts import (
    AGREES,
    PROBES,
    Layout,
    Layouts,
    Reading,
    agreement,
    differences,
    given,
)  # fmt: skip
from gradcam.errors import LayerError


@dataclass
class _Call:
    """A module's last call: what it returned, how often it was called, whether it only moved it."""

    module: nn.Module
    layout: Layout | None
    identity: int
    count: int
    moves_only: bool


class Tracer:
    """Records what each submodule returns for the four probes.

    Parameters
    ----------
    size : the input's height and width.
    readings : how to read some layers' outputs, by name, as the user gave them.
    """

    def __init__(
        self, module: nn.Module, size: tuple[int, int], readings: Mapping[str, Reading]
    ) -> None:
        self._module = module
        self._layouts = Layouts(*size)
        self._readings = readings
        self._identities = _Identities()
        self._calls: dict[str, _Call] = {}
        self._earlier: dict[str, list[Tensor]] = {}
        self._given: dict[str, tuple[Tensor, int]] = {}

    @contextmanager
    def watching(self, photos_before: int | None = None) -> Iterator[None]:
        """Hook every submodule while the module runs on all four probes.

        photos_before : for a module that takes one photo only, how many it has seen already.
        """
        self._calls.clear()
        with ExitStack() as hooks:
            for name, child in self._module.named_modules():
                if name:
                    hook = self._hook(name, photos_before)
                    hooks.callback(child.register_forward_hook(hook).remove)
                    before = self._before(name)
                    hooks.callback(child.register_forward_pre_hook(before).remove)
            yield

    def seen(self) -> tuple[Seen, ...]:
        """Every layer whose output is a map of the photo, in the order of the last calls.

        Raises LayerError if the user gave a reading for a layer that was not called.
        """
        for name in self._readings:
            if name not in self._calls:
                raise LayerError(
                    f"layers= names {name}, which the model has not called.",
                    hint=f"It called {', '.join(list(self._calls)[:5])} …",
                )
        return tuple(
            Seen(
                name, type(call.module).__name__, call.layout, call.identity,
                name.count("."), name.rsplit(".", 1)[-1], call.count, call.moves_only,
            )
            for name, call in self._calls.items()
            if call.layout is not None
        )  # fmt: skip

    def _before(self, name: str) -> Callable[..., None]:
        def hook(_module: nn.Module, inputs: Any) -> None:
            self._given.pop(name, None)
            tensor = first_tensor(inputs)
            if isinstance(tensor, Tensor) and not tensor.is_inference():
                self._given[name] = tensor, tensor._version

        return hook

    def _moves_only(self, name: str, output: Tensor) -> bool:
        """Whether the output is the input, which nobody wrote to, but for a border."""
        given, version = self._given.pop(name, (None, 0))
        if given is None or given._version != version:
            return False
        return given is output or only_a_border(given, output)

    def _hook(self, name: str, photos_before: int | None) -> Callable[..., None]:
        def hook(module: nn.Module, _inputs: Any, output: Any) -> None:
            tensor = first_tensor(output)
            before = self._calls.pop(name, None)
            if not isinstance(tensor, Tensor) or not tensor.is_floating_point():
                return
            identity, count = self._identities.of(tensor), before.count + 1 if before else 1
            # At once, because the next layer may write into this tensor.
            together = self._with_earlier(name, tensor, photos_before)
            layout = None if together is None else self._layout(name, together)
            moves_only = layout is not None and self._moves_only(name, tensor)
            self._calls[name] = _Call(module, layout, identity, count, moves_only)

        return hook

    def _with_earlier(self, name: str, tensor: Tensor, before: int | None) -> Tensor | None:
        """The layer's output for all probes, or None as long as some are missing."""
        if before is None:
            return tensor
        earlier = self._earlier.setdefault(name, [])[:before]
        self._earlier[name] = [*earlier, tensor.detach().clone()]
        alike = all(one.shape == tensor.shape for one in earlier)
        complete = len(earlier) == PROBES - 1 and alike and len(tensor) == 1
        return torch.cat([*earlier, tensor]) if complete else None

    def _layout(self, name: str, tensor: Tensor) -> Layout | None:
        def differ(layout: Layout) -> Any:
            return [d.float().cpu().numpy() for d in differences(layout.maps(tensor.detach()))]

        if name not in self._readings:
            return self._layouts.find(tensor.shape, differ)
        indices = torch.arange(tensor[0].numel()).reshape(1, *tensor.shape[1:])
        layout = given(self._readings[name], name, tensor.shape, indices)
        if agreement(*differ(layout)) < AGREES:
            raise LayerError(
                f"Read as given, the output of {name} does not follow the photo: what changes on "
                "its left does not change the map on its left.",
                hint="Check the reshape: it should give (N, C, h, w) with rows from the top.",
            )
        return layout


def first_tensor(output: Any) -> Any:
    """The tensor that a layer's output is, or the first of those it consists of."""
    return output[0] if isinstance(output, (tuple, list)) and output else output


class _Identities:
    """Numbers tensors, so that two layers that return the same one are known to."""

    def __init__(self) -> None:
        self._living: dict[int, tuple[weakref.ref[Tensor], int]] = {}
        self._count = 0

    def of(self, tensor: Tensor) -> int:
        """The tensor's number."""
        reference, number = self._living.get(id(tensor), (None, 0))
        if reference is not None and reference() is tensor:
            return number
        self._count += 1
        self._living[id(tensor)] = (weakref.ref(tensor), self._count)
        return self._count
