"""What the page shows while something takes its time: loading, slow answers, downloads."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import streamlit as st

from gradcam import ModelSpec
from gradcam.models import is_downloaded
from gradcam.text import megabytes
from gradcam.weights.cache import fetch_weights

from . import errors, state
from .errors import plain
from .jobs import Cancelled, Job, Progress, answers, downloads
from .view import DEFAULT_MODEL

_LINE = 52  # pixels
_DOWNLOAD_WIDTH = 620  # pixels


@contextmanager
def loading(spec: ModelSpec) -> Iterator[None]:
    """A spinner with a clock; the first Keras model brings TensorFlow along, and it says so."""
    text = f"Loading {plain(spec.title)}"
    if spec.framework == "keras" and "tensorflow" not in sys.modules:
        text = f"Starting TensorFlow: about ten seconds, once. Then {plain(spec.title)} loads"
    with st.spinner(text, show_time=True):
        yield


def progress(jobs: Sequence[Job], done: str = "") -> None:
    """A bar for slow answers until they end, which reruns the page; then the sentence `done`.

    Both are equally tall, so that the grid below does not move.
    """
    if jobs:
        _bar(jobs)
    elif done:
        with st.container(height=_LINE, border=False, vertical_alignment="center"):
            st.caption(done)


def cancelled(jobs: Sequence[Job]) -> None:
    """A line for what was stopped, with a button to start it again."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Stopped before it was done.", width="content")
        st.button(
            "Compute again",
            icon=":material/refresh:",
            type="tertiary",
            on_click=answers().forget,
            args=([job.key for job in jobs],),
        )


def present(spec: ModelSpec) -> bool:
    """Whether `spec` can be loaded now; if not, its download and progress are on the page."""
    if is_downloaded(spec):
        downloads().forget([spec.id])
        return True
    job = downloads().ask(spec.id, spec.title, partial(_fetch, spec), total=spec.download_bytes)
    if job.ended.is_set() and job.error is None:
        return True
    if job.ended.is_set():
        _failed(job)
    else:
        _downloading(job)
    return False


@st.fragment(run_every="0.3s")
def _bar(jobs: Sequence[Job]) -> None:
    for job in jobs:
        job.look()
    if any(job.ended.is_set() or job.cancelled for job in jobs):
        st.rerun()
    with st.container(
        horizontal=True, vertical_alignment="center", key="progress", height=_LINE, border=False
    ):
        now = next((job for job in jobs if job.started), jobs[0])
        waiting = len(jobs) - 1
        more = f" · {waiting} more waiting" if waiting else ""
        st.progress(now.share, text=f"{plain(now.title)} · {_time_left(now)}{more}")
        st.button("Cancel", icon=":material/close:", on_click=_stop, args=(jobs,))


@st.fragment(run_every="0.4s")
def _downloading(job: Job) -> None:
    if job.ended.is_set():
        st.rerun()
    with st.container(width=_DOWNLOAD_WIDTH):
        st.subheader(f"Downloading {plain(job.title)}", anchor=False)
        st.caption(
            f"{megabytes(job.total)}, once: it stays on this machine. "
            "Everything else can be used meanwhile."
        )
        st.progress(job.share, text=_bytes_so_far(job))
        st.button("Cancel", icon=":material/close:", on_click=_stop, args=([job],))


def _fetch(spec: ModelSpec, progress: Progress, cancelled: Cancelled) -> None:
    fetch_weights(spec, progress=progress, cancelled=cancelled)


def _failed(job: Job) -> None:
    assert job.error is not None
    if job.stop.is_set():
        st.info(errors.sentence(job.error), icon=":material/info:")
    else:
        errors.show(job.error)
    with st.container(horizontal=True):
        st.button(
            "Try again", icon=":material/refresh:", on_click=downloads().forget, args=([job.key],)
        )
        st.button("Use the built-in model", on_click=_use_the_default, type="primary")


def _time_left(job: Job) -> str:
    left = job.seconds_left
    if left is None:
        return "starting"
    return f"{job.share:.0%}, about {max(1, round(left))} s left"


def _bytes_so_far(job: Job) -> str:
    if job.stop.is_set():
        return "Stopping"
    if not job.done:
        return "Connecting"
    return f"{job.done / 1e6:.1f} of {megabytes(job.total)} · {job.share:.0%}"


def _stop(jobs: Sequence[Job]) -> None:
    for job in jobs:
        job.stop.set()


def _use_the_default() -> None:
    state.change(lambda view: view.with_model(DEFAULT_MODEL, same_labels=False))
