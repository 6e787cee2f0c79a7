"""Which layers, methods or models the columns compare; the viewer asks along which of these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from gradcam import METHODS
from gradcam.backends import Classifier
from gradcam.types import FUSIONS

from .. import state
from ..grid import usual_layers, usual_methods
from ..view import MAX_COLUMNS, ViewState
from .model import model_ids, title_of

_FUSE = "fuse"
_FUSIONS = {"": "Off", "max": "Maximum", "mean": "Mean", "product": "Product"}


def column_picker(view: ViewState, clf: Classifier) -> None:
    """Draw the choice of the columns that are compared, unless they are the classes."""
    if view.across == "layers":
        _layers(view, clf)
    elif view.across == "methods":
        chosen = view.methods or usual_methods(clf)
        _columns("Methods", "methods", list(METHODS), chosen, lambda name: METHODS[name].title)
    elif view.across == "models":
        others = [id for id in model_ids(view) if id != view.model]
        _columns("Compare with", "models", others, view.models, title_of)


def _layers(view: ViewState, clf: Classifier) -> None:
    names = [layer.name for layer in clf.layers()]
    _columns("Layers", "layers", names, view.layers or usual_layers(clf), str)
    state.show(_FUSE, view.fuse or "")
    st.selectbox(
        "Fuse layers",
        ("", *FUSIONS),
        format_func=_FUSIONS.__getitem__,
        key=_FUSE,
        help="Adds one map that merges all of these layers: detail from the early ones, certainty "
        "from the late ones. Maximum keeps what any layer shows; product keeps only what all of "
        "them show.",
        on_change=state.from_widget,
        args=(_FUSE, lambda v, how: replace(v, fuse=how or None)),
    )


def _columns(
    label: str, field: str, known: Sequence[str], chosen: Sequence[str], name: Callable[[str], str]
) -> None:
    """Draw the choice among `known`, kept in the order chosen, or for layers in network order."""
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
