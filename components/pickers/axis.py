"""Which layers, methods or models the columns compare; the viewer asks along which of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from gradcam.backends import Classifier
from gradcam.types import FUSIONS

from .. import state
from ..chooser import chooser
from ..grid import usual_layers, usual_methods
from ..view import MAX_COLUMNS, ViewState
from .layer import layer_options
from .method import method_options
from .model import choose_models, compared

_FUSE = "fuse"
_FUSIONS = {"": "Off", "max": "Maximum", "mean": "Mean", "product": "Product"}


def column_picker(view: ViewState, clf: Classifier) -> None:
    """Draw the choice of the columns that are compared, unless they are the classes."""
    if view.across == "layers":
        _layers(view, clf)
    elif view.across == "methods":
        chooser(
            "Methods",
            method_options(clf),
            view.methods or usual_methods(clf),
            key="columns_methods",
            on_choose=lambda ids: state.change(lambda v: replace(v, methods=ids)),
            most=MAX_COLUMNS,
            help="Each gets a column. With none chosen, it is the usual ones.",
        )
    elif view.across == "models":
        choose_models(
            "Compare with",
            [id for id in compared(view) if id != view.model],
            view,
            key="columns_models",
            on_choose=lambda ids: state.change(lambda v: replace(v, models=ids)),
            most=MAX_COLUMNS,
            help="Each model gets a column beside the one above. One that is not on this machine "
            "is downloaded first.",
        )


def _layers(view: ViewState, clf: Classifier) -> None:
    names = [layer.name for layer in clf.layers()]

    def in_network_order(ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(sorted(ids, key=names.index))

    chooser(
        "Layers",
        layer_options(tuple(clf.layers())),
        view.layers or usual_layers(clf),
        key="columns_layers",
        on_choose=lambda ids: state.change(lambda v: replace(v, layers=in_network_order(ids))),
        most=MAX_COLUMNS,
        help="Each gets a column, from input to output. With none chosen, it is the stages.",
    )
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
