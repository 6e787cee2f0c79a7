"""ViewState: everything a link restores. No Streamlit, and nothing here ever raises.

The query holds ids and indices, never labels, and only what differs from the first screen:

    image=cat,rocket  model=torchvision/resnet50  layer=layer3.5  method=hirescam
    fit=squash  top=3  add=281,285  drop=7
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcam.types import FITS, Fit

DEFAULT_MODEL = "bundled/photos"
DEFAULT_METHOD = "gradcam"
MAX_TOP = 10
MAX_SAMPLES = 12
MAX_CLASSES = 12
_MAX_CHARS = 2000
_NAME = re.compile(r"[\w./:+ -]{1,200}", re.ASCII)
_INDEX = re.compile(r"\d{1,6}", re.ASCII)


@dataclass(frozen=True)
class ViewState:
    """What is asked for.

    samples : ids of sample photos; none means the first one, unless there are uploads.
    layer : a layer's name; "" is the recommended one.
    top : how many of the most probable classes each image shows.
    added, removed : class indices shown besides those, or left out of them.
    """

    samples: tuple[str, ...] = ()
    model: str = DEFAULT_MODEL
    layer: str = ""
    method: str = DEFAULT_METHOD
    fit: Fit = "crop"
    top: int = 5
    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> ViewState:
        """The view of a link; every field that makes no sense falls back by itself."""
        first = cls()
        fit = query.get("fit", "")
        return cls(
            samples=_names(query.get("image", ""), MAX_SAMPLES),
            model=_name(query.get("model", "")) or first.model,
            layer=_name(query.get("layer", "")),
            method=_name(query.get("method", "")) or first.method,
            fit=next((known for known in FITS if known == fit), first.fit),
            top=_top(query.get("top", ""), first.top),
            added=_indices(query.get("add", "")),
            removed=_indices(query.get("drop", "")),
        )

    def to_query(self) -> dict[str, str]:
        """What `from_query` needs to find this view again. Own models are not in links."""
        first = ViewState()
        own = self.model.startswith("file/")
        said = {
            "image": ",".join(self.samples),
            "model": "" if own or self.model == first.model else self.model,
            "layer": "" if own else self.layer,
            "method": "" if self.method == first.method else self.method,
            "fit": "" if self.fit == first.fit else self.fit,
            "top": "" if self.top == first.top else str(self.top),
            "add": "" if own else ",".join(map(str, self.added)),
            "drop": "" if own else ",".join(map(str, self.removed)),
        }
        return {name: value for name, value in said.items() if value}

    def among(
        self, *, samples: Collection[str], models: Collection[str], methods: Collection[str]
    ) -> ViewState:
        """This view, with what does not exist (any more) left out field by field."""
        view = replace(self, samples=tuple(s for s in self.samples if s in samples))
        if view.model not in models:
            view = replace(view, model=DEFAULT_MODEL, layer="", added=(), removed=())
        return view if view.method in methods else replace(view, method=DEFAULT_METHOD)

    def within(self, *, layers: Collection[str], classes: int) -> ViewState:
        """This view, with what its model does not have left out."""
        return replace(
            self,
            layer=self.layer if self.layer in layers else "",
            added=tuple(c for c in self.added if c < classes),
            removed=tuple(c for c in self.removed if c < classes),
        )

    def with_model(self, model: str, *, same_labels: bool) -> ViewState:
        """Another model: layer names differ, and class indices unless the labels are the same."""
        if model == self.model:
            return self
        view = replace(self, model=model, layer="", removed=())
        return view if same_labels else replace(view, added=())

    def with_top(self, top: int) -> ViewState:
        """The `top` most probable classes, all of them."""
        return replace(self, top=min(max(top, 1), MAX_TOP), removed=())

    def shown(self, ranked: Sequence[int]) -> tuple[int, ...]:
        """The classes of one image's panels, given its classes best first."""
        top = [c for c in ranked[: self.top] if c not in self.removed]
        return (*top, *(c for c in self.added if c not in top))

    def toggled(self, index: int, ranked: Sequence[int]) -> ViewState:
        """One image's class `index` shown where it was not, or the other way round."""
        if index in self.shown(ranked):
            added = tuple(c for c in self.added if c != index)
            dropped = (index,) if index in ranked[: self.top] else ()
            return replace(self, added=added, removed=(*self.removed, *dropped)[-MAX_CLASSES:])
        removed = tuple(c for c in self.removed if c != index)
        new = () if index in ranked[: self.top] else (index,)
        return replace(self, added=(*self.added, *new)[-MAX_CLASSES:], removed=removed)


def _name(text: str) -> str:
    return text if _NAME.fullmatch(text) else ""


def _names(text: str, most: int) -> tuple[str, ...]:
    names = (_name(part) for part in text[:_MAX_CHARS].split(","))
    return tuple(dict.fromkeys(name for name in names if name))[:most]


def _indices(text: str) -> tuple[int, ...]:
    parts = text[:_MAX_CHARS].split(",")
    return tuple(dict.fromkeys(int(p) for p in parts if _INDEX.fullmatch(p)))[:MAX_CLASSES]


def _top(text: str, otherwise: int) -> int:
    return int(text) if _INDEX.fullmatch(text) and 1 <= int(text) <= MAX_TOP else otherwise
