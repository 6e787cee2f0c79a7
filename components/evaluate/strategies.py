"""A folder: what does the model go by?"""

from __future__ import annotations

import streamlit as st

from gradcam.backends import Classifier

from .sources import Chosen


def strategies(clf: Classifier, chosen: Chosen) -> None:  # noqa: ARG001
    """Draw the section."""
    photos = chosen.photos()
    st.caption(f"{len(photos.given):,} photos.")
