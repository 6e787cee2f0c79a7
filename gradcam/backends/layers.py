"""Stages and the recommended layer, inferred from a traced forward pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gradcam.backends.layouts import Layout
from gradcam.errors import ModelError
from gradcam.labels import cleaned
from gradcam.types import Layer

_PROBED_AT_ONCE = 12
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
    moves_only : it computed nothing: it passed its input on, with a border more or less.
    """

    name: str
    kind: str
    layout: Layout
    identity: int
    depth: int
    role: str
    calls: int = 1
    moves_only: bool = False


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
            (label,) = cleaned(given)
            return (f"not {label}", label)
        if len(given) != self.outputs:
            raise ModelError(
                f"{title} has {self.outputs} outputs but {len(given)} labels.",
                hint="Give exactly one label per output.",
            )
        return cleaned(given)


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
    known = seen.kind in _PASS_THROUGH or seen.kind.startswith(_PREPROCESSING)
    return not (known or seen.moves_only)


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
