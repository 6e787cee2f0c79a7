"""Formatting numbers and names for people; `components/viewer/text.js` follows the same rules."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context

# Direction overrides would let a label rearrange the text around it.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MAX_LINE = 240
_THREE_FIGURES = Context(3, ROUND_HALF_UP)
_WRITTEN_OUT = (-4, 7)  # powers of ten, from the first up to the second
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def percent(share: float) -> str:
    """Format a share in [0, 1] with one decimal; only exactly 0 and 1 become 0 and 100 %.

    >>> percent(0.6213), percent(0.0004), percent(0.99996)
    ('62.1 %', '< 0.1 %', '> 99.9 %')
    """
    if 0 < share < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %"


def rough_percent(share: float) -> str:
    """Format a share in [0, 1] for a sentence: whole percent, and words close to either end.

    >>> rough_percent(0.6251), rough_percent(0.004), rough_percent(0.9989), rough_percent(1)
    ('63 %', 'less than 1 %', 'over 99 %', '100 %')
    """
    if 0 < share < 0.01:
        return "less than 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{math.floor(100 * share + 0.5)} %"


def figures(value: float) -> str:
    """Format a number with three significant figures, as people write it.

    Sizes from 0.0001 up to ten million are written out, others with a power of ten. Halves are
    rounded away from zero, as in JavaScript.

    >>> figures(0.35612), figures(-12345.0), figures(1210.4), figures(0)
    ('0.356', '−12,300', '1,210', '0')
    >>> figures(0.00012), figures(1.2e-5), figures(3e8)
    ('0.00012', '1.2 × 10⁻⁵', '3 × 10⁸')
    """
    rounded = _THREE_FIGURES.create_decimal_from_float(float(value))
    if not rounded:
        return "0"
    power = rounded.adjusted() if rounded.is_finite() else 0
    plain = _WRITTEN_OUT[0] <= power < _WRITTEN_OUT[1]
    text = f"{rounded if plain else rounded.scaleb(-power):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    tail = "" if plain else f" × 10{str(power).translate(_RAISED)}"
    return text.replace("-", "−") + tail


def megabytes(size: int) -> str:
    """Format a number of bytes in kB, MB or GB.

    >>> megabytes(4958716), megabytes(2581136933), megabytes(12_300)
    ('5.0 MB', '2.6 GB', '12 kB')
    """
    if size >= 1e9:
        return f"{size / 1e9:.1f} GB"
    if size < 1e5:
        return f"{size / 1e3:.0f} kB"
    return f"{size / 1e6:.0f} MB" if size >= 1e7 else f"{size / 1e6:.1f} MB"


def millions(count: int) -> str:
    """Format a number of parameters in millions.

    >>> millions(1_215_300), millions(143_667_240)
    ('1.2 M', '144 M')
    """
    return f"{count / 1e6:.1f} M" if count < 1e8 else f"{count / 1e6:.0f} M"


def shape(sizes: Iterable[int]) -> str:
    """Join sizes with multiplication signs.

    >>> shape((512, 7, 7))
    '512 × 7 × 7'
    """
    return " × ".join(map(str, sizes))


def count(number: int, what: str) -> str:
    """Format a number of things, with the noun in the right number.

    >>> count(1, "map"), count(3, "map")
    ('1 map', '3 maps')
    """
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def listed(items: Sequence[str]) -> str:
    """Join names as a sentence does.

    >>> listed(["Grad-CAM"]), listed(["one", "two", "three"])
    ('Grad-CAM', 'one, two and three')
    """
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last


def one_line(text: str) -> str:
    """Reduce untrusted text to one line of bounded length, without unprintable characters."""
    return clip(" ".join(printable(text).split()), _MAX_LINE)


def clip(text: str, longest: int) -> str:
    """Truncate `text` to `longest` characters, ending it with an ellipsis.

    >>> clip("academic gown", 9)
    'academic…'
    """
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def printable(text: str) -> str:
    """Remove control characters, surrogates and direction overrides from `text`."""
    kept = (c for c in text if c in "\n\r\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return _DIRECTION.sub("", "".join(kept)).replace("\ufffe", "").replace("\uffff", "")
