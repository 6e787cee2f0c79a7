"""Which method, what it is good for and what it costs, and what of it can be set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from gradcam import METHODS

from .. import state
from ..grid import USUAL_METHODS
from ..view import CHANNELS, MAX_CLASSES, ViewState
from .classes import distinct

METHOD = "method"
_CHANNELS, _AGAINST, _AUGMENT = "channels", "against", "augment"


def method_picker(view: ViewState, labels: Sequence[str]) -> None:
    """Draw the list and, below it, the options of what is shown."""
    with st.container(gap="xxsmall"):
        if view.across == "methods":
            st.caption("The columns are methods: choose them above the grid.")
        else:
            _choose(view)
    options = {name for shown in _shown(view) for name in METHODS[shown].options}
    if "channels" in options:
        _channels(view)
    if "against" in options:
        _against(view, labels)
    _augment(view)


def _choose(view: ViewState) -> None:
    state.show(METHOD, view.method)
    st.selectbox(
        "Method",
        list(METHODS),
        format_func=lambda name: METHODS[name].title,
        key=METHOD,
        on_change=state.from_widget,
        args=(METHOD, lambda v, name: replace(v, method=name)),
    )
    method = METHODS[view.method]
    agnostic = " It knows no class: every panel shows the same map."
    st.caption(f"{method.good_for} Costs {method.cost}.{agnostic if method.class_agnostic else ''}")


def _shown(view: ViewState) -> tuple[str, ...]:
    return (view.methods or USUAL_METHODS) if view.across == "methods" else (view.method,)


def _channels(view: ViewState) -> None:
    state.show(_CHANNELS, view.channels)
    st.select_slider(
        "Channels to try",
        CHANNELS,
        format_func=lambda count: str(count) if count else "all",
        key=_CHANNELS,
        on_change=state.from_widget,
        args=(_CHANNELS, lambda v, count: replace(v, channels=count)),
        help="Those with the most activation energy; each panel says how much of it they hold. "
        "Every channel costs a run of the network.",
    )


def _against(view: ViewState, labels: Sequence[str]) -> None:
    names = distinct(labels)
    state.show(_AGAINST, [index for index in view.against if index < len(names)])
    st.multiselect(
        "Contrast with",
        range(len(names)),
        format_func=lambda index: names[index],
        key=_AGAINST,
        max_selections=MAX_CLASSES,
        placeholder="The three nearest classes",
        select_all=False,
        filter_mode="contains",
        on_change=state.from_widget,
        args=(_AGAINST, lambda v, classes: replace(v, against=tuple(classes))),
        help="Shows what speaks for a class and not for these. Each panel names them.",
    )


def _augment(view: ViewState) -> None:
    state.show(_AUGMENT, view.augment)
    st.toggle(
        "Average over six views",
        key=_AUGMENT,
        on_change=state.from_widget,
        args=(_AUGMENT, lambda v, on: replace(v, augment=bool(on))),
        help="Mirrored and zoomed copies of the photo, their maps laid over each other: smoother, "
        "and six times the cost.",
    )
