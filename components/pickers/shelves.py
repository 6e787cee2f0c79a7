"""How a list of 1,500 models is put in order: in shelves, the ready and the best ones first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from gradcam import ModelSpec

ALL, READY = "all", "ready"
SOURCES = {
    "bundled": "Built-in",
    "torchvision": "PyTorch",
    "keras": "Keras",
    "timm": "timm",
    "huggingface": "Hugging Face",
}
_SIZES = (8e6, 20e6, 45e6, 120e6)  # parameters; one more class lies above the last


def shelf_of(spec: ModelSpec) -> str:
    """Return the shelf a model stands on: its source and, within timm, its family."""
    return f"{spec.source}/{spec.family}" if spec.family else spec.source


def shelves(specs: Iterable[ModelSpec]) -> dict[str, int]:
    """Return the shelves in order, and how many models stand on each."""
    found = {ALL: 0, READY: 0}
    for spec in specs:
        found[ALL] += 1
        shelf = shelf_of(spec)
        if spec.source != "bundled":  # they are always ready, and need no shelf of their own
            found[shelf] = found.get(shelf, 0) + 1
    return found


def shelf_title(shelf: str, count: int) -> str:
    """Return what to call a shelf: "timm · ResNet, ResNeXt (149)"."""
    if shelf == READY:
        return f"On this machine ({count})"
    if shelf == ALL:
        return f"All {count:,} models"
    source, _, family = shelf.partition("/")
    return f"{SOURCES[source]}{f' · {family}' if family else ''} ({count})"


def on_shelf(shelf: str, specs: Sequence[ModelSpec], ready: Collection[str]) -> tuple[str, ...]:
    """Return the ids on a shelf, those first that are ready, then the best of each size."""
    ordered = _ordered(tuple(specs))
    if shelf == READY:
        return tuple(spec.id for spec in ordered if spec.id in ready)
    chosen = [spec for spec in ordered if shelf in (ALL, shelf_of(spec))]
    first = [spec.id for spec in chosen if spec.id in ready]
    return (*first, *(spec.id for spec in chosen if spec.id not in ready))


def best_first(specs: Sequence[ModelSpec]) -> list[ModelSpec]:
    """Put the most accurate model of each size in front, smallest first; keep the others' order."""
    by_size: dict[int, ModelSpec] = {}
    for spec in specs:
        size = sum(spec.parameters > limit for limit in _SIZES)
        best = by_size.get(size)
        if spec.top1 and (best is None or spec.top1 > (best.top1 or 0)):
            by_size[size] = spec
    front = [by_size[size] for size in sorted(by_size)]
    names = {spec.id for spec in front}
    return [*front, *(spec for spec in specs if spec.id not in names)]


@lru_cache(maxsize=2)
def _ordered(specs: tuple[ModelSpec, ...]) -> tuple[ModelSpec, ...]:
    """Order every family of timm's by `best_first`; the short lists keep their own order."""
    ordered: list[ModelSpec] = []
    for shelf, group in groupby(specs, shelf_of):
        models = list(group)
        ordered += best_first(models) if "/" in shelf else models
    return tuple(ordered)
