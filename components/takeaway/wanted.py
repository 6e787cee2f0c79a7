"""What a click in the viewer asks for, and how the maps looked at that moment.

Only the browser knows the look, so the click sends it along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import streamlit as st

from gradcam import GradcamError
from gradcam.files import Look
from gradcam.types import SIGNS, Sign

What = Literal["panel", "all", "report"]
_KEY = "wish"


@dataclass(frozen=True)
class Wish:
    """What to save.

    row, panel : the panel's position in the grid; ignored unless `what` is "panel".
    look, sign : how the maps are drawn, and which evidence.
    """

    what: What
    row: int
    panel: int
    look: Look
    sign: Sign


def keep_wish(event: object) -> None:
    """Keep the wish until the answers are ready; for the viewer's callback."""
    wish = parse(event)
    if wish is not None:
        st.session_state[_KEY] = wish


def take_wish() -> Wish | None:
    """Return the kept wish and forget it."""
    wish: Wish | None = st.session_state.pop(_KEY, None)
    return wish


def parse(event: object) -> Wish | None:
    """Validate what a browser sent; return None for anything the viewer would not send."""
    if not isinstance(event, Mapping) or not isinstance(event.get("look"), Mapping):
        return None
    what = next((known for known in get_args(What) if known == event.get("what")), None)
    row, panel = event.get("row", 0), event.get("panel", 0)
    look = event["look"]
    sign = next((known for known in SIGNS if known == look.get("sign")), None)
    if what is None or not _is_position(row) or not _is_position(panel):
        return None
    scale = look.get("scale")
    if sign is None or scale not in ("each", "shared"):
        return None
    try:
        drawn = Look(str(look.get("cm")), float(look["op"]), float(look["th"]), scale)
    except (GradcamError, KeyError, TypeError, ValueError):
        return None
    return Wish(what, row, panel, drawn, sign)


def _is_position(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1000
