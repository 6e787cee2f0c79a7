"""Frames that were frozen: photos of this session like any other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from gradcam import open_image

from ..pictures import Picture, Source

MOST = 20  # kept; a further one takes the place of the oldest
_SHOTS, _TAKEN = "camera_shots", "camera_taken"


@dataclass(frozen=True)
class _Shot:
    id: str
    name: str
    jpeg: bytes


def keep(jpeg: bytes) -> Picture:
    """Add a frozen frame to the session's photos; return it.

    Raises ImageError if it is not a photo.
    """
    opened = open_image(jpeg)
    number = st.session_state.get(_TAKEN, 0) + 1
    st.session_state[_TAKEN] = number
    shot = _Shot(f"shot-{number}", f"Camera {number}", jpeg)
    st.session_state[_SHOTS] = [*_kept(), shot][-MOST:]
    return Picture(shot.name, opened)


def shots() -> list[Source]:
    """Return the frozen frames, newest first."""
    return [
        Source(shot.id, shot.name, partial(open_image, shot.jpeg), partial(bytes, shot.jpeg))
        for shot in reversed(_kept())
    ]


def shots_list() -> None:
    """Draw a button for each frozen frame, which removes it."""
    with st.container(horizontal=True, gap="small"):
        for shot in reversed(_kept()):
            st.button(
                f"Remove {shot.name}",
                key=f"remove_{shot.id}",
                icon=":material/close:",
                type="tertiary",
                on_click=_remove,
                args=(shot.id,),
            )


def _kept() -> list[_Shot]:
    kept: list[_Shot] = st.session_state.get(_SHOTS, [])
    return kept


def _remove(id: str) -> None:
    st.session_state[_SHOTS] = [shot for shot in _kept() if shot.id != id]
