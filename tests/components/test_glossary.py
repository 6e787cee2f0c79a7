"""The glossary's lines fit a tooltip, and say a word without leaning on harder ones."""

from __future__ import annotations

import re

import pytest

from components.glossary import TERMS


def test_the_words_that_the_page_uses_are_there() -> None:
    assert {"stage", "top-1", "logit", "state dict", "peak", "channel"} <= set(TERMS)


@pytest.mark.parametrize("term", TERMS)
def test_a_line_is_short_whole_and_plain(term: str) -> None:
    line = TERMS[term]
    assert term == term.casefold()
    assert 20 <= len(line) <= 130
    assert line[0].isupper()
    assert line.endswith(".")
    # Tooltips are markdown.
    assert not re.search(r"[*_`<>\[\]$]", line)
