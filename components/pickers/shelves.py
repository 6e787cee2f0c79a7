"""How a list of 1,500 models is put in order: by source and family, the best of each first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from gradcam import ModelSpec

SOURCES = {
    "bundled": "Built-in",
    "torchvision": "PyTorch",
    "keras": "Keras",
    "timm": "timm",
    "huggingface": "Hugging Face",
}
_SIZES = (8e6, 20e6, 45e6, 120e6)  # parameters; one more class lies above the last


def shelf_of(spec: ModelSpec) -> str:
    """Return what a model stands under: its source and, within timm, its family.

    "PyTorch", "timm · ResNet, ResNeXt"
    """
    source = SOURCES[spec.source]
    return f"{source} · {spec.family}" if spec.family else source


def in_order(specs: Iterable[ModelSpec]) -> list[ModelSpec]:
    """Put the best models of every family of timm's first; the short lists keep their own order."""
    ordered: list[ModelSpec] = []
    for _, group in groupby(specs, shelf_of):
        models = list(group)
        ordered += best_first(models) if models[0].family else models
    return ordered


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
