"""ViewState: everything a link restores. It needs no Streamlit and never raises.

The query holds ids and indices, never labels, and only what differs from the default view:

    image=cat,rocket  model=torchvision/resnet50  layer=layer3.5  method=hirescam
    fit=squash  top=3  add=281,285  drop=7
    across=methods  class=281  methods=gradcam,layercam  layers=…  models=…
    channels=256  against=282,285  augment=1  fuse=max
    phrases=a red car⏎a dog  negative=a photo
    sort=unsure  only=differs,281  photo=rocket
    why=504,967  cover=coffee~b48x32-AAf_,rocket~…
    section=methods  photos=folder
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gradcam.backends import Classifier
from gradcam.bundled import DEFAULT
from gradcam.covering import Cover
from gradcam.methods import METHODS
from gradcam.request import Request
from gradcam.text import one_line
from gradcam.types import FITS, FUSIONS, Fit, Fusion

from .limits import limits

DEFAULT_MODEL = DEFAULT
OWN = "file/"  # prefix of the ids of users' own models
MAX_TOP = 10
MAX_SAMPLES = 12
MAX_CLASSES = 12
MAX_COLUMNS = 8
FEW = 6  # photos with a line each; more become a contact sheet
MAX_ONLY = 12
SORTS = ("new", "name", "sure", "unsure", "class", "differs")  # of the contact sheet
ACROSS = ("classes", "layers", "methods", "models")
SECTIONS = ("methods", "strategies")  # of Evaluate, besides the first
PHOTOS = ("uploads", "folder", "samples")
CHANNELS = (64, 128, 256, 512, 0)  # 0 means all
DEFAULT_CHANNELS = 128
MAX_PHRASES = 10
MAX_PHRASE = 200  # characters
MAX_COVERS = 4  # of up to 400 characters each
_MAX_CHARS = 2000
_NAME = re.compile(r"[\w./:+ -]{1,200}", re.ASCII)
_INDEX = re.compile(r"\d{1,6}", re.ASCII)
_COVERED = re.compile(r"([\w-]{1,40})~([\w-]{1,400})", re.ASCII)


@dataclass(frozen=True)
class ViewState:
    """What the user has chosen.

    samples : ids of sample photos; empty means the first one, unless there are uploads.
    layer : a layer's name; "" means the recommended one.
    method : a key of METHODS; "" means the model's usual one.
    top : how many of the most probable classes each photo shows.
    added, removed : class indices shown in addition to those, or hidden from them.
    across : what the grid's columns are.
    focus : the class shown where the columns are not classes; None means each photo's most
        probable one.
    layers, methods, models : the columns along those axes; empty means the usual ones.
    channels : how many channels Score-CAM and Ablation-CAM try; 0 means all.
    against : the classes Finer-CAM contrasts with; empty means the closest ones.
    augment : average over mirrored and zoomed views.
    fuse : how the layers' maps are merged into one more; None means not at all.
    phrases : the classes of a model that takes phrases; empty means its examples.
    negative : what each phrase is compared with instead of the others; may be empty.
    sort, only : the order of the contact sheet, and what it is limited to: "unsure" or "differs",
        and classes by index.
    photo : the id of the photo opened from the contact sheet, or "".
    why : two classes: what speaks for the first rather than for the second is drawn too.
    cover : which parts of photos are covered: the photo's key and the text of a `gradcam.Cover`.
        Keys are sample ids, or begin with OWN.
    section, photos : the open section of Evaluate, and which photos its folder sections are about;
        "" is the usual one of each.
    """

    samples: tuple[str, ...] = ()
    model: str = DEFAULT_MODEL
    layer: str = ""
    method: str = ""
    fit: Fit = "crop"
    top: int = 5
    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    across: str = "classes"
    focus: int | None = None
    layers: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    channels: int = DEFAULT_CHANNELS
    against: tuple[int, ...] = ()
    augment: bool = False
    fuse: Fusion | None = None
    phrases: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    sort: str = "new"
    only: tuple[str, ...] = ()
    photo: str = ""
    why: tuple[int, int] | None = None
    cover: tuple[tuple[str, str], ...] = ()
    section: str = ""
    photos: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> ViewState:
        """Read a link; each invalid field falls back to its default on its own."""
        first = cls()
        fit = query.get("fit", "")
        return cls(
            samples=_names(query.get("image", ""), MAX_SAMPLES),
            model=_name(query.get("model", "")) or first.model,
            layer=_name(query.get("layer", "")),
            method=_name(query.get("method", "")),
            fit=next((known for known in FITS if known == fit), first.fit),
            top=_top(query.get("top", ""), first.top),
            added=_indices(query.get("add", "")),
            removed=_indices(query.get("drop", "")),
            across=_one_of(query.get("across", ""), ACROSS, first.across),
            focus=next(iter(_indices(query.get("class", ""))), None),
            layers=_names(query.get("layers", ""), MAX_COLUMNS),
            methods=_names(query.get("methods", ""), MAX_COLUMNS),
            models=_names(query.get("models", ""), MAX_COLUMNS),
            channels=int(_one_of(query.get("channels", ""), map(str, CHANNELS), first.channels)),
            against=_indices(query.get("against", "")),
            augment=query.get("augment") == "1",
            fuse=_one_of(query.get("fuse", ""), FUSIONS, first.fuse),
            phrases=phrases_in(query.get("phrases", "")),
            negative=phrases_in(query.get("negative", "")),
            sort=_one_of(query.get("sort", ""), SORTS, first.sort),
            only=tuple(n for n in _names(query.get("only", ""), MAX_ONLY) if is_limit(n)),
            photo=_name(query.get("photo", "")),
            why=_pair(query.get("why", "")),
            cover=_covers(query.get("cover", "")),
            section=_one_of(query.get("section", ""), SECTIONS, first.section),
            photos=_one_of(query.get("photos", ""), PHOTOS, first.photos),
        )

    def to_query(self) -> dict[str, str]:
        """Return the query that restores this view. Links leave out the user's own models."""
        first = ViewState()
        own = self.model.startswith(OWN)
        query = {
            "image": ",".join(self.samples),
            "model": "" if own or self.model == first.model else self.model,
            "layer": "" if own else self.layer,
            "method": self.method,
            "fit": "" if self.fit == first.fit else self.fit,
            "top": "" if self.top == first.top else str(self.top),
            "add": "" if own else ",".join(map(str, self.added)),
            "drop": "" if own else ",".join(map(str, self.removed)),
            "across": "" if self.across == first.across else self.across,
            "class": "" if own or self.focus is None else str(self.focus),
            "layers": "" if own else ",".join(self.layers),
            "methods": ",".join(self.methods),
            "models": ",".join(m for m in self.models if not m.startswith(OWN)),
            "channels": "" if self.channels == first.channels else str(self.channels),
            "against": "" if own else ",".join(map(str, self.against)),
            "augment": "1" if self.augment else "",
            "fuse": self.fuse or "",
            "phrases": "" if own else "\n".join(self.phrases),
            "negative": "" if own else "\n".join(self.negative),
            "sort": "" if self.sort == first.sort else self.sort,
            "only": ",".join(n for n in self.only if not own or not n.isdecimal()),
            "photo": self.photo,
            "why": "" if own or self.why is None else f"{self.why[0]},{self.why[1]}",
            "cover": ",".join(f"{k}~{text}" for k, text in self.cover if not k.startswith(OWN)),
            "section": self.section,
            "photos": self.photos,
        }
        return {name: value for name, value in query.items() if value}

    def method_of(self, clf: Classifier) -> str:
        """Return the method that explains this model."""
        return self.method or clf.usual_method

    def request(
        self, layers: tuple[str, ...], method: str, classes: tuple[int, ...] | None = None
    ) -> Request:
        """Return the request for these layers, by default for the view's top classes."""
        chosen = {"channels": _tried(self.channels), "against": self.against}
        options = METHODS[method].options
        return Request(
            layers,
            method,
            {name: value for name, value in chosen.items() if name in options},
            classes,
            self.top,
            self.fit,
            augment=self.augment,
        )

    def among(
        self, *, samples: Collection[str], models: Collection[str], methods: Collection[str]
    ) -> ViewState:
        """Drop whatever does not exist (any more), field by field."""
        view = replace(
            self,
            samples=tuple(s for s in self.samples if s in samples),
            cover=tuple((k, text) for k, text in self.cover if k in samples or k.startswith(OWN)),
        )
        if view.model not in models:
            view = view.with_model(DEFAULT_MODEL, same_labels=False)
        view = replace(
            view,
            methods=tuple(m for m in view.methods if m in methods),
            models=tuple(m for m in view.models if m in models),
        )
        return view if view.method in methods else replace(view, method="")

    def within(self, *, layers: Collection[str], classes: int) -> ViewState:
        """Drop the layers and classes that the model does not have."""
        return replace(
            self,
            layer=self.layer if self.layer in layers else "",
            added=tuple(c for c in self.added if c < classes),
            removed=tuple(c for c in self.removed if c < classes),
            focus=self.focus if self.focus is not None and self.focus < classes else None,
            layers=tuple(name for name in self.layers if name in layers),
            against=tuple(c for c in self.against if c < classes),
            only=tuple(n for n in self.only if not n.isdecimal() or int(n) < classes),
            why=self.why if self.why is not None and max(self.why) < classes else None,
        )

    def with_model(self, model: str, *, same_labels: bool) -> ViewState:
        """Switch the model; drop its layers and, unless the labels are the same, its classes."""
        if model == self.model:
            return self
        view = replace(self, model=model, layer="", layers=(), removed=())
        if same_labels:
            return view
        only = tuple(n for n in self.only if not n.isdecimal())
        return replace(view, added=(), focus=None, against=(), why=None, only=only)

    def with_samples(self, samples: tuple[str, ...]) -> ViewState:
        """Show these sample photos; what was picked or hidden among the old ones' classes goes.

        Classes that were added stay: the sidebar lists them, to compare photos by.
        """
        return replace(self, samples=samples, removed=(), focus=None, why=None)

    def with_top(self, top: int) -> ViewState:
        """Show the `top` most probable classes, including any that were removed."""
        return replace(self, top=min(max(top, 1), MAX_TOP), removed=())

    def with_phrases(
        self, phrases: tuple[str, ...], negative: tuple[str, ...] | None = None
    ) -> ViewState:
        """Show a panel for each of these phrases; the old ones' numbers mean nothing any more."""
        return replace(
            self,
            phrases=phrases,
            negative=self.negative if negative is None else negative,
            top=min(max(2, len(phrases)), MAX_TOP) if phrases else ViewState.top,
            added=(),
            removed=(),
            focus=None,
            against=(),
            why=None,
        )

    def cover_of(self, key: str) -> Cover | None:
        """Return what covers the photo with this key, if anything does."""
        cover = Cover.from_text(dict(self.cover).get(key, ""))
        return cover if cover is not None and cover.mask.any() else None

    def with_cover(self, key: str, cover: Cover | None) -> ViewState:
        """Cover the photo with this key, or uncover it."""
        others = tuple(one for one in self.cover if one[0] != key)
        new = ((key, cover.to_text()),) if cover is not None and cover.mask.any() else ()
        return replace(self, cover=(*others, *new)[-MAX_COVERS:])

    def shown(self, ranked: Sequence[int]) -> tuple[int, ...]:
        """Return the classes of one photo's panels, given its classes best first."""
        top = [c for c in ranked[: self.top] if c not in self.removed]
        return (*top, *(c for c in self.added if c not in top))

    def class_of(self, ranked: Sequence[int]) -> int:
        """Return the class of one photo's row where the columns are not classes."""
        return ranked[0] if self.focus is None else self.focus

    def toggled(self, index: int, ranked: Sequence[int]) -> ViewState:
        """Show the class `index` of one photo if it is hidden, or hide it if it is shown."""
        if index in self.shown(ranked):
            added = tuple(c for c in self.added if c != index)
            dropped = (index,) if index in ranked[: self.top] else ()
            return replace(self, added=added, removed=(*self.removed, *dropped)[-MAX_CLASSES:])
        removed = tuple(c for c in self.removed if c != index)
        new = () if index in ranked[: self.top] else (index,)
        return replace(self, added=(*self.added, *new)[-MAX_CLASSES:], removed=removed)


def phrases_in(text: str) -> tuple[str, ...]:
    """Return the phrases in a text, one a line; empty lines and repetitions are left out.

    >>> phrases_in(" a red car\\n\\na dog\\nA red  car")
    ('a red car', 'a dog')
    """
    lines = (one_line(line)[:MAX_PHRASE] for line in text[:_MAX_CHARS].splitlines())
    distinct = {line.casefold(): line for line in reversed([line for line in lines if line])}
    return tuple(reversed(distinct.values()))[:MAX_PHRASES]


def is_limit(text: str) -> bool:
    """Whether the contact sheet can be limited to this: "unsure", "differs", or a class."""
    return text in ("unsure", "differs") or bool(_INDEX.fullmatch(text))


def channels_offered() -> tuple[int, ...]:
    """Return how many channels may be tried on this server; 0 is all."""
    most = limits().channels
    return (*(one for one in CHANNELS if 0 < one < most), most) if most else CHANNELS


def _tried(channels: int) -> int | None:
    most = limits().channels
    return min(channels or most, most) if most else channels or None


def _one_of(text: str, known: Iterable[str], otherwise: Any) -> Any:
    return text if text in tuple(known) else otherwise


def _name(text: str) -> str:
    return text if _NAME.fullmatch(text) else ""


def _names(text: str, most: int) -> tuple[str, ...]:
    names = (_name(part) for part in text[:_MAX_CHARS].split(","))
    return tuple(dict.fromkeys(name for name in names if name))[:most]


def _indices(text: str) -> tuple[int, ...]:
    parts = text[:_MAX_CHARS].split(",")
    return tuple(dict.fromkeys(int(p) for p in parts if _INDEX.fullmatch(p)))[:MAX_CLASSES]


def _pair(text: str) -> tuple[int, int] | None:
    indices = _indices(text)
    return (indices[0], indices[1]) if len(indices) == 2 else None


def _covers(text: str) -> tuple[tuple[str, str], ...]:
    found = (_COVERED.fullmatch(part) for part in text[:_MAX_CHARS].split(","))
    covers = {one[1]: one[2] for one in found if one and Cover.from_text(one[2])}
    return tuple(covers.items())[:MAX_COVERS]


def _top(text: str, otherwise: int) -> int:
    return int(text) if _INDEX.fullmatch(text) and 1 <= int(text) <= MAX_TOP else otherwise
