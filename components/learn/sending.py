"""The Python half of the page's one component: sends its parts and receives what was clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from gradcam.types import Floats

from ..compat import trigger
from ..viewer.payload import Blobs, block, colormaps
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


def packed(header: Mapping[str, object], arrays: Mapping[str, Floats | bytes]) -> bytes:
    """Return the header, which is JSON, and the arrays as one block of bytes.

    The layout is that of components/viewer/payload.py. The header says of each array where it
    starts and its shape; of a file, its length.
    """
    blobs = Blobs()
    places = {name: _place(values, blobs) for name, values in arrays.items()}
    return block({**header, "arrays": places, "colormaps": colormaps(blobs)}, blobs)


def _place(values: Floats | bytes, blobs: Blobs) -> dict[str, object]:
    if isinstance(values, bytes):
        return {"at": blobs.add(values), "bytes": len(values)}
    floats = np.ascontiguousarray(values, "<f4")
    return {"at": blobs.add(floats.tobytes()), "shape": list(floats.shape)}


def _sent(key: str, name: str, act: Clicked) -> None:
    act(trigger(key, name))
