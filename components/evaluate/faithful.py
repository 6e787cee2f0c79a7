"""One photo: how faithful are its maps?"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gradcam.backends import Classifier

from .. import state
from ..chooser import chooser
from ..grid import usual_methods
from ..pickers.method import method_options
from ..view import MAX_COLUMNS, ViewState
from .sources import Chosen


def method_chooser(view: ViewState, clf: Classifier) -> None:
    """Draw the choice of the methods whose maps are measured."""
    chooser(
        "Methods",
        method_options(clf),
        view.methods or usual_methods(clf),
        key="evaluate_methods",
        on_choose=lambda ids: state.change(lambda v: replace(v, methods=ids)),
        most=MAX_COLUMNS,
        help="Each gets a line, beside a random map and a blob in the centre of the photo.",
    )


def faithful(clf: Classifier, chosen: Chosen) -> None:
    """Draw the section."""
    if chosen.picture is None:
        st.info("Choose a photo in the sidebar.")
        return
    st.caption(clf.title)
