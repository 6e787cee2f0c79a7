"""What the page shows while the user waits: models loading, slow answers, downloads."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import streamlit as st

from gradcam import ModelSpec, WeightsError
from gradcam.models import is_downloaded
from gradcam.text import count, megabytes, ordinal
from gradcam.weights.cache import fetch_weights
from gradcam.weights.hub import size_of_folder

from . import errors, state
from .errors import plain
from .jobs import Cancelled, Job, Jobs, Place, Progress, Visitor, answers, downloads, sizes
from .pickers.hub_model import is_wanted, want

_LINE_HEIGHT = 52  # pixels
_MINUTES = 100  # seconds from which on an estimate is in minutes
# What a model's source imports first: the module, its name, and how long that takes in seconds.
_LIBRARIES = {
    "keras": ("tensorflow", "TensorFlow", "ten"),
    "timm": ("timm", "timm", "five"),
    "huggingface": ("transformers", "transformers", "five"),
}


@contextmanager
def loading(spec: ModelSpec) -> Iterator[None]:
    """Show a spinner with a clock; for a library's first model, say that it starts too."""
    text = f"Loading {plain(spec.title)}"
    library, name, seconds = _LIBRARIES.get(spec.source, ("sys", "", ""))
    if library not in sys.modules:
        text = f"Starting {name} (about {seconds} seconds, once), then loading {plain(spec.title)}"
    with st.spinner(text, show_time=True):
        yield


def progress(jobs: Sequence[Job], done: str = "") -> None:
    """Show a bar for slow answers, rerun the page as each one ends, then show the sentence `done`.

    Both have the same height, so that the grid below does not move.
    """
    if jobs:
        _bar(jobs)
    elif done:
        with st.container(height=_LINE_HEIGHT, border=False, vertical_alignment="center"):
            st.caption(done)


def cancelled(jobs: Sequence[Job]) -> None:
    """Show a line for cancelled jobs, with a button to start them again."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Cancelled before it finished.", width="content")
        st.button(
            "Compute again",
            icon=":material/refresh:",
            type="tertiary",
            key="compute_again",
            on_click=answers().forget,
            args=([job.key for job in jobs], state.visitor()),
        )


def stage(job: Job, visitor: Visitor) -> str:
    """Return in words how far a job is, or the visitor's place in the queue."""
    return queued(job, visitor) or f"{_time_left(job)}{_in_turns(job.beside(visitor))}"


def queued(job: Job, visitor: Visitor) -> str:
    """Return the visitor's place in the queue in words, or "" if they wait for nobody."""
    place = job.place(visitor)
    return "" if place is None else place_words(place)


def place_words(place: Place) -> str:
    """Return a place in the queue in words.

    >>> place_words(Place(1, ["Score-CAM"]))
    "next in the queue, after another visitor's Score-CAM"
    >>> place_words(Place(2, ["Score-CAM", "Score-CAM"]))
    "2nd in the queue, after 2 other visitors' Score-CAM"
    >>> place_words(Place(3, ["Score-CAM", "The sanity check"]))
    "3rd in the queue, after 2 other visitors' slow answers"
    """
    where = "next" if place.number == 1 else ordinal(place.number)
    many = len(place.before)
    if not many:
        return f"{where} in the queue"
    what = place.before[0] if len(set(place.before)) == 1 else "slow answers"
    whose = "another visitor's" if many == 1 else f"{many} other visitors'"
    return f"{where} in the queue, after {whose} {what}"


def _in_turns(others: int) -> str:
    return f", in turns with {count(others, 'other')}" if others else ""


def weights_ready(spec: ModelSpec, dismiss: Callable[[], None]) -> bool:
    """Return whether `spec` can be loaded now; if not, download it and show the progress.

    What only a link named is downloaded after a click: it may be anything on the hub. If it fails,
    a button calls `dismiss`, to go on without it.
    """
    if is_downloaded(spec):
        downloads().forget([spec.id], state.visitor())
        return True
    if not is_wanted(spec.id):
        _offer(spec, dismiss)
        return False
    job = downloads().ask(
        spec.id,
        spec.title,
        partial(_fetch, spec),
        total=spec.download_bytes,
        visitor=state.visitor(),
    )
    if job.ended.is_set() and job.error is None:
        if is_downloaded(spec):
            return True
        downloads().forget([spec.id], state.visitor())  # its files were deleted since
        st.rerun()
    if job.ended.is_set() or job.cancelled_by(state.visitor()):
        _failed(job, downloads(), dismiss)
    else:
        _downloading(job)
    return False


def _offer(spec: ModelSpec, dismiss: Callable[[], None]) -> None:
    """Show a button for a download, with its size; or why there is nothing to download."""
    job = sizes().ask(spec.id, spec.title, partial(_size, spec), visitor=state.visitor())
    if not job.ended.is_set():
        _asking(job)
    elif job.error is not None:
        _failed(job, sizes(), dismiss)
    else:
        st.caption(f"{plain(spec.id)} is a model on the Hugging Face hub and not on this machine.")
        st.button(
            f"Download {plain(spec.title)} ({megabytes(job.result)})",
            icon=":material/download:",
            key=f"download {spec.id}",
            on_click=want,
            args=(spec.id,),
        )


@st.fragment(run_every="0.4s")
def _asking(job: Job) -> None:
    if job.ended.is_set():
        st.rerun()
    st.caption(f"Asking the Hugging Face hub about {plain(job.title)}.")


@st.fragment(run_every="0.3s")
def _bar(jobs: Sequence[Job]) -> None:
    visitor = state.visitor()
    for job in jobs:
        job.look(visitor)
    if any(job.ended.is_set() or job.cancelled_by(visitor) for job in jobs):
        st.rerun()
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        key="progress",
        height=_LINE_HEIGHT,
        border=False,
    ):
        current = next((job for job in jobs if job.running), jobs[0])
        after = len(jobs) - 1
        more = f" · {after} more after it" if after else ""
        title = plain(current.titled(visitor))
        st.progress(current.share, text=f"{title} · {stage(current, visitor)}{more}")
        st.button(
            "Cancel", icon=":material/close:", key="cancel_answers", on_click=_leave, args=(jobs,)
        )


@st.fragment(run_every="0.4s")
def _downloading(job: Job) -> None:
    visitor = state.visitor()
    job.look(visitor)
    if job.ended.is_set() or job.cancelled_by(visitor):
        st.rerun()
    st.caption(
        f"{plain(job.title)} is downloaded once and kept on this machine. Until it is here, the "
        "page goes on with what it has."
    )
    with st.container(
        horizontal=True, vertical_alignment="center", height=_LINE_HEIGHT, border=False
    ):
        st.progress(job.share, text=f"Downloading {plain(job.title)} · {_bytes_so_far(job)}")
        st.button(
            "Cancel",
            icon=":material/close:",
            key=f"cancel {job.key}",
            on_click=_leave,
            args=([job],),
        )


def _fetch(spec: ModelSpec, progress: Progress, cancelled: Cancelled) -> None:
    fetch_weights(spec, progress=progress, cancelled=cancelled, signed_in=_signed_in())
    if not is_downloaded(spec):
        raise WeightsError(
            f"{spec.id} was downloaded, but some of its files are missing.",
            hint="Choose another copy of the model.",
        )


def _size(spec: ModelSpec, _progress: Progress, _cancelled: Cancelled) -> int:
    return size_of_folder(spec, signed_in=_signed_in())


def _signed_in() -> bool:
    """Whether visitors may download what the operator's login may read."""
    return os.environ.get("GRADCAM_HUB_LOGIN") == "1"


def _failed(job: Job, jobs: Jobs, dismiss: Callable[[], None]) -> None:
    """Show why a job ended, with buttons to start it again or to go on without it."""
    if job.cancelled_by(state.visitor()):
        st.info("Cancelled.", icon=":material/info:")
    elif job.error is not None:
        errors.show(job.error)
    with st.container(horizontal=True):
        st.button(
            "Try again",
            icon=":material/refresh:",
            key=f"again {job.key}",
            on_click=jobs.forget,
            args=([job.key], state.visitor()),
        )
        st.button(
            "Dismiss",
            key=f"dismiss {job.key}",
            on_click=_dismissed,
            args=(job, jobs, dismiss),
        )


def _dismissed(job: Job, jobs: Jobs, dismiss: Callable[[], None]) -> None:
    jobs.forget([job.key], state.visitor())  # so that choosing it once more tries again
    dismiss()


def _time_left(job: Job) -> str:
    left = job.seconds_left
    if left is None:
        return "starting"
    about = f"{max(1, round(left))} s" if left < _MINUTES else f"{round(left / 60)} min"
    return f"{100 * job.share:.0f} %, about {about} left"


def _bytes_so_far(job: Job) -> str:
    if job.place(state.visitor()) is not None:
        return "waiting for other downloads"
    if job.stop.is_set():
        return "cancelling"
    if not job.done:
        return "connecting"
    if not job.total:
        return f"{job.done / 1e6:.1f} MB so far"
    return f"{job.done / 1e6:.1f} of {megabytes(job.total)} · {100 * job.share:.0f} %"


def _leave(jobs: Sequence[Job]) -> None:
    for job in jobs:
        job.leave(state.visitor())
