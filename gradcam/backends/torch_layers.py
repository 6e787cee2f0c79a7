"""Which layers can be explained: found by tracing one forward, never by a hard-coded list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn

from gradcam.errors import ModelError
from gradcam.types import Layer

_MAX_PREFIX = 8  # class, distillation and register tokens before the patches
_PROBED_AT_ONCE = 12
# They add nothing to what they are given, so a layer before them is the better name.
_PASSING_ON = ("AdaptiveAvgPool2d", "Dropout", "Identity", "Permute")


@dataclass(frozen=True)
class Layout:
    """How a layer's output tensor holds its (C, h, w)."""

    order: Literal["nchw", "nhwc", "tokens"]
    shape: tuple[int, int, int]
    prefix: int = 0

    def maps(self, tensor: Tensor) -> Tensor:
        """The tensor as (N, C, h, w)."""
        if self.order == "nchw":
            return tensor
        if self.order == "nhwc":
            return tensor.permute(0, 3, 1, 2)
        channels, height, width = self.shape
        patches = tensor[:, self.prefix :]
        return patches.transpose(1, 2).reshape(len(tensor), channels, height, width)


@dataclass(frozen=True)
class Seen:
    """One module's last call in the traced forward; equal `identity` means the same tensor."""

    name: str
    kind: str
    layout: Layout
    identity: int


@dataclass(frozen=True)
class Traced:
    """All spatial outputs in the order they were made, and the number of logits."""

    seen: tuple[Seen, ...]
    outputs: int

    @property
    def layouts(self) -> dict[str, Layout]:
        """Layer name to layout."""
        return {s.name: s.layout for s in self.seen}


def trace(module: nn.Module, x: Tensor) -> Traced:
    """One forward of `module` on `x` (1, 3, H, W), watched by hooks that are gone afterwards."""
    calls: list[tuple[str, nn.Module, Tensor]] = []
    with ExitStack() as hooks:
        for name, child in module.named_modules():
            if name:
                hooks.callback(child.register_forward_hook(_record(name, calls)).remove)
        logits = logits_of(module(x))
    last = {name: (child, tensor) for name, child, tensor in calls}
    order = list(dict.fromkeys(name for name, _, _ in reversed(calls)))[::-1]
    seen: list[Seen] = []
    grid = _Grid(x.shape[2], x.shape[3])
    for name in order:
        child, tensor = last[name]
        layout = grid.layout(tensor, child)
        if layout:
            seen.append(Seen(name, type(child).__name__, layout, id(tensor)))
    if not seen:
        raise ModelError(
            "No layer of this model has a spatial extent.",
            hint="Grad-CAM needs convolutions or patch tokens.",
        )
    return Traced(tuple(seen), logits.shape[1])


def logits_of(output: Any) -> Tensor:
    """The logits in whatever a model returns: a tensor, the first of a tuple, or `.logits`."""
    if hasattr(output, "logits"):
        output = output.logits
    if isinstance(output, (tuple, list)):
        output = output[0]
    if isinstance(output, dict):
        output = output.get("logits", output)
    if not isinstance(output, Tensor) or output.ndim != 2:
        shape = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
        raise ModelError(
            f"The model returns {shape}, not one row of logits per image.",
            hint="Wrap an image classifier that returns (N, classes).",
        )
    return output


def mark(traced: Traced, reached: Callable[[Sequence[str]], dict[str, float]]) -> tuple[Layer, ...]:
    """Layers with the recommended one and the stages marked.

    Recommended is the last output that more than half its positions' gradients flow through,
    named by the outermost module that makes it: in a ViT the last block's first norm, since the
    patch tokens of its output go nowhere.
    """
    outermost = {s.identity: s.name for s in traced.seen}
    heads = [s for s in traced.seen if s.name == outermost[s.identity]]
    candidates = [s.name for s in heads if s.kind not in _PASSING_ON]
    recommended = _last_reached(candidates, reached)
    stages = _stages(heads, candidates[: candidates.index(recommended) + 1])
    return tuple(
        Layer(s.name, s.layout.shape, s.kind, s.name in stages, s.name == recommended)
        for s in traced.seen
    )


def _last_reached(names: list[str], reached: Callable[[Sequence[str]], dict[str, float]]) -> str:
    for end in range(len(names), 0, -_PROBED_AT_ONCE):
        group = names[max(0, end - _PROBED_AT_ONCE) : end]
        shares = reached(group)
        for name in reversed(group):
            if shares[name] > 0.5:
                return name
    return names[-1]


def _stages(heads: list[Seen], names: list[str]) -> set[str]:
    """The last outermost output of each resolution; of each block where that is too few."""
    by_name = {s.name: s for s in heads}
    last: dict[tuple[int, int], str] = {}
    for name in names:
        grid = by_name[name].layout.shape[1:]
        if grid not in last or name.count(".") <= last[grid].count("."):
            last[grid] = name
    last[by_name[names[-1]].layout.shape[1:]] = names[-1]
    if len(last) >= 3:
        return set(last.values())
    alike = [name for name in names if _alike(by_name[name], by_name[names[-1]])]
    step = max(1, round(len(alike) / 6))
    return {*last.values(), *alike[::-1][::step]}


def _alike(one: Seen, other: Seen) -> bool:
    """The same place in another repetition of a block."""
    return (one.kind, one.layout, one.name.rsplit(".", 1)[-1]) == (
        other.kind,
        other.layout,
        other.name.rsplit(".", 1)[-1],
    )


def _record(name: str, calls: list[tuple[str, nn.Module, Tensor]]) -> Any:
    def hook(module: nn.Module, _inputs: Any, output: Any) -> None:
        tensor = output[0] if isinstance(output, (tuple, list)) and output else output
        if isinstance(tensor, Tensor):
            # Held until the trace ends, so that an id means one tensor.
            calls.append((name, module, tensor))

    return hook


class _Grid:
    """Reads each output's layout; remembers the last grid, which token sequences stand for."""

    def __init__(self, height: int, width: int) -> None:
        self.aspect = height / width
        self.height = height
        self.last: tuple[int, int] | None = None
        self.known: set[tuple[int, int]] = set()
        self.last_order: Literal["nchw", "nhwc"] = "nchw"

    def layout(self, tensor: Tensor, module: nn.Module) -> Layout | None:
        """The layout of one output, or None where it has no spatial extent."""
        if len(tensor) != 1:
            return None
        if tensor.ndim == 4:
            return self._image(tensor, module)
        return self._tokens(tensor) if tensor.ndim == 3 else None

    def _image(self, tensor: Tensor, module: nn.Module) -> Layout | None:
        a, b, c = tensor.shape[1:]
        channels_first, channels_last = self._is_grid(b, c), self._is_grid(a, b)
        if channels_first and channels_last:
            normed = isinstance(module, nn.LayerNorm)
            channels_first = self.last_order == "nchw" and not normed
        elif not channels_first and not channels_last:
            return None
        self.last_order = "nchw" if channels_first else "nhwc"
        self.last = (b, c) if channels_first else (a, b)
        self.known.add(self.last)
        if channels_first:
            return Layout("nchw", (a, b, c))
        return Layout("nhwc", (c, a, b))

    def _is_grid(self, h: int, w: int) -> bool:
        if h < 2 or w < 2 or h > self.height:
            return False
        # Classifiers shrink: a larger grid nobody saw before is a tensor of attention windows.
        if self.known and (h, w) not in self.known and h > min(self.known)[0]:
            return False
        # A stride may round one side up and the other down.
        return abs(h - w * self.aspect) <= max(1, self.aspect) * (h != w * self.aspect)

    def _tokens(self, tensor: Tensor) -> Layout | None:
        if self.last is None:
            return None
        height, width = self.last
        prefix = tensor.shape[1] - height * width
        if not 0 <= prefix <= _MAX_PREFIX:
            return None
        return Layout("tokens", (tensor.shape[2], height, width), prefix)
