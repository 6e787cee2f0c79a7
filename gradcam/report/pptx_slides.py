"""Write the report as slides: an answer a slide, with photo and map large, and the rest behind.

The other maps follow at the end, and the details stand in the notes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from gradcam.report import pptx_shapes as slide
from gradcam.report.content import Contents, Panel, Section
from gradcam.report.pptx_shapes import Box
from gradcam.text import clip

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

# In inches.
_MARGIN, _GAP, _CAPTION = 0.6, 0.22, 0.62
_CONTENT = Box(_MARGIN, 1.62, slide.WIDTH - 2 * _MARGIN, 5.1)
_LEAST = 1.5  # room for the caption below a narrow picture
_TITLE_SIZES = ((24, 125), (20, 160), (18, 250))  # in points, up to so many letters
_PANELS = 6  # that compare, on one slide
_ROOM_BESIDE, _ROOM_BELOW, _BAR = 2.4, 1.2, 0.62
_COVER = Box(7.6, 0.75, 5.13, 6.0)  # of the title slide, for the maps of the first photos
_COVERED = 4


class Arrangement(NamedTuple):
    """The positions of a slide's pictures: the photo on the left, its panels to the right."""

    photo: Box
    panels: tuple[Box, ...]


class Pair(NamedTuple):
    """The positions of a photo and its large map, and the room that they leave, if it is enough."""

    photo: Box
    large: Box
    rest: Box | None


def write(contents: Contents) -> bytes:
    """Return the PPTX's bytes."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(slide.WIDTH), Inches(slide.HEIGHT)
    deck.core_properties.title = contents.title
    deck.core_properties.author = "Grad-CAM Explorer"
    _title(deck, contents)
    for section in contents.sections:
        if section.large is None:
            _comparison(deck, contents, section, section.sentence, section.panels[:_PANELS])
        else:
            _answer(deck, contents, section, section.large)
    for section in contents.sections:
        others = section.panels[_PANELS:] if section.large is None else section.panels
        what = "more maps" if section.large is None else "what else was considered"
        for first in range(0, len(others), _PANELS):
            panels = others[first : first + _PANELS]
            _comparison(deck, contents, section, f"{section.name}: {what}", panels)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def pair(aspect: float) -> Pair:
    """Position a photo and its map as large as possible: side by side, or wide ones stacked.

    Each caption gets `_CAPTION` inches below its picture and is at least `_LEAST` inches wide.
    """
    left, top, whole, tall = _CONTENT
    width = min((whole - _GAP) / 2, (tall - _CAPTION) * aspect)
    stacked = min(whole, ((tall - _GAP) / 2 - _CAPTION) * aspect)
    if stacked > 1.1 * width:
        photo = Box(left, top, stacked, stacked / aspect)
        large = photo._replace(top=top + photo.height + _CAPTION + _GAP)
        right = left + stacked + 2 * _GAP
    else:
        photo = Box(left, top, width, width / aspect)
        large = photo._replace(left=left + max(width, _LEAST) + _GAP)
        right = large.left + max(width, _LEAST) + 2 * _GAP
    room, below = left + whole - right, large.top + large.height + _CAPTION
    if room >= _ROOM_BESIDE:
        return Pair(photo, large, Box(right, top, room, tall))
    rest = Box(left, below, whole, top + tall - below)
    return Pair(photo, large, rest if rest.height >= _ROOM_BELOW else None)


def arrange(aspect: float, panels: int) -> Arrangement:
    """Position a photo and its panels so that they are as large as possible.

    Every caption gets `_CAPTION` inches below its picture and is at least `_LEAST` inches wide. The
    photo is at least as wide as a panel.
    """
    columns = range(1, max(panels, 1) + 1)
    return max((_in_columns(aspect, panels, c) for c in columns), key=_shown)


def _in_columns(aspect: float, panels: int, columns: int) -> Arrangement:
    rows = max(1, math.ceil(panels / columns))
    beside = columns + 1 if panels else 1
    row = (_CONTENT.height - (rows - 1) * _GAP) / rows
    width = min((_CONTENT.width - (beside - 1) * _GAP) / beside, (row - _CAPTION) * aspect)
    height = width / aspect
    used = rows * (height + _CAPTION + _GAP) - _GAP
    step = max(width, _LEAST) + _GAP
    photo_width = min(_CONTENT.width - (beside - 1) * step, (used - _CAPTION) * aspect)
    left, top = _CONTENT.left, _CONTENT.top + (_CONTENT.height - used) / 3
    places = tuple(
        Box(
            left + max(photo_width, _LEAST) + _GAP + n % columns * step,
            top + n // columns * (height + _CAPTION + _GAP),
            width,
            height,
        )
        for n in range(panels)
    )
    return Arrangement(Box(left, top, photo_width, photo_width / aspect), places)


def _shown(places: Arrangement) -> float:
    """Return the pictures' area in square inches; the photo counts less than the panels."""
    photo, *panels = (box.width * box.height for box in (places.photo, *places.panels))
    return sum(panels) + photo / 8


def _title(deck: Presentation, contents: Contents) -> None:
    size = 38 if len(contents.title) <= 60 else 26
    page = slide.add(deck, contents.title, Box(_MARGIN, 1.3, 6.6, 2.1), size=size, low=True)
    slide.rule(page, Box(_MARGIN, 0.95, 0.6, 0.06))
    slide.text(page, [contents.summary], Box(_MARGIN, 3.55, 6.6, 0.6), size=14)
    notes = [clip(part, 320) for part in contents.notes[:2]]
    slide.text(page, notes, Box(_MARGIN, 4.3, 6.6, 2.4), size=16, dark=True)
    _cover(page, contents.sections[:_COVERED])
    slide.notes(page, [*contents.notes, *_reading(contents)])


def _cover(page: Slide, sections: Sequence[Section]) -> None:
    """Fill the right of the title slide with the first photos' maps."""
    columns = 1 if len(sections) <= 2 else 2
    rows = math.ceil(len(sections) / columns)
    width = (_COVER.width - (columns - 1) * _GAP) / columns
    height = (_COVER.height - (rows - 1) * _GAP) / rows
    for n, section in enumerate(sections):
        shown = section.maps[0].picture if section.maps else section.photo
        wide = min(width, height * shown.aspect)
        tall = wide / shown.aspect
        left = _COVER.left + n % columns * (width + _GAP) + (width - wide) / 2
        top = _COVER.top + n // columns * (height + _GAP) + (height - tall) / 2
        slide.picture(page, shown, Box(left, top, wide, tall), section.name)


def _answer(deck: Presentation, contents: Contents, section: Section, large: Panel) -> None:
    """Add a slide for one photo: its answer, the photo and the map, and the other predictions."""
    page = _page(deck, section.sentence)
    places = pair(section.photo.aspect)
    slide.picture(page, section.photo, places.photo, section.name)
    slide.caption(page, section.name, "", "", _under(places.photo))
    slide.picture(page, large.picture, places.large, f"Map of {large.label}")
    second = large.empty or large.word or f"peak {large.peak}"
    slide.caption(page, large.label, large.percent, second, _under(places.large))
    if places.rest:
        _bars(page, section, places.rest)
    _footer(deck, page, contents, section, [large])
    slide.notes(page, [*_facts(section), *_reading(contents)])


def _comparison(
    deck: Presentation, contents: Contents, section: Section, title: str, panels: Sequence[Panel]
) -> None:
    """Add a slide with a photo and several maps of it."""
    page = _page(deck, title)
    places = arrange(section.photo.aspect, len(panels))
    slide.picture(page, section.photo, places.photo, section.name)
    slide.caption(page, section.name, "", "", _under(places.photo))
    for panel, box in zip(panels, places.panels, strict=True):
        slide.picture(page, panel.picture, box, f"Map of {panel.label}")
        second = panel.empty or f"peak {panel.peak}"
        slide.caption(page, panel.label, panel.percent, second, _under(box))
    _footer(deck, page, contents, section, panels)
    slide.notes(page, [*_facts(section), *_reading(contents)])


def _page(deck: Presentation, title: str) -> Slide:
    sentence = clip(title, 250)
    size = next(size for size, longest in _TITLE_SIZES if len(sentence) <= longest)
    return slide.add(deck, sentence, Box(_MARGIN, 0.5, _CONTENT.width, 0.95), size=size)


def _bars(page: Slide, section: Section, box: Box) -> None:
    """List the predictions as bars, in as many columns as they need."""
    guesses = section.guesses[0].rows
    rows = max(1, int(box.height / _BAR))
    columns = math.ceil(len(guesses) / rows)
    width = (box.width - (columns - 1) * 3 * _GAP) / columns
    for n, guess in enumerate(guesses):
        left = box.left + n // rows * (width + 3 * _GAP)
        row = Box(left, box.top + n % rows * _BAR, width, 0.3)
        slide.caption(page, guess.label, guess.percent, "", row)
        slide.rule(page, Box(left, row.top + 0.36, max(0.03, width * guess.share), 0.07))


def _under(picture: Box) -> Box:
    below = picture.below(_CAPTION)
    return below._replace(width=max(below.width, _LEAST))


def _footer(
    deck: Presentation,
    page: Slide,
    contents: Contents,
    section: Section,
    panels: Sequence[Panel],
) -> None:
    line = Box(_CONTENT.left, 6.95, _CONTENT.width, 0.24)
    made = f"{section.made}, {contents.scale}"
    slide.text(page, [clip(made, 150)], line._replace(width=8.6), size=10)
    if drawn := [panel for panel in panels if panel.ends]:
        low = "−peak" if len(drawn[0].ends) > 2 else "0"
        slide.text(page, [low], Box(9.3, line.top, 0.75, line.height), size=10, align="right")
        slide.stretched(page, contents.color_bar, Box(10.13, line.top + 0.08, 1.4, 0.08))
        slide.text(page, ["peak"], Box(11.61, line.top, 0.75, line.height), size=10)
    slide.text(
        page,
        [str(len(deck.slides))],
        Box(12.4, line.top, 0.333, line.height),
        size=10,
        align="right",
    )


def _facts(section: Section) -> list[str]:
    """List what the model predicted and how every map was made, for the notes."""
    lines = [f"{section.name}: {section.sentence}"]
    for guesses in section.guesses:
        best = ", ".join(f"{g.label} {g.percent}" for g in guesses.rows)
        lines.append(f"Predictions by {guesses.model}: {best}.")
    for panel in section.maps:
        ending = panel.empty or f"peak {panel.peak}, on {panel.scale}."
        ending += f" {panel.word}." * bool(panel.word)
        lines.append(f"{panel.label} ({panel.percent}): {panel.made}; {ending}")
    for facts in section.facts:
        lines += [f"{key}: {value}" for key, value in facts.rows]
    return lines


def _reading(contents: Contents) -> list[str]:
    common = [f"{key}: {value}" for key, value in contents.common]
    return [
        *common,
        "How to read the maps",
        *contents.how_to_read,
        "What they do not prove",
        *contents.limits,
    ]
