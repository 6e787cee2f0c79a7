"""What the PDF is set from: text, pictures, bars and grids in the report's look, and its fonts.

Text from outside always passes through `text`, which escapes it: reportlab reads markup.
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
from gradcam.report import pdf_flow as fonts

REGULAR = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
# Standard PDF fonts that viewers bring along: nothing to embed.
_JAPANESE, _KOREAN, _CHINESE = "HeiseiKakuGo-W5", "HYGothic-Medium", "STSong-Light"
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff9f]+")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+(?: +[\u0590-\u08ff\ufb1d-\ufdff]+)*"
)


@cache
def register() -> None:
    """Make the fonts known to reportlab, once."""
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


def markup(text: str) -> str:
    """Text as a reportlab paragraph's markup: escaped, and each script as reportlab needs it.

    >>> markup("<b> & 猫")
    '&lt;b&gt; &amp; <font name="STSong-Light">猫</font>'
    """
    # Kana anywhere says that the Han letters are Japanese ones.
    han = _JAPANESE if _KANA.search(text) else _CHINESE

    def lettered(run: re.Match[str]) -> str:
        return f'<font name="{_KOREAN if _HANGUL.search(run[0]) else han}">{run[0]}</font>'

    return _EAST_ASIAN.sub(lettered, escape(_RIGHT_TO_LEFT.sub(_visual, text)))


def _visual(run: re.Match[str]) -> str:
    """Hebrew or Arabic in the order it is drawn, left to right; marks stay on their letters."""
    letters: list[str] = []
    for letter in run[0]:
        if letters and unicodedata.combining(letter):
            letters[-1] += letter
        else:
            letters.append(letter)
    return "".join(reversed(letters))


if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Flowable, Image

INK, QUIET, LINE, SOFT = "#1c2326", "#5d696e", "#d9dee0", "#eceff0"
ACCENT, NOT_SHOWN = "#1f6f78", "#9aa6aa"
# Size and line height in points.
_SIZES = {
    "title": (20.0, 25.0),
    "heading": (13.0, 17.0),
    "small heading": (9.5, 13.0),
    "summary": (8.5, 12.0),
    "notes": (9.5, 14.0),
    "takeaway": (9.5, 13.5),
    "body": (8.5, 12.5),
    "label": (8.5, 11.0),
    "quiet": (7.0, 9.5),
}
_ALIGNED = {"left": 0, "centre": 1, "right": 2}


def text(
    words: str, kind: str, *, bold: bool = False, dark: bool = False, align: str = "left"
) -> Flowable:
    """A paragraph; line breaks stay. `dark` sets quiet text in full ink."""
    from reportlab.platypus import Paragraph

    style = _style(kind, bold or kind.endswith(("title", "heading")), dark, align)
    return Paragraph(fonts.markup(words).replace("\n", "<br/>"), style)


def image(picture: Picture, width: float, height: float) -> Image:
    """A picture in its own proportions, as large as fits; the JPEG goes in as it is."""
    from reportlab.platypus import Image

    shown = min(width, height * picture.aspect)
    return Image(io.BytesIO(picture.jpeg), shown, shown / picture.aspect, hAlign="LEFT")


def stretched(png: bytes, width: float, height: float = 4) -> Image:
    """The colour bar, drawn out."""
    from reportlab.platypus import Image

    return Image(io.BytesIO(png), width, height, hAlign="LEFT")


def track(share: float, width: float, color: str) -> Flowable:
    """A bar that is `share` of its track."""
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
) -> Flowable:
    """Cells beside and below each other.

    pad, right : points above and below, and right of every cell. header : rows that are repeated
    on the next page.
    """
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table, TableStyle

    whole = ((0, 0), (-1, -1))
    style: list[tuple[Any, ...]] = [
        ("VALIGN", *whole, anchor),
        ("LEFTPADDING", *whole, 0),
        ("RIGHTPADDING", *whole, right),
        ("TOPPADDING", *whole, pad),
        ("BOTTOMPADDING", *whole, pad),
    ]
    if lines:
        style.append(("LINEBELOW", *whole, 0.5, HexColor(SOFT)))
    return Table(rows, widths, style=TableStyle(style), repeatRows=header, hAlign="LEFT")


@cache
def _style(kind: str, bold: bool, dark: bool, align: str) -> ParagraphStyle:
    from reportlab.lib.styles import ParagraphStyle

    size, leading = _SIZES[kind]
    return ParagraphStyle(
        kind,
        fontName=fonts.BOLD if bold else fonts.REGULAR,
        fontSize=size,
        leading=leading,
        textColor=QUIET if kind in ("quiet", "summary") and not dark else INK,
        alignment=_ALIGNED[align],
    )
