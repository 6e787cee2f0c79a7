"""The Python half of the viewer: hands the bytes over and asks for nothing back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from components.viewer.payload import Row, pack

_HERE = Path(__file__).parent
# In this order they make one script; viewer.js holds the entry point.
_SCRIPTS = (
    "pixels.js",
    "look.js",
    "payload.js",
    "panel.js",
    "toolbar.js",
    "gestures.js",
    "viewer.js",
)

_COMPONENT = st.components.v2.component(
    "gradcam_viewer",
    css=(_HERE / "viewer.css").read_text(encoding="utf-8"),
    js="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


def viewer(rows: Sequence[Row], *, key: str) -> None:
    """Show the grid, one row per photo.

    Colormap, opacity, threshold, view and scale belong to the browser: they live in the URL's
    fragment and never come here.
    """
    _COMPONENT(key=key, data=pack(rows))
