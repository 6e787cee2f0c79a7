"""Which method to use, with what it is good for, what it costs and its options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from gradcam import METHODS
from gradcam.backends import Classifier

from .. import state
from ..chooser import chooser
from ..grid import usual_methods
from ..view import CHANNELS, MAX_CLASSES, ViewState
from .classes import class_options

METHOD = "method"
_CHANNELS, _AGAINST, _AUGMENT = "channels", "against", "augment"


def method_picker(view: ViewState, clf: Classifier) -> None:
    """Draw the list of methods and the options of those in use."""
    with st.container(gap="xxsmall"):
        if view.across == "methods":
            st.caption("You are comparing methods: choose them above.")
        else:
            _choose(view, clf)
    options = {name for method in _methods_in_use(view, clf) for name in METHODS[method].options}
    if "channels" in options:
        _channels(view)
    if "against" in options:
        _against(view, clf.labels)
    _augment(view)


def _choose(view: ViewState, clf: Classifier) -> None:
    usual, chosen = clf.usual_method, view.method_of(clf)
    state.show(METHOD, chosen)
    st.selectbox(
        "Method",
        list(METHODS),
        format_func=_label,
        key=METHOD,
        on_change=state.from_widget,
        args=(METHOD, lambda v, name: replace(v, method="" if name == usual else name)),
    )
    method = METHODS[chosen]
    st.caption(f"{method.good_for} Cost: {method.cost}.")


def _label(name: str) -> str:
    return METHODS[name].title + (" · for transformers" if METHODS[name].transformers else "")


def _methods_in_use(view: ViewState, clf: Classifier) -> tuple[str, ...]:
    if view.across != "methods":
        return (view.method_of(clf),)
    return view.methods or usual_methods(clf)


def _channels(view: ViewState) -> None:
    state.show(_CHANNELS, view.channels)
    st.select_slider(
        "Channels to try",
        CHANNELS,
        format_func=lambda count: str(count) if count else "All",
        key=_CHANNELS,
        on_change=state.from_widget,
        args=(_CHANNELS, lambda v, count: replace(v, channels=count)),
        help="Tries the channels with the most activation energy; each panel shows what share of "
        "the energy they cover. Cost: one pass through the network per channel.",
    )


def _against(view: ViewState, labels: Sequence[str]) -> None:
    chooser(
        "Contrast with",
        class_options(tuple(labels)),
        [str(index) for index in view.against],
        key=_AGAINST,
        on_choose=lambda ids: state.change(lambda v: replace(v, against=tuple(map(int, ids)))),
        most=MAX_CLASSES,
        placeholder="The three closest classes",
        help="Shows the evidence that sets a class apart from these. Each picture names them.",
    )


def _augment(view: ViewState) -> None:
    state.show(_AUGMENT, view.augment)
    st.toggle(
        "Average over six views",
        key=_AUGMENT,
        on_change=state.from_widget,
        args=(_AUGMENT, lambda v, on: replace(v, augment=bool(on))),
        help="Averages the maps of mirrored and zoomed copies of the photo: smoother, at six times "
        "the cost.",
    )
