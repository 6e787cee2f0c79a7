"""What the grid compares: one axis fills the columns, the rows are the photos.

An axis is a function from what is asked to one Row; AXES is the table of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from components import engine
from components.engine import Explained
from components.pictures import Picture
from components.predictions.predictions import percent
from components.view import ViewState
from components.viewer import Panel, Row
from gradcam import Layer
from gradcam.backends import Classifier


@dataclass(frozen=True)
class Asked:
    """One photo's question. `top` ranks its classes and holds the maps of the first few."""

    clf: Classifier
    picture: Picture
    view: ViewState
    layer: Layer
    top: Explained


@dataclass(frozen=True)
class Answer:
    """One row of the grid, and the explanations behind it."""

    row: Row
    explained: tuple[Explained, ...]


def by_class(asked: Asked) -> Answer:
    """One column per class, all from the same layer, method and model."""
    classes = asked.view.shown(asked.top.ranked)
    explained = _of_classes(asked, classes)
    maps = {m.prediction.index: m for e in explained for m in e.result.maps}
    panels = tuple(
        Panel(
            title=maps[index].prediction.label,
            subtitle=percent(maps[index].prediction.probability),
            map=maps[index],
            note=maps[index].empty_reason,
        )
        for index in classes
    )
    return Answer(Row(asked.picture.photo, asked.picture.name, panels), explained or (asked.top,))


AXES: Mapping[str, Callable[[Asked], Answer]] = MappingProxyType({"classes": by_class})


def _of_classes(asked: Asked, classes: tuple[int, ...]) -> tuple[Explained, ...]:
    """The maps already made with the ranking, and one more pass for those that are missing."""
    there = {m.prediction.index for m in asked.top.result.maps}
    missing = tuple(index for index in classes if index not in there)
    if not missing:
        return (asked.top,)
    more = engine.explain(asked.clf, asked.picture, asked.view, asked.layer.name, missing)
    return (asked.top, more)
