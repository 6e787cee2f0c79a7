"""Which classes to show: the top few of each photo, and any others by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from gradcam.catalogue.words import ClassWords, class_words

from .. import state
from ..chooser import Option, Options, chooser
from ..keeping import Kept
from ..view import MAX_CLASSES, MAX_TOP, ViewState

TOP, CLASSES, FOCUS = "top", "classes", "focus"
_NO_WORDS = ClassWords((), "")
_LISTS: Kept[Options] = Kept(lambda: 16_000_000)  # labels may be somebody's own
_EVERY_COLUMN = (
    "Every picture in the grid explains this class. A click on a guess's bar chooses it, too."
)


def class_picker(view: ViewState, labels: Sequence[str]) -> None:
    """Draw the choice of classes, or of just one where the columns are not classes."""
    if view.across != "classes":
        one_class(view, labels)
        return
    state.show(TOP, view.top)
    st.slider(
        "Classes for each photo",
        1,
        MAX_TOP,
        key=TOP,
        on_change=state.from_widget,
        args=(TOP, ViewState.with_top),
        help="How many of the model's best guesses get a picture of their own. A click on a "
        "guess's bar adds or removes its picture, too.",
    )
    chooser(
        "Add a class",
        class_options(tuple(labels)),
        [str(index) for index in view.added],
        key=CLASSES,
        on_choose=lambda ids: state.change(lambda v: _added(v, ids)),
        most=MAX_CLASSES,
        placeholder=f"Search {len(labels):,} classes",
        help="Shows where the model finds evidence for any class you name, however improbable. "
        "Everyday words do, and so do class numbers.",
    )


def one_class(view: ViewState, labels: Sequence[str], help: str = _EVERY_COLUMN) -> None:
    """Draw the choice of the one class that every column shows."""
    chooser(
        "Class",
        class_options(tuple(labels)),
        [] if view.focus is None else [str(view.focus)],
        key=FOCUS,
        on_choose=lambda ids: state.change(lambda v: replace(v, focus=first_index(ids))),
        optional=True,
        placeholder="Each photo's best guess",
        help=help,
    )


def class_options(labels: tuple[str, ...]) -> Options:
    """Return the list of classes; ImageNet's are found by other names and their definitions too."""
    return _LISTS.get(labels, partial(_class_options, labels), state.visitor())


def _class_options(labels: tuple[str, ...]) -> Options:
    words = class_words(labels) or (_NO_WORDS,) * len(labels)
    return Options(
        tuple(
            Option(str(index), name, (str(index),), words=more.names, definition=more.definition)
            for index, (name, more) in enumerate(zip(distinct(labels), words, strict=True))
        )
    )


def first_index(ids: Sequence[str]) -> int | None:
    """Return the class of the first id, if there is one."""
    return int(ids[0]) if ids else None


def distinct(labels: Sequence[str]) -> list[str]:
    """Make labels unique by adding the index to repeated ones: ImageNet has two cranes.

    >>> distinct(["crane", "tabby", "crane"])
    ['crane (0)', 'tabby', 'crane (2)']
    """
    count = Counter(labels)
    return [f"{s} ({index})" if count[s] > 1 else s for index, s in enumerate(labels)]


def _added(view: ViewState, ids: Sequence[str]) -> ViewState:
    classes = tuple(map(int, ids))
    removed = tuple(index for index in view.removed if index not in classes)
    return replace(view, added=classes, removed=removed)
