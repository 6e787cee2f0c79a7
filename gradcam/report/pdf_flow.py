"""The PDF's building blocks: fonts, text, pictures, bars and grids in the report's style.

All text from outside goes through `text`, which escapes it, because reportlab parses markup.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from gradcam.drawing.pictures import Picture

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Flowable, Image

INK, QUIET, LINE, SOFT = "#1c2326", "#5d696e", "#d9dee0", "#eceff0"
ACCENT, NOT_SHOWN = "#1f6f78", "#9aa6aa"

REGULAR = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
# Standard PDF fonts that viewers bring along, so there is nothing to embed.
_JAPANESE, _KOREAN, _CHINESE = "HeiseiKakuGo-W5", "HYGothic-Medium", "STSong-Light"
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff9f]+")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_ISOLATES = re.compile("[\u061c\u200e\u200f\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+(?: +[\u0590-\u08ff\ufb1d-\ufdff]+)*"
)

# Size and line height in points.
_SIZES = {
    "title": (20.0, 25.0),
    "heading": (13.0, 17.0),
    "small heading": (9.5, 13.0),
    "summary": (8.5, 12.0),
    "notes": (9.5, 14.0),
    "photo": (8.5, 13.0),
    "sentence": (13.0, 17.5),
    "body": (8.5, 12.5),
    "label": (8.5, 11.0),
    "quiet": (7.0, 9.5),
}
_ALIGNED = {"left": 0, "centre": 1, "right": 2}


@cache
def register_fonts() -> None:
    """Register the fonts with reportlab, once per process."""
    import matplotlib
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD)
    for name in (_JAPANESE, _KOREAN, _CHINESE):
        pdfmetrics.registerFont(UnicodeCIDFont(name))


def text(
    words: str, kind: str, *, bold: bool = False, dark: bool = False, align: str = "left"
) -> Flowable:
    """Set a paragraph and keep its line breaks; `dark` sets quiet text in full ink."""
    from reportlab.platypus import Paragraph

    style = _style(kind, bold or kind.endswith(("title", "heading", "sentence")), dark, align)
    return Paragraph(markup(words).replace("\n", "<br/>"), style)


def markup(text: str) -> str:
    """Turn text into a reportlab paragraph's markup: escaped, with a font for each script.

    >>> markup("<b> & 猫")
    '&lt;b&gt; &amp; <font name="STSong-Light">猫</font>'
    """
    # Any kana means that the Han characters are Japanese.
    han = _JAPANESE if _KANA.search(text) else _CHINESE

    def in_its_font(run: re.Match[str]) -> str:
        return f'<font name="{_KOREAN if _HANGUL.search(run[0]) else han}">{run[0]}</font>'

    seen = _ISOLATES.sub("", text)  # which no font draws, and nothing here needs
    return _EAST_ASIAN.sub(in_its_font, escape(_RIGHT_TO_LEFT.sub(_visual_order, seen)))


def image(picture: Picture, width: float, height: float) -> Image:
    """Place a picture as large as fits, keeping its proportions; the JPEG is not re-encoded."""
    from reportlab.platypus import Image

    shown = min(width, height * picture.aspect)
    return Image(io.BytesIO(picture.jpeg), shown, shown / picture.aspect, hAlign="LEFT")


def stretched(png: bytes, width: float, height: float = 4) -> Image:
    """Stretch the colour bar to this size."""
    from reportlab.platypus import Image

    return Image(io.BytesIO(png), width, height, hAlign="LEFT")


def track(share: float, width: float, color: str) -> Flowable:
    """Draw a bar that fills `share` of its track."""
    from reportlab.graphics.shapes import Drawing, Rect
    from reportlab.lib.colors import HexColor

    drawing = Drawing(width, 4)
    for length, fill in ((width, SOFT), (max(1.0, width * share), color)):
        drawing.add(Rect(0, 0, length, 4, rx=1, ry=1, fillColor=HexColor(fill), strokeColor=None))
    return drawing


def grid(
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    *,
    pad: float = 0,
    right: float = 0,
    anchor: str = "TOP",
    lines: bool = False,
    header: int = 0,
    whole: Sequence[int] = (),
) -> Flowable:
    """Arrange cells in rows and columns.

    pad, right : points of padding above and below every cell, and to the right of it.
    header : how many rows to repeat on every page.
    whole : the rows whose first cell takes their whole width, and which stay with the next row.
    """
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table, TableStyle

    all_ = ((0, 0), (-1, -1))
    style: list[tuple[Any, ...]] = [
        ("VALIGN", *all_, anchor),
        ("LEFTPADDING", *all_, 0),
        ("RIGHTPADDING", *all_, right),
        ("TOPPADDING", *all_, pad),
        ("BOTTOMPADDING", *all_, pad),
    ]
    if lines:
        style.append(("LINEBELOW", *all_, 0.5, HexColor(SOFT)))
    for row in whole:
        style += [("SPAN", (0, row), (-1, row)), ("NOSPLIT", (0, row), (0, row + 1))]
        style.append(("TOPPADDING", (0, row), (-1, row), 8))
    return Table(rows, widths, style=TableStyle(style), repeatRows=header, hAlign="LEFT")


def _visual_order(run: re.Match[str]) -> str:
    """Reverse Hebrew or Arabic, because reportlab draws everything from left to right.

    Combining marks stay with their letters.
    """
    letters: list[str] = []
    for letter in run[0]:
        if letters and unicodedata.combining(letter):
            letters[-1] += letter
        else:
            letters.append(letter)
    return "".join(reversed(letters))


@cache
def _style(kind: str, bold: bool, dark: bool, align: str) -> ParagraphStyle:
    from reportlab.lib.styles import ParagraphStyle

    size, leading = _SIZES[kind]
    return ParagraphStyle(
        kind,
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=leading,
        textColor=QUIET if kind in ("quiet", "summary", "photo") and not dark else INK,
        alignment=_ALIGNED[align],
    )
