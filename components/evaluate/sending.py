"""The Python half of the page's one component: sends what is drawn in the browser, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from gradcam.types import Floats

from ..compat import trigger
from ..packing import packed

_HERE = Path(__file__).parent
# A file for each kind, after those for all.
_STYLES = (
    "../viewer/toolbar.css",
    "evaluate.css",
    "faithful.css",
    "standings.css",
    "strategies.css",
)
_COMPONENT = st.components.v2.component(
    "gradcam_evaluate",
    css="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES),
    # Built from the modules beside it by `npm run build`.
    js=(_HERE / "evaluate.bundle.js").read_text(encoding="utf-8"),
)
Clicked = Callable[[object], None]


def send(
    kind: str,
    header: Mapping[str, object],
    *,
    key: str,
    arrays: Mapping[str, Floats | bytes] | None = None,
    on: Mapping[str, Clicked] | None = None,
) -> None:
    """Draw something of this kind, one of KINDS in evaluate.js.

    Parameters
    ----------
    arrays : float32 arrays of any shape, and files or other bytes, by name.
    on : what to call with what the browser sent, unchecked, by the name of the click.
    """
    clicks: dict[str, Any] = {
        f"on_{name}_change": partial(_sent, key, name, act) for name, act in (on or {}).items()
    }
    _COMPONENT(key=key, data=packed({"kind": kind, **header}, arrays or {}), **clicks)


def _sent(key: str, name: str, act: Clicked) -> None:
    act(trigger(key, name))
