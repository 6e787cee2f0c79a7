"""What the columns are, and which of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from gradcam import METHODS
from gradcam.backends import Classifier
from gradcam.types import FUSIONS

from .. import state
from ..grid import USUAL_METHODS, usual_layers
from ..view import ACROSS, MAX_COLUMNS, ViewState
from .model import model_ids, title_of

_ACROSS, _FUSE = "across", "fuse"
_TITLES = {"classes": "Classes", "layers": "Layers", "methods": "Methods", "models": "Models"}
_FUSED = {"max": "Fuse: maximum", "mean": "Fuse: mean", "product": "Fuse: product"}


def axis_picker(view: ViewState, clf: Classifier) -> None:
    """Draw the choice above the grid, and beside it the columns of the chosen axis."""
    with st.container(horizontal=True, vertical_alignment="top", gap="small", key="axis"):
        state.show(_ACROSS, view.across)
        st.segmented_control(
            "Compare across",
            ACROSS,
            format_func=_TITLES.__getitem__,
            key=_ACROSS,
            required=True,
            width="content",
            on_change=state.from_widget,
            args=(_ACROSS, lambda v, across: replace(v, across=across or "classes")),
        )
        if view.across == "layers":
            _layers(view, clf)
        elif view.across == "methods":
            chosen = view.methods or USUAL_METHODS
            _columns("Methods", "methods", list(METHODS), chosen, lambda name: METHODS[name].title)
        elif view.across == "models":
            others = [id for id in model_ids() if id != view.model]
            _columns("Beside the chosen model", "models", others, view.models, title_of)


def _layers(view: ViewState, clf: Classifier) -> None:
    names = [layer.name for layer in clf.layers()]
    _columns("Layers", "layers", names, view.layers or usual_layers(clf), str)
    state.show(_FUSE, view.fuse or "")
    st.selectbox(
        "Fused",
        ("", *FUSIONS),
        format_func=lambda how: _FUSED.get(how, "Not fused"),
        key=_FUSE,
        width=170,
        help="One more map, merged of all these layers': detail from the early ones, certainty "
        "from the late ones. Maximum keeps what any layer shows, product only what all do.",
        on_change=state.from_widget,
        args=(_FUSE, lambda v, how: replace(v, fuse=how or None)),
    )


def _columns(
    label: str, field: str, known: Sequence[str], chosen: Sequence[str], name: Callable[[str], str]
) -> None:
    """Which of `known`, in the order they were chosen; layers in the network's own."""
    key = f"columns_{field}"
    state.show(key, [one for one in chosen if one in known])

    def changed(view: ViewState, picked: Sequence[str]) -> ViewState:
        ordered = sorted(picked, key=known.index) if field == "layers" else picked
        value: Any = tuple(ordered[:MAX_COLUMNS])
        return replace(view, **{field: value})

    st.multiselect(
        label,
        known,
        format_func=name,
        key=key,
        max_selections=MAX_COLUMNS,
        filter_mode="contains",
        select_all=False,
        width="stretch",
        on_change=state.from_widget,
        args=(key, changed),
    )
