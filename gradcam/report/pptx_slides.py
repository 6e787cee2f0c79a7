"""Write the report as slides: a sentence and pictures for each photo, details in the notes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

from gradcam.report import pptx_shapes as slide
from gradcam.report.content import Contents, Section
from gradcam.report.pptx_shapes import Box
from gradcam.text import clip

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

# In inches.
_MARGIN, _GAP, _CAPTION = 0.6, 0.22, 0.62
_CONTENT = Box(_MARGIN, 1.62, slide.WIDTH - 2 * _MARGIN, 5.1)
_LEAST = 1.5  # room for the caption below a narrow picture
_PANELS = 4
_THUMBNAILS = 6


class Arrangement(NamedTuple):
    """The positions of a slide's pictures: the photo on the left, its panels to the right."""

    photo: Box
    panels: tuple[Box, ...]


def write(contents: Contents) -> bytes:
    """Return the PPTX's bytes."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(slide.WIDTH), Inches(slide.HEIGHT)
    deck.core_properties.title = contents.title
    deck.core_properties.author = "Grad-CAM Explorer"
    _title(deck, contents)
    for number, section in enumerate(contents.sections, start=2):
        _photo(deck, contents, section, number)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def arrange(aspect: float, panels: int) -> Arrangement:
    """Position a photo and its panels, in full rows, so that they are as large as possible.

    Every caption gets `_CAPTION` inches below its picture and is at least `_LEAST` inches wide. The
    photo is at least as wide as a panel.
    """
    full_rows = [c for c in range(1, max(panels, 1) + 1) if panels % c == 0]
    return max((_in_columns(aspect, panels, c) for c in full_rows), key=_shown)


def _in_columns(aspect: float, panels: int, columns: int) -> Arrangement:
    rows = max(1, panels // columns)
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
    page = slide.add(deck, contents.title, Box(_MARGIN, 1.5, 11.2, 1.5), size=38, low=True)
    slide.rule(page, Box(_MARGIN, 1.15, 0.6, 0.06))
    slide.text(page, [contents.summary], Box(_MARGIN, 3.1, 11.2, 0.4), size=14)
    notes = [clip(part, 320) for part in contents.notes[:2]]
    slide.text(page, notes, Box(_MARGIN, 3.65, 9.2, 1.5), size=16, dark=True)
    left = _MARGIN
    for section in contents.sections[:_THUMBNAILS]:
        width = 1.3 * section.photo.aspect
        if left + width > slide.WIDTH - _MARGIN:
            break
        slide.picture(page, section.photo, Box(left, 5.6, width, 1.3), section.name)
        left += width + _GAP
    slide.notes(page, [*contents.notes, *_reading(contents)])


def _photo(deck: Presentation, contents: Contents, section: Section, number: int) -> None:
    sentence = clip(section.sentence, 180)
    size = 24 if len(sentence) <= 125 else 20
    page = slide.add(deck, sentence, Box(_MARGIN, 0.5, _CONTENT.width, 0.95), size=size)
    shown = section.panels[:_PANELS]
    places = arrange(section.photo.aspect, len(shown))
    slide.picture(page, section.photo, places.photo, section.name)
    slide.caption(page, section.name, "", "", _under(places.photo))
    alike = len({panel.made for panel in shown}) == 1
    for panel, box in zip(shown, places.panels, strict=True):
        slide.picture(page, panel.picture, box, f"Map of {panel.label}")
        second = panel.empty or f"maximum {panel.peak}"
        second = second if alike else f"{panel.made} · {second}"
        slide.caption(page, panel.label, panel.percent, second, _under(box))
    _footer(page, contents, section, number)
    slide.notes(page, [*_facts(section), *_reading(contents)])


def _under(picture: Box) -> Box:
    below = picture.below(_CAPTION)
    return below._replace(width=max(below.width, _LEAST))


def _footer(page: Slide, contents: Contents, section: Section, number: int) -> None:
    line = Box(_CONTENT.left, 6.95, _CONTENT.width, 0.24)
    hidden = len(section.panels) - _PANELS
    parts = [section.made, contents.scale]
    parts += [f"first {_PANELS} of {len(section.panels)} maps"] * (hidden > 0)
    slide.text(page, [clip(" · ".join(parts), 150)], line._replace(width=8.6), size=9)
    if drawn := [panel for panel in section.panels[:_PANELS] if panel.ends]:
        low = "−maximum" if len(drawn[0].ends) > 2 else "0"
        slide.text(page, [low], Box(9.3, line.top, 0.75, line.height), size=9, align="right")
        slide.stretched(page, contents.color_bar, Box(10.13, line.top + 0.08, 1.4, 0.08))
        slide.text(page, ["maximum"], Box(11.61, line.top, 0.75, line.height), size=9)
    slide.text(page, [str(number)], Box(12.4, line.top, 0.333, line.height), size=9, align="right")


def _facts(section: Section) -> list[str]:
    """List what the model predicted and how every map was made, for the notes."""
    lines = [f"{section.name}: {section.sentence}"]
    for guesses in section.guesses:
        best = ", ".join(f"{g.label} {g.percent}" for g in guesses.rows)
        lines.append(f"Predictions by {guesses.model}: {best}.")
    for panel in section.panels:
        ending = panel.empty or f"maximum {panel.peak}, {panel.scale}."
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
