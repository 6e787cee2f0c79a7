"""Which method to use, with what it is good for, what it costs and its options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from gradcam import METHODS
from gradcam.backends import Classifier

from .. import state
from ..chooser import Option, Options, chooser
from ..glossary import TERMS
from ..grid import usual_methods
from ..view import MAX_CLASSES, ViewState, channels_offered
from .classes import class_options

METHOD = "method"
_CHANNELS, _AGAINST = "channels", "against"
_QUICK, _SLOW, _TRANSFORMERS = "Quick", "Slow, with a progress bar", "For transformers only"
_TOOK = "took"  # seconds by model and method


def method_picker(view: ViewState, clf: Classifier) -> None:
    """Draw the list of methods, unless they are the columns, and the options of those in use."""
    if view.across != "methods":
        _choose(view, clf)
    options = {name for method in _methods_in_use(view, clf) for name in METHODS[method].options}
    if "channels" in options:
        _channels(view)
    if "against" in options:
        _against(view, clf.labels)


def took(model: str, method: str, seconds: float) -> None:
    """Remember how long a method took, for its line in the list."""
    st.session_state.setdefault(_TOOK, {})[model, method] = seconds


def _choose(view: ViewState, clf: Classifier) -> None:
    usual, chosen = clf.usual_method, view.method_of(clf)

    def changed(ids: Sequence[str]) -> None:
        state.change(lambda v: replace(v, method="" if ids[0] == usual else ids[0]))

    with st.container(gap="xxsmall"):
        chooser(
            "Method",
            method_options(clf),
            [chosen],
            key=METHOD,
            on_choose=changed,
            help=f"{TERMS['method']}\n\nA pass through the network is the work of one "
            "prediction. Point at a method in the list to read what it is good for.",
        )
        st.caption(METHODS[chosen].good_for.partition(":")[0].rstrip("."))


def method_options(clf: Classifier) -> Options:
    """Every method under the group it belongs to, with what it costs."""
    rows = [
        Option(name, row.title, (_cost(clf, name),), _group(name), definition=row.good_for)
        for name, row in METHODS.items()
    ]
    groups = (_QUICK, _SLOW, _TRANSFORMERS)
    return Options(tuple(sorted(rows, key=lambda row: groups.index(row.heading))), ("cost",))


def _group(name: str) -> str:
    row = METHODS[name]
    return _TRANSFORMERS if row.transformers else _SLOW if row.slow else _QUICK


def _cost(clf: Classifier, name: str) -> str:
    """How long it took here; before that, the passes through the network it needs."""
    seconds = st.session_state.get(_TOOK, {}).get((clf.id, name))
    return METHODS[name].cost if seconds is None else f"about {max(1, round(seconds))} s"


def _methods_in_use(view: ViewState, clf: Classifier) -> tuple[str, ...]:
    if view.across != "methods":
        return (view.method_of(clf),)
    return view.methods or usual_methods(clf)


def _channels(view: ViewState) -> None:
    offered = channels_offered()
    state.show(_CHANNELS, view.channels if view.channels in offered else offered[-1])
    st.select_slider(
        "Channels to try",
        offered,
        format_func=lambda count: str(count) if count else "All",
        key=_CHANNELS,
        on_change=state.from_widget,
        args=(_CHANNELS, lambda v, count: replace(v, channels=count)),
        help="The method tries the most active channels one by one; each picture says how much of "
        "the layer's activity they hold. Twice as many take twice as long.",
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
