"""Shelves: what stands first in a list of 1,500 models."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from components.pickers.shelves import best_first, in_order, shelf_of
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


def test_only_families_are_put_in_order() -> None:
    specs = rows(("a", 5, 70), ("b", 6, 75))
    assert [s.title for s in in_order(specs)] == ["b", "a"]
    plain = [replace(spec, source="torchvision", family="") for spec in specs]
    assert [s.title for s in in_order(plain)] == ["a", "b"]


def test_every_model_is_in_the_list_once_and_every_shelf_in_one_piece() -> None:
    ordered = in_order(list_models())
    assert sorted(s.id for s in ordered) == sorted(s.id for s in list_models())
    pieces = [shelf for shelf, _ in groupby(ordered, shelf_of)]
    assert len(pieces) == len(set(pieces)) > 50


def test_what_shelves_are_called() -> None:
    assert shelf_of(ROW) == "timm · F"
    assert shelf_of(replace(ROW, source="torchvision", family="")) == "PyTorch"
