"""The Python half of the viewer: sends the bytes and receives clicks that need the server."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from ..compat import trigger
from .payload import Row, Setting, pack

_HERE = Path(__file__).parent
_STYLES = (
    "viewer.css", "toolbar.css", "bars.css", "cover.css", "why.css", "depth.css", "present.css",
    "slide.css",
)  # fmt: skip
_COMPONENT = st.components.v2.component(
    "gradcam_viewer",
    css="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES),
    # Built from the modules beside it by `npm run build`.
    js=(_HERE / "viewer.bundle.js").read_text(encoding="utf-8"),
)
Act = Callable[[object], None]


def viewer(
    rows: Sequence[Row], *, key: str, on: Mapping[str, Act], setting: Setting | None = None
) -> None:
    """Show the answer of one photo, or one line for each of a few.

    Colormap, opacity, threshold, view and scale stay in the browser and the URL's fragment. They
    reach the server only with a click that needs them.

    on : what to call with what the browser sent, unchecked, by the name of the click:
        want {what: "panel" | "all" | "report", row, panel, look}, toggle {row, index},
        across "layers", fit "pad", why {row, a, b} (without a and b: none),
        cover {row, cover}, the text of a `gradcam.Cover` or "".
    """
    clicks: dict[str, Any] = {
        f"on_{name}_change": partial(_sent, key, name, act) for name, act in on.items()
    }
    _COMPONENT(key=key, data=pack(rows, setting=setting), **clicks)


def depth_slider(rows: Sequence[Row], *, key: str, on_pick: Callable[[str], None]) -> None:
    """Show a slider through each row's panels, which are layers in order.

    Choosing a layer calls `on_pick` with its panel's key; a panel without one only shows.
    """

    def picked(chosen: object) -> None:
        if isinstance(chosen, str) and chosen:
            on_pick(chosen)

    _COMPONENT(
        key=key, data=pack(rows, "depth"), on_pick_change=partial(_sent, key, "pick", picked)
    )


def _sent(key: str, name: str, act: Act) -> None:
    act(trigger(key, name))
