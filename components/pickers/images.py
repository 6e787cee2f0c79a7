"""Which photos to explain: samples, uploads and camera shots. Saved maps are uploaded here too."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st
from streamlit.typing import UploadedFile

from .. import pictures, state
from ..pictures import MAX_PICTURES, Picture, Unreadable
from ..samples import SAMPLES, Sample
from ..saved import ENDING
from ..thumbnails import Thumbnail, thumbnails
from ..thumbnails.thumbnails import shrunk
from ..view import MAX_SAMPLES, ViewState
from ..viewer import payload_id

FILES, CAMERA, CAMERA_ON, STRIP = "files", "camera", "camera_on", "strip"
# Only a filter for the file dialog; reading a file decides what it is.
_TYPES = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "npz"]


@dataclass(frozen=True)
class Brought:
    """The photos to explain, the first `own` of them uploads; saved maps; unreadable files."""

    pictures: list[Picture]
    own: int
    saved: list[UploadedFile]
    bad: list[Unreadable]


def images_panel() -> Brought:
    """Draw the controls and return what they hold."""
    strip = st.container(key="images")
    files = st.file_uploader(
        "Your photos",
        type=_TYPES,
        accept_multiple_files=True,
        key=FILES,
        on_change=_uploaded,
        args=(FILES,),
        label_visibility="collapsed",
        max_upload_size=100,
    )
    shots = _camera()
    saved = [file for file in files if file.name.casefold().endswith(ENDING)]
    good, bad = pictures.read([*shots, *(file for file in files if file not in saved)])
    chosen = _chosen(state.view(), uploads=bool(good))
    with strip:
        thumbnails("Photos", _thumbnails(), chosen, key=STRIP, on_pick=_pick, on_add=_add)
    shown = [*good, *(pictures.sample(id) for id in chosen)][:MAX_PICTURES]
    return Brought(shown, len(good), saved, bad)


def _camera() -> list[UploadedFile]:
    # Behind a toggle, so that the browser asks for permission only when it is needed.
    if not st.toggle("Use the camera", key=CAMERA_ON):
        return []
    shot = st.camera_input(
        "Camera", key=CAMERA, on_change=_uploaded, args=(CAMERA,), label_visibility="collapsed"
    )
    return [shot] if shot else []


def _chosen(view: ViewState, *, uploads: bool) -> tuple[str, ...]:
    """Return the chosen samples; without any, and without uploads, the first one."""
    return view.samples or (() if uploads else (SAMPLES[0].id,))


def _uploaded(key: str) -> None:
    # Hide the samples, so that the new photo is the one on screen.
    if st.session_state.get(key):
        state.change(lambda view: replace(view, samples=()))


def _pick(id: str) -> None:
    uploads = bool(st.session_state.get(FILES) or st.session_state.get(CAMERA))
    state.change(lambda view: replace(view, samples=_picked(view, id, uploads=uploads)))


def _picked(view: ViewState, id: str, *, uploads: bool) -> tuple[str, ...]:
    """Return just this sample, or none if it was picked again beside uploads."""
    return () if uploads and view.samples == (id,) else (id,)


def _add(id: str) -> None:
    uploads = bool(st.session_state.get(FILES) or st.session_state.get(CAMERA))

    def added(view: ViewState) -> ViewState:
        chosen = _chosen(view, uploads=uploads)
        others = tuple(other for other in chosen if other != id)
        return replace(view, samples=(others if id in chosen else (*chosen, id))[-MAX_SAMPLES:])

    state.change(added)


@st.cache_resource(show_spinner=False)
def _thumbnails() -> tuple[Thumbnail, ...]:
    return tuple(map(_thumbnail, SAMPLES))


def _thumbnail(one: Sample) -> Thumbnail:
    photo = pictures.sample(one.id).opened
    return Thumbnail(one.id, one.title, one.credit, shrunk(photo.pixels), payload_id(photo))
