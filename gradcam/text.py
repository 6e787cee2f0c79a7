"""Formatting numbers and names for people; `components/viewer/text.js` follows the same rules.

Text from outside (names of files, labels, titles, notes, a model's words) is cleaned once, where it
comes in: `one_line` for what stands on a line, `file_name` for names, `printable` for paragraphs.
What then goes out needs `isolated` inside a sentence and `cell` in a table for spreadsheets.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context
from html import escape

# What rearranges the text around it, and what is not seen at all.
_UNSEEN = re.compile("[\u202a-\u202e\u200b\u2060\ufeff\u00ad\u206a-\u206f\ufff9-\ufffb]")
_ISOLATES = re.compile("[\u2066-\u2069]")
# Control characters (a terminal's escapes among them), lone surrogates, and what is no character.
_WRONG = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_REPLACED = "\ufffd"
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
# More on a letter than any language writes climb over the lines above.
_MANY_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")
_MAX_LINE, _MAX_NAME = 240, 200
# Hebrew, Arabic and the like, and the marks that make what follows read as they do.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# What a terminal obeys, lone surrogates, what turns the direction of a line, and tags, which are
# not seen at all. Tab and line feed are left alone.
_ORDERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066\u2067"
    "\ufffe\uffff\U000e0000-\U000e007f]"
)
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
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


def ordinal(number: int) -> str:
    """Format a rank.

    >>> ordinal(1), ordinal(12), ordinal(23), ordinal(1000)
    ('1st', '12th', '23rd', '1,000th')
    """
    teen = number % 100 in (11, 12, 13)
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def listed(items: Sequence[str]) -> str:
    """Join names as a sentence does.

    >>> listed(["Grad-CAM"]), listed(["one", "two", "three"])
    ('Grad-CAM', 'one, two and three')
    """
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last


def one_line(text: str, longest: int = _MAX_LINE) -> str:
    """Reduce text from outside to one line of at most `longest` characters, all of them printable.

    >>> one_line("tabby" + chr(10) + " cat" + chr(27) + "[2J")
    'tabby cat�[2J'
    """
    # A character may come to nothing, but hardly 8 in a row do in any honest text.
    whole = _ISOLATES.sub("", printable(text[: 8 * longest]))
    return clip(" ".join(whole.split()), longest)


def file_name(name: str, longest: int = _MAX_NAME) -> str:
    """Reduce the name of somebody's file to one line, keeping the ending of a long one.

    >>> file_name("holiday" * 9 + ".jpg", 24)
    'holidayholidayh…iday.jpg'
    """
    line = one_line(name, max(len(name), 1))
    if len(line) <= longest:
        return line or "unnamed"
    end = longest // 3
    return f"{line[: longest - end - 1]}…{line[-end:]}"


def base_name(path: str, longest: int = _MAX_NAME) -> str:
    """Return the same of what follows the last slash: a file's name that leads nowhere else.

    >>> base_name("../../etc/passwd"), base_name("C:\\\\mine.pth"), base_name("..")
    ('passwd', 'mine.pth', 'unnamed')
    """
    name = file_name(path.replace("\\", "/").rpartition("/")[2], longest)
    return name if name.strip(". ") else "unnamed"


def isolated(text: str) -> str:
    """Enclose text that reads from right to left, so that the words after it stay in place.

    >>> isolated("cat"), [hex(ord(letter)) for letter in isolated("חתול")][::5]
    ('cat', ['0x2068', '0x2069'])
    """
    return f"\u2068{text}\u2069" if _RIGHT_TO_LEFT.search(text) else text


def escaped(text: str) -> str:
    """Return text with what a terminal obeys, or what nobody sees, written out as JSON does.

    For what must not be changed, such as a path; in JSON it stays the same text.

    >>> escaped("cat" + chr(27) + "[2J.jpg")
    'cat\\\\u001b[2J.jpg'
    """
    return _ORDERS.sub(lambda found: json.dumps(found[0])[1:-1].replace("\x7f", "\\u007f"), text)


def html(text: str) -> str:
    """Return text as it stands in a web page, between tags or in quotes."""
    return escape(printable(text), quote=True)


def cell(text: str) -> str:
    """Keep a spreadsheet from taking text for a formula.

    >>> cell("=1+1"), cell("layer4.1")
    ("'=1+1", 'layer4.1')
    """
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def cells(row: Iterable[object]) -> list[object]:
    """Return a row of a table with each text in it as `cell` has it."""
    return [cell(one) if isinstance(one, str) else one for one in row]


def clip(text: str, longest: int) -> str:
    """Truncate `text` to `longest` characters, ending it with an ellipsis.

    >>> clip("academic gown", 9)
    'academic…'
    """
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def printable(text: str) -> str:
    """Return text of which every character can be shown, stored and sent; line breaks stay.

    Control characters and lone surrogates are replaced by U+FFFD. What changes the direction of the
    text around it, or cannot be seen, is left out, as are more than four marks on a letter; what
    `isolated` encloses stays so.
    """
    if text.isascii() and text.isprintable():
        return text
    whole = _WRONG.sub(_REPLACED, _BREAKS.sub("\n", text))
    whole = _MANY_MARKS.sub(r"\1", _UNSEEN.sub("", whole))
    return whole if _balanced(whole) else _ISOLATES.sub("", whole)


def _balanced(text: str) -> bool:
    depth = 0
    for mark in _ISOLATES.findall(text):
        depth += -1 if mark == "\u2069" else 1
        if depth < 0:
            return False
    return not depth
