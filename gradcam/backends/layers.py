"""Works out from one traced forward pass which layers have a spatial extent and which is best.

Nothing here depends on a framework.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gradcam.errors import ModelError
from gradcam.types import Layer

Order = Literal["nchw", "nhwc", "tokens"]

_MAX_PREFIX = 8  # class, distillation and register tokens before the patches
_PROBED_AT_ONCE = 12
# Layers that change no values, so the map is better named after the layer before them.
_PASSING_ON = {
    "AdaptiveAvgPool2d", "Dropout", "Identity", "Permute", "StochasticDepth",
    "Cropping2D", "SpatialDropout2D", "ZeroPadding2D",
}  # fmt: skip
# Layers that only prepare the photo (by the beginning of their names).
_PREPARING = ("Rescaling", "Normalization", "Resizing", "CenterCrop", "Random")


@dataclass(frozen=True)
class Layout:
    """How a layer's output tensor holds its (C, h, w).

    prefix : tokens that come before the patch tokens, such as a class token.
    """

    order: Order
    shape: tuple[int, int, int]
    prefix: int = 0

    def maps(self, tensor: Any) -> Any:
        """The tensor (torch or NumPy) as (N, C, h, w), without copying if possible."""
        if self.order == "nchw":
            return tensor
        if self.order == "nhwc":
            return tensor.swapaxes(1, 3).swapaxes(2, 3)
        channels, height, width = self.shape
        patches = tensor[:, self.prefix :]
        return patches.swapaxes(1, 2).reshape(len(tensor), channels, height, width)

    def tensor(self, maps: Any) -> Any:
        """Maps (B, C, h, w) in the layer's own layout, without prefix tokens; undoes `maps`."""
        if self.order == "nchw":
            return maps
        if self.order == "nhwc":
            return maps.swapaxes(1, 3).swapaxes(1, 2)
        return maps.reshape(len(maps), maps.shape[1], -1).swapaxes(1, 2)


@dataclass(frozen=True)
class Seen:
    """One layer's last call in the traced forward pass.

    identity : the same for layers that returned the same tensor; the outer one comes later.
    depth : how many modules contain it.
    role : its name within its block, the same in every repetition of that block.
    calls : how often it was called; everything else describes the last call.
    """

    name: str
    kind: str
    layout: Layout
    identity: int
    depth: int
    role: str
    calls: int = 1


@dataclass(frozen=True)
class Traced:
    """All spatial outputs in the order they were computed, and the number of logits.

    one_unit : the model has a single output z, and the logits are (-z, z).

    Raises ModelError if there is no spatial output.
    """

    seen: tuple[Seen, ...]
    outputs: int
    one_unit: bool = False

    def __post_init__(self) -> None:
        if not self.seen:
            raise ModelError(
                "No layer of this model has a spatial extent.",
                hint="Grad-CAM needs convolutions or patch tokens.",
            )

    @property
    def calls(self) -> dict[str, int]:
        """Layer name → how often one forward pass calls it."""
        return {s.name: s.calls for s in self.seen}

    @property
    def layouts(self) -> dict[str, Layout]:
        """Layer name → layout."""
        return {s.name: s.layout for s in self.seen}

    def labels(self, given: Sequence[str], title: str) -> tuple[str, ...]:
        """One label per logit: those given, or "class 0", "class 1", … if none are.

        Raises ModelError if there are more or fewer labels than outputs.
        """
        if not given:
            return tuple(f"class {k}" for k in range(self.outputs))
        if self.one_unit and len(given) == 1:
            return (f"not {given[0]}", given[0])
        if len(given) != self.outputs:
            raise ModelError(
                f"{title} has {self.outputs} outputs but {len(given)} labels.",
                hint="Give one label per output.",
            )
        return tuple(given)


def mark(traced: Traced, reached: Callable[[Sequence[str]], dict[str, float]]) -> tuple[Layer, ...]:
    """All layers, with the recommended one and the stages marked.

    reached : for layer names, the share of each layer's positions that the logits depend on.

    Recommended is the last output of which more than half the positions have a gradient, under the
    name of the outermost module that returns it. In a ViT that is the last block's first norm,
    because the patch tokens of the block's output are not used.
    """
    adding = [s for s in traced.seen if _adds_something(s)] or list(traced.seen)
    outermost = {s.identity: s.name for s in adding}
    heads = [s for s in adding if s.name == outermost[s.identity]]
    candidates = [s.name for s in heads]
    recommended = _last_reached(candidates, reached)
    stages = _stages(heads, candidates[: candidates.index(recommended) + 1])
    return tuple(
        Layer(s.name, s.layout.shape, s.kind, s.name in stages, s.name == recommended)
        for s in traced.seen
    )


def _adds_something(seen: Seen) -> bool:
    return seen.kind not in _PASSING_ON and not seen.kind.startswith(_PREPARING)


def _last_reached(names: list[str], reached: Callable[[Sequence[str]], dict[str, float]]) -> str:
    for end in range(len(names), 0, -_PROBED_AT_ONCE):
        group = names[max(0, end - _PROBED_AT_ONCE) : end]
        shares = reached(group)
        for name in reversed(group):
            if shares[name] > 0.5:
                return name
    return names[-1]


def _stages(heads: list[Seen], names: list[str]) -> set[str]:
    """The last outermost output at each resolution; if there are few, also those of each block."""
    by_name = {s.name: s for s in heads}
    last: dict[tuple[int, int], str] = {}
    for name in names:
        grid = by_name[name].layout.shape[1:]
        if grid not in last or by_name[name].depth <= by_name[last[grid]].depth:
            last[grid] = name
    last[by_name[names[-1]].layout.shape[1:]] = names[-1]
    if len(last) >= 3:
        return set(last.values())
    alike = [name for name in names if _alike(by_name[name], by_name[names[-1]])]
    step = max(1, round(len(alike) / 6))
    return {*last.values(), *alike[::-1][::step]}


def _alike(one: Seen, other: Seen) -> bool:
    """Whether two layers are the same part of different repetitions of a block."""
    return (one.kind, one.layout, one.role) == (other.kind, other.layout, other.role)


class Grid:
    """Tells the layout of each output in turn, from its shape and the outputs before it.

    Token sequences are taken to be the last grid seen, flattened.

    Parameters
    ----------
    height, width : of the model's input, in pixels.
    order : layout of 4-D tensors at first, if their shape leaves it open.
    """

    def __init__(self, height: int, width: int, order: Literal["nchw", "nhwc"]) -> None:
        self._aspect = height / width
        self._height = height
        self._last: tuple[int, int] | None = None
        self._known: set[tuple[int, int]] = set()
        self._last_order = order

    def layout(self, shape: Sequence[int], *, channels_last: bool = False) -> Layout | None:
        """The layout of one output (1, …), or None if it has no spatial extent.

        channels_last : assume NHWC if the shape leaves it open, as for the output of LayerNorm.
        """
        if len(shape) == 4:
            return self._image(shape[1], shape[2], shape[3], channels_last)
        return self._tokens(shape[1], shape[2]) if len(shape) == 3 else None

    def _image(self, a: int, b: int, c: int, channels_last: bool) -> Layout | None:
        is_nchw, is_nhwc = self._is_grid(b, c), self._is_grid(a, b)
        if is_nchw and is_nhwc:
            is_nchw = self._last_order == "nchw" and not channels_last
        elif not is_nchw and not is_nhwc:
            return None
        self._last_order = "nchw" if is_nchw else "nhwc"
        self._last = (b, c) if is_nchw else (a, b)
        self._known.add(self._last)
        return Layout("nchw", (a, b, c)) if is_nchw else Layout("nhwc", (c, a, b))

    def _is_grid(self, h: int, w: int) -> bool:
        if h < 2 or w < 2 or h > self._height:
            return False
        # Classifiers only get smaller, so a new, larger grid is a tensor of attention windows.
        # Padding can make a grid slightly larger for one layer, though.
        if self._known and (h, w) not in self._known and h > min(self._known)[0] + 3:
            return False
        # A stride may round one side up and the other down.
        return abs(h - w * self._aspect) <= max(1, self._aspect) * (h != w * self._aspect)

    def _tokens(self, count: int, channels: int) -> Layout | None:
        if self._last is None:
            return None
        height, width = self._last
        prefix = count - height * width
        if not 0 <= prefix <= _MAX_PREFIX:
            return None
        return Layout("tokens", (channels, height, width), prefix)
