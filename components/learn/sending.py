"""The Python half of the page's one component: sends its parts and receives what was clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from gradcam.types import Floats

from ..compat import trigger
from ..packing import packed
from .story import STYLES

_HERE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "gradcam_learn",
    css="\n".join((_HERE / name).read_text(encoding="utf-8") for name in STYLES),
    # Built from the modules beside it by `npm run build`.
    js=(_HERE / "learn.bundle.js").read_text(encoding="utf-8"),
)
Clicked = Callable[[object], None]


def send(
    part: str,
    header: Mapping[str, object],
    *,
    key: str,
    arrays: Mapping[str, Floats | bytes] | None = None,
    on: Mapping[str, Clicked] | None = None,
) -> None:
    """Draw one part of the page.

    Parameters
    ----------
    part : "opening", "chapter" or "closing".
    on : what to call with what the browser sent, unchecked, by the name of the click.
    """
    clicks: dict[str, Any] = {
        f"on_{name}_change": partial(_sent, key, name, act) for name, act in (on or {}).items()
    }
    _COMPONENT(key=key, data=packed({"part": part, **header}, arrays or {}), **clicks)


def _sent(key: str, name: str, act: Clicked) -> None:
    act(trigger(key, name))
