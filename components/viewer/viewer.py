"""The Python half of the viewer: hands the bytes over, and hears of clicks that ask for more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from .payload import Row, pack

_HERE = Path(__file__).parent
_STYLES = ("viewer.css", "strip.css", "present.css", "slide.css")


_COMPONENT = st.components.v2.component(
    "gradcam_viewer",
    css="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES),
    # Built from the modules beside it: `npm run build`.
    js=(_HERE / "viewer.bundle.js").read_text(encoding="utf-8"),
)


def viewer(
    rows: Sequence[Row], *, key: str, on_want: Callable[[object], None], link_note: str = ""
) -> None:
    """Show the grid, one row per photo.

    Colormap, opacity, threshold, view and scale belong to the browser: they live in the URL's
    fragment and come here only with a click that needs them, as `on_want`'s
    {what: "panel" | "all" | "report", row, panel, look}.

    link_note : what is said besides when somebody copies the link.
    """

    def wanted() -> None:
        on_want(getattr(st.session_state.get(key), "want", None))

    _COMPONENT(key=key, data=pack(rows, link_note=link_note), on_want_change=wanted)


def strip(rows: Sequence[Row], *, key: str, on_pick: Callable[[str], None]) -> None:
    """Show each row's panels small, in one line; a click calls `on_pick` with the panel's key."""

    def picked() -> None:
        chosen = getattr(st.session_state.get(key), "pick", None)
        if chosen:
            on_pick(chosen)

    _COMPONENT(key=key, data=pack(rows, "strip"), on_pick_change=picked)
