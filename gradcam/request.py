"""What is asked: everything a map depends on, apart from the model and the photo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Integral
from typing import Any

from gradcam.errors import ClassError, LayerError, require_known
from gradcam.methods import find_method
from gradcam.types import FITS, FUSIONS, SIGNS, Fit, Fusion, Sign


class Options(Mapping[str, Any]):
    """A method's options: a dictionary that cannot change, so that it can be part of a key."""

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


@dataclass(frozen=True)
class Request:
    """One question to a classifier about a photo, checked when it is made.

    It is hashable: with the digests of the model and the photo it is the key under which an
    explanation is kept, and a manifest holds it as it stands. Equal requests give equal maps.

    Parameters
    ----------
    layers : names from `clf.layers()`; None takes the recommended one.
    method : a key of `gradcam.METHODS`.
    parameters : the method's own options; those left out take their defaults.
    classes : indices or labels, in the order to show them; None takes the `top_k` most probable.
    top_k : how many classes when none are named; 0 where they are.
    fit : "crop" is the model's own transform, "squash" and "pad" show it the whole photo.
    sign : which evidence is drawn: "for", "against", "both" or "abs".
    augment : average over six mirrored and zoomed views of the photo.
    fuse : "max", "mean" or "product" merges the layers' maps into one for each class.

    Raises
    ------
    LayerError, ClassError : none was named, or `top_k` is less than 1.
    MethodError : no such method, or it has no such option.
    GradcamError : an unknown fit, sign or fusion; each lists the nearest right ones.
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

    def __post_init__(self) -> None:
        require_known("a fit", self.fit, FITS)
        require_known("a sign", self.sign, SIGNS)
        if self.fuse is not None:
            require_known("a way to fuse layers", self.fuse, FUSIONS)
        complete = find_method(self.method).with_options(self.parameters)
        self._set("parameters", Options(complete))
        if self.layers is not None:
            self._set("layers", _several(self.layers))
            if not self.layers:
                raise LayerError("No layer was named.", hint="Give at least one, or None.")
        if self.classes is not None:
            self._set("classes", tuple(_plain(c) for c in _several(self.classes)))
            self._set("top_k", 0)
            if not self.classes:
                raise ClassError("No class was named.", hint="Give at least one, or None.")
        elif self.top_k < 1:
            raise ClassError(f"top_k is {self.top_k}.", hint="Ask for at least one class.")

    @property
    def slow(self) -> bool:
        """Whether it takes seconds rather than milliseconds."""
        return find_method(self.method).slow or self.augment

    def about(self, *classes: int) -> Request:
        """The same question about these classes."""
        return replace(self, classes=classes)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


def _several(one_or_more: Any) -> tuple[Any, ...]:
    """Each once, in order; a single name or index stands for itself."""
    if isinstance(one_or_more, (str, Integral)):
        return (one_or_more,)
    given: Sequence[Any] = one_or_more
    return tuple(dict.fromkeys(given))


def _plain(name: Any) -> int | str:
    return name if isinstance(name, str) else int(name)
