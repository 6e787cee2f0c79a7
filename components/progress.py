"""What is being computed, how far it is, how long it will take, and how to stop it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import errors
from components.work import Work, desk

_HEIGHT = 52  # pixels


def progress(works: Sequence[Work], done: str = "") -> None:
    """A bar for slow answers until they end, when the page is drawn anew; then `done`.

    The line stays where it is, so that the grid below does not move.
    """
    if works:
        _bars(works)
    elif done:
        with st.container(height=_HEIGHT, border=False, vertical_alignment="center"):
            st.caption(done)


@st.fragment(run_every="0.3s")
def _bars(works: Sequence[Work]) -> None:
    for work in works:
        desk().look_at(work)
    if any(work.ended.is_set() or work.cancelled for work in works):
        st.rerun()
    with st.container(
        horizontal=True, vertical_alignment="center", key="progress", height=_HEIGHT, border=False
    ):
        now = next((work for work in works if work.started), works[0])
        waiting = len(works) - 1
        more = f" · {waiting} more waiting" if waiting else ""
        st.progress(now.share, text=f"{errors.plain(now.title)} · {_so_far(now)}{more}")
        st.button("Cancel", icon=":material/close:", on_click=_cancel, args=(works,))


def cancelled(works: Sequence[Work]) -> None:
    """A line for what was stopped, with a way to begin again."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Stopped before it was done.", width="content")
        st.button(
            "Compute again", icon=":material/refresh:", type="tertiary",
            on_click=desk().forget, args=(list(works),),
        )  # fmt: skip


def _so_far(work: Work) -> str:
    left = work.seconds_left
    if left is None:
        return "starting"
    return f"{work.share:.0%}, about {max(1, round(left))} s left"


def _cancel(works: Sequence[Work]) -> None:
    for work in works:
        work.stop.set()
