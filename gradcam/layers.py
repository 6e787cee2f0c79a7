"""Finding the layers to explain, in any of the ways people name one."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any

from gradcam.backends import Classifier
from gradcam.errors import LayerError, nearest
from gradcam.types import Layer


def layer_names(clf: Classifier, given: Any) -> tuple[str, ...] | None:
    """Return the names of the layers in `given`, or None if that is None.

    given : one layer, or a list of them: each a name, a `Layer`, a position in `clf.layers()`
        (0 is the first, -1 the last), or the module or Keras layer itself.

    Raises LayerError for a position out of range, and for an object that is not in the model. Names
    are checked by `require_layers`.
    """
    if given is None:
        return None
    # Not any iterable: a torch.nn.Sequential is one layer.
    several = isinstance(given, (list, tuple, set, frozenset)) or getattr(given, "ndim", 0) > 0
    return tuple(_name(clf, one) for one in (given if several else (given,)))


def require_layers(clf: Classifier, names: Iterable[str]) -> None:
    """Raise LayerError, listing the nearest names, unless all are layers that can be explained."""
    available = [layer.name for layer in clf.layers()]
    for name in names:
        if name not in available:
            raise LayerError(
                f"{name!r} is not an explainable layer of {clf.title}.",
                hint=nearest(name, available),
            )


def one_layer(clf: Classifier, given: Any) -> str:
    """Return the name of the one layer in `given`, or of the recommended one if that is None.

    Raises LayerError as `layer_names` and `require_layers` do, and for several layers.
    """
    names = layer_names(clf, given) or tuple(one.name for one in clf.layers() if one.recommended)
    require_layers(clf, names)
    if len(names) != 1:
        raise LayerError(
            f"{len(names)} layers were named, where one is looked at.", hint="Name one layer."
        )
    return names[0]


def _name(clf: Classifier, one: Any) -> str:
    if isinstance(one, str):
        return one
    if isinstance(one, Layer):
        return one.name
    if isinstance(one, Integral) and not isinstance(one, bool):
        return _at(clf, int(one))
    name = clf.name_of(one)
    if name is None:
        raise LayerError(
            f"This {type(one).__name__} is not a layer of {clf.title}.",
            hint="Pass a name in clf.layers(), or a part of the model that was wrapped.",
        )
    return name


def _at(clf: Classifier, position: int) -> str:
    known = clf.layers()
    if not -len(known) <= position < len(known):
        raise LayerError(
            f"{clf.title} has no layer {position}.",
            hint=f"Positions run from 0 to {len(known) - 1}, and from -1 back to {-len(known)}.",
        )
    return known[position].name
