"""The Python half of the viewer: hands the bytes over; only the strip answers, with a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    "strip.js",
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


def strip(rows: Sequence[Row], *, key: str, on_pick: Callable[[str], None]) -> None:
    """Show each row's panels small, in one line; a click calls `on_pick` with the panel's key."""

    def picked() -> None:
        chosen = getattr(st.session_state.get(key), "pick", None)
        if chosen:
            on_pick(chosen)

    _COMPONENT(key=key, data=pack(rows, "strip"), on_pick_change=picked)
