"""A slide's building blocks: its title, text, pictures and notes, placed in inches."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcam.drawing.pictures import Picture
from gradcam.report import compat
from gradcam.text import clip

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide
    from pptx.text.text import TextFrame

WIDTH, HEIGHT = 13.333, 7.5
_FONT = "Arial"
_INK, _QUIET, _ACCENT = "1C2326", "5D696E", "1F6F78"
_TITLE_ONLY = 5  # that layout's place in the default template
_LETTER = 0.088  # average width of a bold 12-point letter, in inches


class Box(NamedTuple):
    """A rectangle on the slide, in inches from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def below(self, height: float) -> Box:
        """Return the strip of this height directly below the box."""
        return Box(self.left, self.top + self.height, self.width, height)


def add(deck: Presentation, title: str, box: Box, *, size: int, low: bool = False) -> Slide:
    """Add a slide with a title; `low` aligns the title with the bottom of its box."""
    from pptx.enum.text import MSO_ANCHOR

    page = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    holder = page.shapes.title
    assert holder is not None  # this layout has one
    holder.left, holder.top, holder.width, holder.height = _emu(box)
    frame = _plain(holder.text_frame)
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM if low else MSO_ANCHOR.TOP
    _write(frame.paragraphs[0], title, size, _INK, bold=True)
    return page


def text(
    page: Slide,
    lines: Sequence[str],
    box: Box,
    *,
    size: int,
    dark: bool = False,
    align: str = "left",
) -> None:
    """Add lines of text, one paragraph each; add nothing if all are empty."""
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    if not any(lines):
        return
    frame = _frame(page, box)
    for n, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        _write(paragraph, line, size, _INK if dark else _QUIET)
        paragraph.alignment = PP_ALIGN.RIGHT if align == "right" else PP_ALIGN.LEFT
        paragraph.space_after = Pt(size / 2)


def caption(page: Slide, label: str, percent: str, second: str, box: Box) -> None:
    """Add a picture's label and percentage, and a smaller second line."""
    frame = _frame(page, Box(box.left, box.top + 0.05, box.width, box.height - 0.05))
    # East Asian characters are twice as wide.
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in label)
    letters = box.width / _LETTER * len(label) / max(1, len(label) + wide)
    first = frame.paragraphs[0]
    _write(first, clip(label, max(8, int(letters) - len(percent) - 2)), 12, _INK, bold=True)
    if percent:
        _write(first, f"  {percent}", 12, _QUIET)
    if second:
        _write(frame.add_paragraph(), clip(second, int(2.2 * box.width / _LETTER)), 10, _QUIET)


def picture(page: Slide, image: Picture, box: Box, alt: str) -> None:
    """Add a picture with its alternative text."""
    shape = page.shapes.add_picture(io.BytesIO(image.jpeg), *_emu(box))
    compat.set_alt_text(shape, alt)


def stretched(page: Slide, png: bytes, box: Box) -> None:
    """Add the colour bar, stretched to fill the box."""
    shape = page.shapes.add_picture(io.BytesIO(png), *_emu(box))
    compat.set_alt_text(shape, "Colour scale")


def rule(page: Slide, box: Box) -> None:
    """Add a bar in the accent colour."""
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_SHAPE

    shape = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_emu(box))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(_ACCENT)
    shape.line.fill.background()
    shape.shadow.inherit = False


def notes(page: Slide, lines: Sequence[str]) -> None:
    """Set the speaker notes."""
    frame = page.notes_slide.notes_text_frame
    assert frame is not None  # the default template's notes have a body
    frame.text = "\n".join(lines)


def _frame(page: Slide, box: Box) -> TextFrame:
    return _plain(page.shapes.add_textbox(*_emu(box)).text_frame)


def _plain(frame: TextFrame) -> TextFrame:
    """Remove the inner margins, so that text lines up with the edges of pictures."""
    from pptx.enum.text import MSO_AUTO_SIZE

    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    return frame


def _write(paragraph: Any, words: str, size: int, color: str, *, bold: bool = False) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    paragraph.alignment = PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = words
    run.font.name, run.font.size, run.font.bold = _FONT, Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(color)


def _emu(box: Box) -> tuple[int, int, int, int]:
    from pptx.util import Inches

    left, top, width, height = (Inches(value) for value in box)
    return left, top, width, height
