"""Where a layer stands in a model, so that a saved name is not taken for another layer's.

Keras numbers unnamed layers by what was built before in the process: the `add_17` of a manifest may
be another block's today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gradcam.backends import Classifier
from gradcam.errors import LayerError
from gradcam.text import shape as in_words
from gradcam.types import Layer


@dataclass(frozen=True)
class Place:
    """The position of a layer among the `count` layers of a model, and its (C, h, w)."""

    index: int
    count: int
    shape: tuple[int, int, int]


def places(clf: Classifier, names: Iterable[str]) -> dict[str, Place]:
    """Return the place of each of these layers, by name."""
    layers = clf.layers()
    asked = set(names)
    return {
        layer.name: Place(index, len(layers), layer.shape)
        for index, layer in enumerate(layers)
        if layer.name in asked
    }


def require_same_places(clf: Classifier, saved: Mapping[str, Place]) -> None:
    """Raise LayerError if a layer of that name has another shape, or is another of as many layers.

    Where the number of layers has changed too, their positions say nothing.
    """
    layers = clf.layers()
    for name, now in places(clf, saved).items():
        then = saved[name]
        moved = then.count == now.count and then.index != now.index
        if then.shape != now.shape or moved:
            raise LayerError(
                f"{name!r} was {_described(then)} when this was saved, and is {_described(now)} in "
                f"{clf.title} now.",
                hint=_instead(layers, then),
            )


def _described(place: Place) -> str:
    return f"layer {place.index + 1} of {place.count} ({in_words(place.shape)})"


def _instead(layers: tuple[Layer, ...], then: Place) -> str:
    if then.count == len(layers) and 0 <= then.index < len(layers):
        there = layers[then.index]
        if there.shape == then.shape:
            return f"Ask for {there.name!r}, which is in its place."
    return "Ask for the layer by its name in clf.layers()."
