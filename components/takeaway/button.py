"""One file to take away."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def download(
    title: str, what: str, data: bytes | Callable[[], bytes], name: str, mime: str
) -> None:
    """A button and a line on what one gets; `data` may be made when it is clicked."""
    button, words = st.columns([2, 3], vertical_alignment="center")
    # "ignore": a download changes nothing on the page.
    button.download_button(
        title, data, name, mime, icon=":material/download:", on_click="ignore", width="stretch"
    )
    words.caption(what)
