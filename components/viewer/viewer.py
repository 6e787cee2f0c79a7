"""The Python half of the viewer: sends the bytes and receives clicks that need the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from ..compat import trigger
from .payload import Row, pack

_HERE = Path(__file__).parent
_STYLES = ("viewer.css", "depth.css", "present.css", "slide.css")
_COMPONENT = st.components.v2.component(
    "gradcam_viewer",
    css="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES),
    # Built from the modules beside it by `npm run build`.
    js=(_HERE / "viewer.bundle.js").read_text(encoding="utf-8"),
)


def viewer(
    rows: Sequence[Row], *, key: str, on_want: Callable[[object], None], link_note: str = ""
) -> None:
    """Show the grid, one row per photo.

    Colormap, opacity, threshold, view and scale stay in the browser and the URL's fragment. They
    reach the server only with a click that needs them: `on_want` is called with
    {what: "panel" | "all" | "report", row, panel, look}.

    link_note : what to add to "Link copied." about what the link leaves out.
    """

    def wanted() -> None:
        on_want(trigger(key, "want"))

    _COMPONENT(key=key, data=pack(rows, link_note=link_note), on_want_change=wanted)


def depth_slider(rows: Sequence[Row], *, key: str, on_pick: Callable[[str], None]) -> None:
    """Show a slider through each row's panels, which are layers in order.

    Choosing a layer calls `on_pick` with its panel's key; a panel without one only shows.
    """

    def picked() -> None:
        chosen = trigger(key, "pick")
        if isinstance(chosen, str) and chosen:
            on_pick(chosen)

    _COMPONENT(key=key, data=pack(rows, "depth"), on_pick_change=picked)
