"""Which classes to show: the top few of each photo, and any others by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from .. import state
from ..view import MAX_CLASSES, MAX_TOP, ViewState

TOP, CLASSES, FOCUS = "top", "classes", "focus"


def class_picker(view: ViewState, labels: Sequence[str]) -> None:
    """Draw the choice of classes, or of just one where the columns are not classes."""
    if view.across != "classes":
        one_class(view, labels)
        return
    state.show(TOP, view.top)
    st.slider(
        "Top classes",
        1,
        MAX_TOP,
        key=TOP,
        on_change=state.from_widget,
        args=(TOP, ViewState.with_top),
        help="Panels per photo. Click a prediction to add or remove its panel.",
    )
    names = distinct(labels)
    state.show(CLASSES, [index for index in view.added if index < len(names)])
    st.multiselect(
        "Add a class",
        range(len(names)),
        format_func=lambda index: names[index],
        key=CLASSES,
        max_selections=MAX_CLASSES,
        placeholder=f"Search {len(names):,} classes",
        select_all=False,
        filter_mode="contains",
        on_change=state.from_widget,
        args=(CLASSES, _added),
    )


def one_class(view: ViewState, labels: Sequence[str]) -> None:
    """Draw the choice of the one class that every column shows."""
    names = distinct(labels)
    state.show(FOCUS, view.focus)
    st.selectbox(
        "Class",
        range(len(names)),
        index=None,
        format_func=lambda index: names[index],
        key=FOCUS,
        placeholder="Top class of each photo",
        filter_mode="contains",
        on_change=state.from_widget,
        args=(FOCUS, lambda v, index: replace(v, focus=index)),
        help="The class every column shows. You can also click a prediction.",
    )


def distinct(labels: Sequence[str]) -> list[str]:
    """Make labels unique by adding the index to repeated ones: ImageNet has two cranes.

    >>> distinct(["crane", "tabby", "crane"])
    ['crane (0)', 'tabby', 'crane (2)']
    """
    count = Counter(labels)
    return [f"{s} ({index})" if count[s] > 1 else s for index, s in enumerate(labels)]


def _added(view: ViewState, classes: Sequence[int]) -> ViewState:
    removed = tuple(index for index in view.removed if index not in classes)
    return replace(view, added=tuple(classes), removed=removed)
