"""Stages and the recommended layer, inferred from a traced forward pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from gradcam.backends.layouts import Layout
from gradcam.errors import ModelError
from gradcam.types import Layer

_PROBED_AT_ONCE = 12
_MAX_PREFIX = 8
# These pass their input on unchanged, so the layer before them gives its output a better name.
_PASS_THROUGH = {
    "AdaptiveAvgPool2d", "Dropout", "Dropout2d", "AlphaDropout", "FeatureAlphaDropout", "DropPath",
    "Identity", "Permute", "StochasticDepth",
    "Cropping2D", "SpatialDropout2D", "ZeroPadding2D",
}  # fmt: skip
# These, last, are queries, keys or values inside attention: the norm before them is the layer.
_PROJECTIONS = {"Linear", "Dense", "EinsumDense"}
# These preprocess the photo: no features have been computed yet.
_PREPROCESSING = ("Rescaling", "Normalization", "Resizing", "CenterCrop", "Random")


@dataclass(frozen=True)
class Seen:
    """One layer's last call in the traced forward pass.

    identity : equal for two layers that returned the same tensor; the outer one is seen later.
    depth : how many modules the layer is nested in.
    role : its name within its block, the same in every repetition of that block.
    calls : how often it was called; the other fields describe the last call.
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
    """

    seen: tuple[Seen, ...]
    outputs: int
    one_unit: bool = False

    def __post_init__(self) -> None:
        if not self.seen:
            raise ModelError(
                "No layer of this model has a spatial extent.",
                hint="Use a model with convolutions or patch tokens. If a layer's output is a map "
                "in an order of its own, pass wrap(…, layers={name: reshape}).",
            )

    @property
    def calls(self) -> dict[str, int]:
        """How often one forward pass calls each layer, by layer name."""
        return {s.name: s.calls for s in self.seen}

    @property
    def layouts(self) -> dict[str, Layout]:
        """The layout of each layer's output, by layer name."""
        return {s.name: s.layout for s in self.seen}

    def labels(self, given: Sequence[str], title: str) -> tuple[str, ...]:
        """Return one label per logit: those given, or "class 0", "class 1" … if none are.

        Raises ModelError if the number of labels does not match the number of outputs.
        """
        if not given:
            return tuple(f"class {k}" for k in range(self.outputs))
        if self.one_unit and len(given) == 1:
            return (f"not {given[0]}", given[0])
        if len(given) != self.outputs:
            raise ModelError(
                f"{title} has {self.outputs} outputs but {len(given)} labels.",
                hint="Give exactly one label per output.",
            )
        return tuple(given)


def mark(traced: Traced, reached: Callable[[Sequence[str]], dict[str, float]]) -> tuple[Layer, ...]:
    """Return the traced layers, with the recommended one and the stages marked.

    reached : returns, per layer name, the share of its positions that the logits depend on.

    Recommended is the last output where more than half of the positions receive a gradient, under
    the name of the outermost module that returns it. In a ViT that is the last block's first norm,
    because the patch tokens of the block's output are not used.
    """
    computing = [s for s in traced.seen if _computes(s)] or list(traced.seen)
    outermost = {s.identity: s.name for s in computing}
    heads = [s for s in computing if s.name == outermost[s.identity]]
    candidates = [s.name for s in heads]
    whole = [s.name for s in heads if s.kind not in _PROJECTIONS]
    recommended = _last_reached(whole or candidates, reached)
    stages = _stages(heads, candidates[: candidates.index(recommended) + 1])
    return tuple(
        Layer(s.name, s.layout.shape, s.kind, s.name in stages, s.name == recommended)
        for s in traced.seen
    )


def _computes(seen: Seen) -> bool:
    return seen.kind not in _PASS_THROUGH and not seen.kind.startswith(_PREPROCESSING)


def _last_reached(names: list[str], reached: Callable[[Sequence[str]], dict[str, float]]) -> str:
    for end in range(len(names), 0, -_PROBED_AT_ONCE):
        group = names[max(0, end - _PROBED_AT_ONCE) : end]
        shares = reached(group)
        for name in reversed(group):
            if shares[name] > 0.5:
                return name
    return names[-1]


def _stages(heads: list[Seen], names: list[str]) -> set[str]:
    """Return the last outermost output per resolution; if those are too few, also per block."""
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
    """Return whether both are the same layer in two repetitions of a block."""
    return (one.kind, one.layout, one.role) == (other.kind, other.layout, other.role)


class Grid:
    """Infers the layout of each output; token sequences are laid out on the last grid seen.

    Parameters
    ----------
    height, width : the size of the model's input.
    order : the order of 4-D tensors whose shape leaves it ambiguous.
    """

    def __init__(self, height: int, width: int, order: Literal["nchw", "nhwc"]) -> None:
        self._aspect = height / width
        self._height = height
        self._last: tuple[int, int] | None = None
        self._known: set[tuple[int, int]] = set()
        self._last_order = order

    def layout(self, shape: Sequence[int], *, channels_last: bool = False) -> Layout | None:
        """Return the layout of one output (1, …), or None if it has no spatial extent.

        channels_last : read an ambiguous shape as NHWC (as for the output of a LayerNorm).
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
        # Grids only shrink in a classifier, so a new, larger one is a tensor of attention windows.
        # Only padding may enlarge it slightly, for one layer.
        if self._known and (h, w) not in self._known and h > min(self._known)[0] + 3:
            return False
        # Strides may round one side up and the other down.
        return abs(h - w * self._aspect) <= max(1, self._aspect) * (h != w * self._aspect)

    def _tokens(self, count: int, channels: int) -> Layout | None:
        if self._last is None:
            return None
        height, width = self._last
        prefix = count - height * width
        if not 0 <= prefix <= _MAX_PREFIX:
            return None
        return Layout("tokens", (channels, height, width), prefix)
