"""The page while a model's weights are not here: what is coming, how far it is, how to stop it."""

from __future__ import annotations

import streamlit as st

from components import errors, state
from components.downloads import Download, downloads
from components.model_picker import megabytes
from components.view import DEFAULT_MODEL, ViewState
from gradcam import ModelSpec
from gradcam.models import is_downloaded

_WIDTH = 620  # pixels


def present(spec: ModelSpec) -> bool:
    """Whether `spec` can be loaded now; if not, the download and its progress are on the page."""
    if is_downloaded(spec):
        downloads().forget(spec.id)
        return True
    job = downloads().of(spec)
    if job.ended.is_set() and job.error is None:
        return True
    if job.ended.is_set():
        _failed(spec, job)
    else:
        _progress(job)
    return False


@st.fragment(run_every="0.4s")
def _progress(job: Download) -> None:
    if job.ended.is_set():
        st.rerun()
    with st.container(width=_WIDTH):
        st.subheader(f"Downloading {errors.plain(job.spec.title)}", anchor=False)
        st.caption(
            f"{megabytes(job.spec.download_bytes)}, once: it stays on this machine. "
            "Everything else can be used meanwhile."
        )
        st.progress(job.share, text=_so_far(job))
        st.button("Cancel", icon=":material/close:", on_click=_cancel, args=(job,))


def _so_far(job: Download) -> str:
    if job.stop.is_set():
        return "Stopping"
    if not job.done:
        return "Connecting"
    return f"{job.done / 1e6:.1f} of {job.total / 1e6:.1f} MB · {job.share:.0%}"


def _cancel(job: Download) -> None:
    job.stop.set()


def _failed(spec: ModelSpec, job: Download) -> None:
    assert job.error is not None
    if job.stop.is_set():
        st.info(errors.sentence(job.error), icon=":material/info:")
    else:
        errors.show(job.error)
    with st.container(horizontal=True):
        st.button(
            "Try again", icon=":material/refresh:", on_click=downloads().forget, args=(spec.id,)
        )
        st.button("Use the built-in model", on_click=_fall_back, type="primary")


def _fall_back() -> None:
    def bundled(view: ViewState) -> ViewState:
        return view.with_model(DEFAULT_MODEL, same_labels=False)

    state.change(bundled)
