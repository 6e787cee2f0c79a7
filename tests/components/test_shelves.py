"""Shelves: what stands first in a list of 1,500 models."""

from __future__ import annotations

from dataclasses import replace

from components.pickers.shelves import (
    ALL,
    READY,
    best_first,
    on_shelf,
    shelf_of,
    shelf_title,
    shelves,
)
from gradcam import ModelSpec, Preprocessing, list_models

ROW = ModelSpec("timm/a", "a", "torch", "timm", 5_000_000, Preprocessing(), "imagenet", family="F")


def rows(*given: tuple[str, float, float | None]) -> list[ModelSpec]:
    """Models by name, millions of parameters and accuracy."""
    return [
        replace(ROW, id=f"timm/{n}", title=n, parameters=int(m * 1e6), top1=top1)
        for n, m, top1 in given
    ]


def test_the_best_of_each_size_comes_first_smallest_first() -> None:
    specs = rows(("a", 5, 70), ("b", 6, 75), ("c", 25, 80), ("d", 25, 79), ("e", 90, None))
    assert [s.title for s in best_first(specs)] == ["b", "c", "a", "d", "e"]


def test_ready_ones_come_before_the_best() -> None:
    specs = rows(("a", 5, 70), ("b", 6, 75), ("c", 25, 80))
    assert on_shelf("timm/F", specs, {"timm/a"}) == ("timm/a", "timm/b", "timm/c")
    assert on_shelf(READY, specs, {"timm/c"}) == ("timm/c",)
    assert on_shelf("timm/G", specs, ()) == ()


def test_every_model_stands_on_a_shelf_and_in_the_whole_list_once() -> None:
    specs = list_models()
    counts = shelves(specs)
    everything = on_shelf(ALL, specs, ())
    assert sorted(everything) == sorted(spec.id for spec in specs)
    assert (
        counts[ALL] == len(specs) == 2 + sum(n for s, n in counts.items() if s not in (ALL, READY))
    )
    assert {shelf_of(spec) for spec in specs} - {"bundled"} <= set(counts)


def test_titles() -> None:
    assert shelf_title(ALL, 1551) == "All 1,551 models"
    assert shelf_title("timm/ResNet, ResNeXt", 149) == "timm · ResNet, ResNeXt (149)"
    assert shelf_title("torchvision", 80) == "PyTorch (80)"
