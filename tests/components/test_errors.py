"""Untrusted text is escaped, and errors read as two sentences."""

from __future__ import annotations

import pytest

from components.errors import plain, sentence
from gradcam import ImageError


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("cat.jpg", "cat\\.jpg"),
        ("*bold* [a](b)", "\\*bold\\* \\[a\\]\\(b\\)"),
        ("<b>", "\\<b\\>"),
        ("$x$", "\\$x\\$"),
        ("a\n\n# b", "a \\# b"),
        (":material/home:", ":\u2060material/home:"),
        ("www.example.com", "www\u2060\\.example\\.com"),
        ("http://a.de", "http:\u2060//a\\.de"),
        ("HTTPS://a.de/b", "HTTPS:\u2060//a\\.de/b"),
    ],
)
def test_markdown_is_shown_as_written(text: str, markdown: str) -> None:
    assert plain(text) == markdown


def test_long_text_is_cut() -> None:
    assert plain("x" * 500, 10) == "x" * 9 + "…"


def test_an_error_says_what_happened_and_what_to_do() -> None:
    error = ImageError("It is empty.", hint="Choose another.")
    assert sentence(error, "a_b") == "**a\\_b**: It is empty\\.  \nChoose another\\."
    assert sentence(ImageError("It is empty.")) == "It is empty\\."


def test_a_file_is_named_only_once() -> None:
    assert sentence(ImageError("a.png is empty."), "a.png") == "a\\.png is empty\\."
    assert sentence(ImageError("a.pngs are empty."), "a.png").startswith("**a\\.png**: ")
