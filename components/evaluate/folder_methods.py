"""A folder: which method and which layer are the most faithful over many photos?"""

from __future__ import annotations

import streamlit as st

from gradcam.backends import Classifier

from .sources import Chosen


def folder_methods(clf: Classifier, chosen: Chosen) -> None:  # noqa: ARG001
    """Draw the section."""
    photos = chosen.photos()
    st.caption(f"{len(photos.given):,} photos.")
