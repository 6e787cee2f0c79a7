"""The Python half of the contact sheet.

One registered component draws three things, because their scripts share what was fed: chunks of
photos (drawn as nothing), the sheet of all of them, and the line above a photo opened from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from ..compat import trigger

_HERE = Path(__file__).parent
_STYLES = (_HERE.parent / "viewer" / "toolbar.css", _HERE / "sheet.css")
_COMPONENT = st.components.v2.component(
    "gradcam_sheet",
    css="\n".join(file.read_text(encoding="utf-8") for file in _STYLES),
    js=(_HERE / "sheet.bundle.js").read_text(encoding="utf-8"),
)


def feed(chunk: bytes, *, key: str) -> None:
    """Send photos to the browser's sheet: what `pack` returns. Draws nothing."""
    _COMPONENT(key=key, data=chunk)


def sheet(
    token: str,
    photos: Sequence[Mapping[str, Any]],
    *,
    sort: str,
    only: Sequence[str],
    labelled: bool,
    key: str,
    on_open: Callable[[str], None],
    on_arrange: Callable[[str, Sequence[str]], None],
) -> None:
    """Draw the sheet of all photos, those fed so far and places for the others.

    Parameters
    ----------
    photos : {id, name, fresh, expected, said, why}, in the order they arrived; `expected` is a
        class or None.
    sort, only : as in `ViewState`.
    labelled : whether any photo says what it shows.
    on_open : called with the id of a photo that was clicked.
    on_arrange : called with another order and other limits, which the browser already shows.
    """
    data = {
        "kind": "sheet",
        "token": token,
        "photos": list(photos),
        "sort": sort,
        "only": list(only),
        "labelled": labelled,
    }
    _COMPONENT(
        key=key,
        data=data,
        on_open_change=partial(_picked, key, "open", on_open),
        on_arrange_change=partial(_arranged, key, on_arrange),
    )


def walk(
    token: str, photo: str, ids: Sequence[str], title: str, said: str, *, key: str,
    on_walk: Callable[[str], None],
) -> None:  # fmt: skip
    """Draw the line above an opened photo: back to the sheet, and on in the sheet's order.

    ids : all photos, for when the browser has not drawn the sheet.
    said : what the photo is said to show, or "".
    on_walk : called with the id of the next photo, or "" for the sheet.
    """
    data = {
        "kind": "walk", "token": token, "photo": photo, "ids": list(ids), "title": title,
        "said": said,
    }  # fmt: skip
    _COMPONENT(key=key, data=data, on_walk_change=partial(_picked, key, "walk", on_walk))


def _picked(key: str, name: str, act: Callable[[str], None]) -> None:
    id = trigger(key, name)
    if isinstance(id, str):
        act(id)


def _arranged(key: str, act: Callable[[str, Sequence[str]], None]) -> None:
    sent = trigger(key, "arrange")
    if not isinstance(sent, Mapping):
        return
    sort, only = sent.get("sort"), sent.get("only")
    if isinstance(sort, str) and isinstance(only, list):
        act(sort, [one for one in only if isinstance(one, str)])
