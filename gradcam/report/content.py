"""What a report contains: the request, the content that every writer lays out, and its facts.

Every string in `Contents` is printable and, except for the notes, a single line. None is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from gradcam import bundled, catalogue
from gradcam.drawing.pictures import Picture
from gradcam.files import Look
from gradcam.methods import METHODS
from gradcam.preprocess import in_words
from gradcam.record import Record
from gradcam.saliency import SaliencyMap
from gradcam.sentences import short_name
from gradcam.text import figures, one_line, percent
from gradcam.types import Fit, Window

Rows = tuple[tuple[str, str], ...]  # name and value

MAP_COLUMNS = ("Class", "Score", "Probability", "Layer", "Method", "Cells", "Lowest", "Highest")
NUMBERS = ("Score", "Probability", "Lowest", "Highest")  # the columns aligned right


_FITS: Mapping[Fit, str] = {
    "crop": "cutting out its middle (crop)",
    "squash": "stretching it (squash)",
    "pad": "adding bars (pad)",
}


@dataclass(frozen=True)
class Report:
    """A report to write.

    title, notes : plain text; a blank line in the notes starts a new paragraph.
    explanations : those of the same photo (several models or methods) share a section.
    look : how the maps are drawn; a shared scale covers the whole report.
    names : the photos' names, one per explanation; missing ones become "Photo 1", "Photo 2", …
    """

    title: str
    notes: str
    explanations: tuple[Record, ...]
    look: Look = field(default_factory=Look)
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """How maps were made; `maps` has one row per map, in the order of MAP_COLUMNS."""

    rows: Rows
    maps: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Panel:
    """One map.

    made : how it was made, in words. word : why its peak and its class's probability disagree.
    ends : the raw values along the colour bar, or () if the map is empty.
    """

    label: str
    percent: str
    made: str
    picture: Picture
    ends: tuple[str, ...]
    peak: str
    scale: str
    empty: str
    word: str = ""


@dataclass(frozen=True)
class Guess:
    """One prediction; `shown` if the report has a map for its class."""

    label: str
    share: float
    percent: str
    shown: bool


@dataclass(frozen=True)
class Guesses:
    """One model's most probable classes."""

    model: str
    rows: tuple[Guess, ...]


@dataclass(frozen=True)
class Section:
    """One photo and everything the report says about it.

    sentence : what the model answered. large : the map of that answer, to show beside the photo;
        None if the maps compare layers, methods or models, and none is more than the others.
    panels : the other maps, the most probable classes first unless they compare.
    """

    name: str
    photo: Picture
    caption: str
    sentence: str
    made: str
    guesses: tuple[Guesses, ...]
    large: Panel | None
    panels: tuple[Panel, ...]
    facts: tuple[Facts, ...]

    @property
    def maps(self) -> tuple[Panel, ...]:
        """All maps, the large one first."""
        return (*filter(None, (self.large,)), *self.panels)

    @property
    def columns(self) -> int:
        """Panels per row: few gaps in the last row, and no very narrow panels."""
        if len(self.panels) <= 2 or self.photo.aspect > 2:
            return 2
        return min((3, 4), key=lambda columns: -len(self.panels) % columns)


@dataclass(frozen=True)
class Contents:
    """The whole report, ready to lay out.

    common : the facts shared by all maps. color_bar : a PNG to stretch. manifest : JSON.
    """

    title: str
    notes: tuple[str, ...]
    summary: str
    scale: str
    common: Rows
    sections: tuple[Section, ...]
    how_to_read: tuple[str, ...]
    limits: tuple[str, ...]
    color_bar: bytes
    manifest: str


def common(explanations: Sequence[Record]) -> Rows:
    """Return the facts that all explanations share, so that the report states them once."""
    first, *others = (_making(e) for e in explanations)
    return tuple(row for row in first if all(row in rows for rows in others))


def facts(explanation: Record, known: Rows = ()) -> Facts:
    """Return what is needed to make the same maps again, except for the rows in `known`."""
    making = (row for row in _making(explanation) if row not in known)
    return Facts((*_photo(explanation), *making), tuple(_map(m) for m in explanation.maps))


def method(saliency_map: SaliencyMap, *, defaults: bool = False) -> str:
    """Name the method and its options, such as "Finer-CAM (gamma 0.9)".

    Options left at their defaults are included only if `defaults` is true.
    """
    key = saliency_map.method
    usual = METHODS[key].options if key in METHODS else {}
    options = ", ".join(
        f"{name} {value}"
        for name, value in saliency_map.parameters.items()
        if name in usual and (defaults or value != usual[name])
    )
    title = method_title(key)
    return one_line(f"{title} ({options})" if options else title)


def method_title(key: str) -> str:
    """Return the method's printed name, or `key` itself for an unknown method."""
    return METHODS[key].title if key in METHODS else one_line(key)


def model_name(id: str) -> str:
    """Return the short name of a model by its id: a title, or the last part of the id."""
    return short_name(_titles().get(id, id.rpartition("/")[2]))


@cache
def _titles() -> Mapping[str, str]:
    specs = (*bundled.SPECS, *catalogue.torchvision_specs(), *catalogue.keras_specs())
    return {spec.id: spec.title for spec in specs}


def _photo(explanation: Record) -> Rows:
    height, width = explanation.photo_size
    seen = [("Seen by the model", _window(m.window)) for m in explanation.maps[:1]]
    size = f"{width} × {height} pixels"
    return ("Photo", size), ("Photo SHA-256", explanation.photo_digest), *seen


def _making(explanation: Record) -> Rows:
    versions = explanation.versions
    return (
        ("Model", f"{model_name(explanation.model)} ({one_line(explanation.model)})"),
        ("Model SHA-256", one_line(explanation.model_digest)),
        ("Photo fitted by", _FITS[explanation.fit]),
        ("Preprocessing", one_line(in_words(explanation.preprocessing, explanation.fit))),
        ("Versions", one_line(", ".join(f"{k} {v}" for k, v in versions.items()))),
    )


def _map(saliency_map: SaliencyMap) -> tuple[str, ...]:
    prediction, values = saliency_map.prediction, saliency_map.values
    height, width = values.shape
    return (
        f"{one_line(prediction.label)} ({prediction.index})",
        figures(prediction.logit),
        percent(prediction.probability),
        one_line(saliency_map.layer),
        method(saliency_map, defaults=True),
        f"{width} × {height}",
        figures(float(values.min())),
        figures(float(values.max())),
    )


def _window(window: Window) -> str:
    across = f"x from {window.left:.1f} to {window.right:.1f}"
    down = f"y from {window.top:.1f} to {window.bottom:.1f}"
    return f"{across}, {down} (photo pixels)".replace("-", "−")
