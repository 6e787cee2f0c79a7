"""Which classes: the most probable few of each photo, and any others by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from .. import state
from ..view import MAX_CLASSES, MAX_TOP, ViewState

TOP, CLASSES, FOCUS = "top", "classes", "focus"


def class_picker(view: ViewState, labels: Sequence[str]) -> None:
    """Draw both questions; where the columns are no classes, the one of which they show."""
    if view.across != "classes":
        _one_class(view, labels)
        return
    state.show(TOP, view.top)
    st.slider(
        "Most probable classes",
        1,
        MAX_TOP,
        key=TOP,
        on_change=state.from_widget,
        args=(TOP, ViewState.with_top),
        help="As many panels for each photo. A click on a prediction adds or removes one.",
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


def _one_class(view: ViewState, labels: Sequence[str]) -> None:
    names = distinct(labels)
    state.show(FOCUS, view.focus)
    st.selectbox(
        "Class",
        range(len(names)),
        index=None,
        format_func=lambda index: names[index],
        key=FOCUS,
        placeholder="Each photo's most probable",
        filter_mode="contains",
        on_change=state.from_widget,
        args=(FOCUS, lambda v, index: replace(v, focus=index)),
        help="What all columns are about. A click on a prediction chooses it, too.",
    )


def distinct(labels: Sequence[str]) -> list[str]:
    """Labels that can be told apart: ImageNet has two cranes.

    >>> distinct(["crane", "tabby", "crane"])
    ['crane (0)', 'tabby', 'crane (2)']
    """
    count = Counter(labels)
    return [f"{s} ({index})" if count[s] > 1 else s for index, s in enumerate(labels)]


def _added(view: ViewState, classes: Sequence[int]) -> ViewState:
    removed = tuple(index for index in view.removed if index not in classes)
    return replace(view, added=tuple(classes), removed=removed)
