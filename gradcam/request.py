"""What to explain and how: everything a map depends on except the model and the photo."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from numbers import Integral
from typing import Any

import numpy as np

from gradcam.errors import ClassError, LayerError, require_known
from gradcam.methods import find_method, method_key
from gradcam.places import Place
from gradcam.types import FITS, FUSIONS, SIGNS, Fit, Fusion, Sign


class Options(Mapping[str, Any]):
    """A method's options: a read-only, hashable dictionary, so that a Request can be a key."""

    def __init__(self, items: Mapping[str, Any]) -> None:
        self._items = dict(items)

    def __getitem__(self, name: str) -> Any:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


@dataclass(frozen=True, repr=False)
class Request:
    """What to explain about a photo, and how; validated on construction.

    A Request is hashable: together with the digests of the model and the photo it identifies an
    explanation, and manifests store it as it is. Equal requests give equal maps.

    Parameters
    ----------
    layers : names from `clf.layers()`; None uses the recommended layer.
    method : a key or title of `gradcam.METHODS`, in any capitals and with or without hyphens; the
        Request holds the key.
    parameters : options of the method; those left out take their defaults.
    classes : indices or labels, in display order; None uses the `top_k` most probable classes.
    top_k : how many classes to explain when `classes` is None; otherwise 0.
    fit : "crop" is the model's own transform; "squash" and "pad" show it the whole photo.
    sign : which evidence to show: "for", "against", "both" or "abs".
    augment : average over six mirrored and zoomed views of the photo.
    fuse : "max", "mean" or "product" merges the layers' maps into one per class.
    places : where the layers stood in the model when this was answered. A model in which one of
        them stands elsewhere refuses the request. No part of a comparison.

    Raises
    ------
    LayerError, ClassError : `layers` or `classes` is empty, or `top_k` is less than 1.
    MethodError : the method does not exist, lacks one of the options, or does not accept a value.
    GradcamError : an unknown fit, sign or fusion; the hint lists the nearest.
    """

    layers: tuple[str, ...] | None = None
    method: str = "gradcam"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    classes: tuple[int | str, ...] | None = None
    top_k: int = 5
    fit: Fit = "crop"
    sign: Sign = "for"
    augment: bool = False
    fuse: Fusion | None = None
    places: Mapping[str, Place] = field(default=Options({}), compare=False, repr=False)

    def __post_init__(self) -> None:
        require_known("a fit", self.fit, FITS)
        require_known("a sign", self.sign, SIGNS)
        if self.fuse is not None:
            require_known("a way to fuse layers", self.fuse, FUSIONS)
        self._set("method", method_key(self.method))
        complete = find_method(self.method).with_options(self.parameters)
        self._set("parameters", Options(complete))
        if self.layers is not None:
            self._set("layers", _unique(map(_plain_layer, _as_tuple(self.layers))))
            if not self.layers:
                raise LayerError("No layer was named.", hint="Name at least one, or pass None.")
        if self.classes is not None:
            self._set("classes", _unique(map(_plain_class, _as_tuple(self.classes))))
            self._set("top_k", 0)
            if not self.classes:
                raise ClassError("No class was named.", hint="Name at least one, or pass None.")
        elif isinstance(self.top_k, bool) or not isinstance(self.top_k, Integral) or self.top_k < 1:
            raise ClassError(f"top_k is {self.top_k}.", hint="Ask for at least one class.")
        self._set("top_k", int(self.top_k))

    def __repr__(self) -> str:
        usual = {field.name: field.default for field in fields(self) if field.repr}
        usual["parameters"] = Options(find_method(self.method).options)
        usual["top_k"] = 5 if self.classes is None else 0
        chosen = {name: getattr(self, name) for name in usual if getattr(self, name) != usual[name]}
        return f"Request({', '.join(f'{name}={value!r}' for name, value in chosen.items())})"

    @property
    def slow(self) -> bool:
        """Whether answering it takes seconds rather than milliseconds."""
        return find_method(self.method).slow or self.augment

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


def _as_tuple(one_or_more: Any) -> tuple[Any, ...]:
    """Return the items; wrap a single name or index, which may be a 0-d array or tensor."""
    if isinstance(one_or_more, (str, bytes)) or getattr(one_or_more, "ndim", None) == 0:
        return (one_or_more,)
    if isinstance(one_or_more, (set, frozenset)):
        # A set of labels is in another order in every process.
        return tuple(sorted(one_or_more, key=str))
    return tuple(one_or_more) if isinstance(one_or_more, Iterable) else (one_or_more,)


def _unique(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))


def _plain_layer(name: Any) -> str:
    if isinstance(name, str):
        return str(name)
    raise LayerError(f"{name!r:.60} is not a layer's name.", hint="Use the names in clf.layers().")


def _plain_class(name: Any) -> int | str:
    if isinstance(name, str):
        return str(name)
    # Not int(): it would take 2.7 for class 2, and True for class 1.
    if not isinstance(name, (bool, np.bool_)):
        with suppress(TypeError):
            return operator.index(name)
    raise ClassError(f"{name!r:.60} is not a class.", hint="Give an index or a label.")
