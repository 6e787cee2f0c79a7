"""Text as somebody's file may hold it: names, labels, titles and notes that want to be more."""

from __future__ import annotations

import random
import unicodedata

ESCAPE = "\x1b]0;owned\x07\x1b[2J\x1b[31mred"
NASTY = (
    "",
    " ",
    "\n",
    "\0",
    "a\0b",
    "two\nlines",
    "a line\r\x1b[Kanother",
    "form\x0bfeed\x0c and \x1c\x1d\x1e\x85 breaks \u2028 and \u2029",
    ESCAPE,
    "\x9b31m eight-bit escapes \x9d0;title\x9c \x7f",
    "cat\ud800",
    "\udfff\udc80",
    "\ud83d\ude00 two halves",
    "\u202egpj.exe",
    "\u2067\u2067\u2067never closed",
    "\u2069\u2069closed twice",
    "\u202a\u202b\u202d\u202c\u2066\u2068",
    "חתול",
    "قطة (50 %)",
    "cat חתול 12",
    "\u200fcat\u200e",
    "zero\u200bwidth\u2060\ufeff\u00ad",
    "Z" + "\u0301" * 400,
    "\u0301" * 50,
    "\ufffe\uffff\ufdd0\U0001fffe",
    "<script>alert(1)</script>",
    "</style></title></textarea><img src=x onerror=alert(1)>",
    "\"'><svg/onload=alert(1)>",
    "&lt;b&gt; &amp; &#x1b;",
    "]]>--><!--",
    "[link](javascript:alert(1)) **bold** `code` $x^2$ :material/home: ![](http://a.example/b)",
    "{{7*7}} ${7*7} %s %n {0} {}",
    '=HYPERLINK("http://a.example";"x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\uff1d1+1",
    "../../../../etc/passwd",
    "..\\..\\windows\\system32",
    "/etc/passwd",
    "C:\\con",
    "nul.jpg",
    "a/b/../c",
    ".",
    "..",
    "a:b|c?d*e",
    " trailing dots... ",
    "x" * 300,
    "长" * 300,
    "y" * 70_000,
    "👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "1e999",
    "9" * 5000,
    "١٢",
    "null",
    "None",
)
_PIECES = (*(chr(n) for n in range(0x100)), *(one for one in NASTY if len(one) < 60))


def nasty(seed: int, count: int) -> list[str]:
    """Return the list above, and as many more made of its pieces and of any characters."""
    draw = random.Random(seed)
    return [*NASTY, *(_made(draw) for _ in range(count))]


def _made(draw: random.Random) -> str:
    pieces = [
        draw.choice(_PIECES) if draw.random() < 0.6 else chr(draw.randrange(0x110000))
        for _ in range(draw.randrange(1, 12))
    ]
    return "".join(pieces)


def wrong(text: str, breaks: str = "") -> list[str]:
    """Return the characters of `text` that no text that goes out may have, except `breaks`."""
    return [
        letter
        for letter in text
        if (unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} and letter not in breaks)
        or letter in "\u202a\u202b\u202c\u202d\u202e\ufffe\uffff"
    ]


def unclosed(text: str) -> bool:
    """Return whether an isolated direction reaches beyond the text."""
    depth = 0
    for letter in text:
        depth += letter in "\u2066\u2067\u2068"
        depth -= letter == "\u2069"
        if depth < 0:
            return True
    return depth > 0
