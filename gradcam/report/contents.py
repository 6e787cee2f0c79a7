"""A report's content, drawn and worded: the writers only lay it out.

Every string is printable text on one line (notes excepted), still to be escaped by the writer.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradcam.report.facts import Facts, Rows
from gradcam.report.pictures import Picture


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
