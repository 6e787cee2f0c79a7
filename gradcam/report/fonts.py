"""Type for the PDF, so that a label in almost any script can be read, searched and copied.

DejaVu Sans comes with matplotlib and is embedded; for Chinese, Japanese and Korean the viewer's
own fonts are named.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

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
