"""What a report is made of: what goes in, and the drawn and worded content the writers lay out.

Every string of the content is printable text on one line (notes excepted), not yet escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gradcam.drawing.pictures import Picture
from gradcam.files import Look
from gradcam.methods import METHODS
from gradcam.record import Record
from gradcam.saliency import SaliencyMap
from gradcam.text import figures, one_line, percent
from gradcam.types import Preprocessing, Window


@dataclass(frozen=True)
class Report:
    """What the reader gets.

    title, notes : plain text as typed; a blank line in the notes begins a paragraph.
    explanations : those of one photo (several models or methods) come to stand together.
    look : how the maps are drawn; a shared scale is shared by the whole report.
    names : the photos' names, one per explanation; missing ones become "Photo 1", "Photo 2", …
    """

    title: str
    notes: str
    explanations: tuple[Record, ...]
    look: Look = field(default_factory=Look)
    names: tuple[str, ...] = ()


MAP_COLUMNS = ("Class", "Logit", "Probability", "Layer", "Method", "Grid", "Minimum", "Maximum")
NUMBERS = ("Logit", "Probability", "Minimum", "Maximum")


Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Facts:
    """rows : name and value. maps : one row per map, in the order of MAP_COLUMNS."""

    rows: Rows
    maps: tuple[tuple[str, ...], ...]


def method_title(key: str) -> str:
    """The method's name as printed."""
    return METHODS[key].title if key in METHODS else one_line(key)


def class_agnostic(saliency_map: SaliencyMap) -> bool:
    """Whether the map is the same for every class."""
    return saliency_map.method in METHODS and METHODS[saliency_map.method].class_agnostic


def common(explanations: Sequence[Record]) -> Rows:
    """What made all of them, to be said once."""
    first, *others = (_making(e) for e in explanations)
    return tuple(row for row in first if all(row in rows for rows in others))


def facts(explanation: Record, known: Rows = ()) -> Facts:
    """What is needed to make the same maps again, beyond what is `known` already."""
    making = (row for row in _making(explanation) if row not in known)
    return Facts((*_photo(explanation), *making), tuple(_map(m) for m in explanation.maps))


def _photo(explanation: Record) -> Rows:
    height, width = explanation.photo_size
    seen = [("Seen by the model", _window(m.window)) for m in explanation.maps[:1]]
    size = f"{width} × {height} pixels"
    return ("Photo", size), ("Photo SHA-256", explanation.photo_digest), *seen


def _making(explanation: Record) -> Rows:
    versions = explanation.versions
    return (
        ("Model", one_line(explanation.model)),
        ("Model SHA-256", one_line(explanation.model_digest)),
        ("Fit", explanation.fit),
        ("Preprocessing", _preprocessing(explanation.preprocessing)),
        ("Versions", one_line(", ".join(f"{k} {v}" for k, v in versions.items()))),
    )


def method(saliency_map: SaliencyMap, *, defaults: bool = False) -> str:
    """The method with the options that were changed, or with all of them: Finer-CAM (gamma 0.9)."""
    key = saliency_map.method
    usual = METHODS[key].options if key in METHODS else {}
    told = ", ".join(
        f"{name} {value}"
        for name, value in saliency_map.parameters.items()
        if name in usual and (defaults or value != usual[name])
    )
    title = method_title(key)
    return one_line(f"{title} ({told})" if told else title)


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


def _preprocessing(how: Preprocessing) -> str:
    height, width = how.crop
    mean, std = (", ".join(f"{v:g}" for v in values) for values in (how.mean, how.std))
    return (
        f"shorter side to {how.resize} ({how.interpolation}), middle {width} × {height}, "
        f"channels {how.channels}, mean {mean}, standard deviation {std}"
    )


def _window(window: Window) -> str:
    across = f"x from {window.left:.1f} to {window.right:.1f}"
    down = f"y from {window.top:.1f} to {window.bottom:.1f}"
    return f"{across}, {down} (photo pixels)".replace("-", "−")


@dataclass(frozen=True)
class Panel:
    """One map; `ends` are the raw values along the colour bar, none when the map is empty."""

    label: str
    percent: str
    made: str
    picture: Picture
    ends: tuple[str, ...]
    peak: str
    scale: str
    empty: str


@dataclass(frozen=True)
class Guess:
    """One prediction; `shown` when one of the maps is of its class."""

    label: str
    share: float
    percent: str
    shown: bool


@dataclass(frozen=True)
class Guesses:
    """The best predictions of one model."""

    model: str
    rows: tuple[Guess, ...]


@dataclass(frozen=True)
class Section:
    """One photo and everything said about it."""

    name: str
    photo: Picture
    caption: str
    takeaway: str
    made: str
    guesses: tuple[Guesses, ...]
    panels: tuple[Panel, ...]
    facts: tuple[Facts, ...]

    @property
    def columns(self) -> int:
        """Panels in a row: as few gaps in the last row as can be, and no slivers."""
        if len(self.panels) <= 2 or self.photo.aspect > 2:
            return 2
        return min((3, 4), key=lambda columns: -len(self.panels) % columns)


@dataclass(frozen=True)
class Contents:
    """The whole report.

    common : what was the same for all maps. color_bar : a PNG to be stretched. manifest : JSON.
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
