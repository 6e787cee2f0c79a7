"""Which phrases to look for, with a model that compares photos with texts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gradcam.backends import PhraseClassifier

from .. import state
from ..view import MAX_PHRASE, MAX_PHRASES, ViewState, phrases_in

PHRASES, NEGATIVE = "phrases", "negative"


def phrase_picker(view: ViewState, clf: PhraseClassifier) -> None:
    """Draw the phrases, one a line, and what to compare them with.

    clf : the model as it was loaded, with its examples.
    """
    _lines(
        "Phrases, one a line",
        PHRASES,
        view.phrases or clf.phrases,
        rows=4,
        help="Each gets a panel. Its percentage says how well it fits among these phrases, so it "
        "changes with the others. Empty the field to get the examples back.",
    )
    _lines(
        "Compare each with",
        NEGATIVE,
        view.negative,
        rows=2,
        placeholder="Optional: a photo",
        help="Negative phrases. Each phrase is then compared with these alone, and its map shows "
        "what speaks for it rather than for them.",
    )


def _lines(
    label: str, key: str, lines: Sequence[str], *, rows: int, help: str, placeholder: str = ""
) -> None:
    state.show(key, "\n".join(lines))
    st.text_area(
        label,
        key=key,
        height=28 * rows + 24,
        max_chars=MAX_PHRASES * MAX_PHRASE,
        placeholder=placeholder,
        help=help,
        on_change=state.from_widget,
        args=(key, _changed[key]),
    )


_changed = {
    PHRASES: lambda view, text: view.with_phrases(phrases_in(text)),
    NEGATIVE: lambda view, text: view.with_phrases(view.phrases, phrases_in(text)),
}
