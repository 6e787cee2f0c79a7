"""Formatting numbers and names for people; `components/viewer/text.js` follows the same rules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Direction overrides would let a label rearrange the text around it.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MAX_LINE = 240


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


def figures(value: float) -> str:
    """Format a number with three significant figures and a true minus sign.

    >>> figures(0.35612), figures(-12345.0), figures(0)
    ('0.356', '−1.23e+4', '0')
    """
    if value == 0:
        return "0"
    ordinary = 0.001 <= abs(value) < 1000
    text = f"{value:.3g}" if ordinary else re.sub(r"e([+-])0*", r"e\1", f"{value:.2e}")
    return text.replace("-", "−")


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
