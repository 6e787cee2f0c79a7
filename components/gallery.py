"""Many photos: the contact sheet of all of them, and the way to one of them and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from gradcam import METHODS, Classifier, Layer, Request
from gradcam.expected import Expected, Names

from . import errors, pictures, state
from .errors import plain
from .glimpsed import Glimpsed, glimpsed
from .jobs import Job, sheets
from .limits import limits
from .pickers.images import Brought
from .pictures import Picture, Source
from .sheet import feed, sheet, walk
from .tally import summary, table
from .view import SORTS, ViewState, is_limit
from .waiting import queued

_TICK = 0.5  # seconds between two looks at the job
_NAMED = 5  # files named in a sentence


def opened(brought: Brought) -> list[Picture]:
    """Return the photos to explain large: the few, or of many the one that was opened, if any.

    Reports the photo if it cannot be read.
    """
    if not brought.many:
        state.settle(replace(state.view(), photo=""))
        return brought.pictures
    source = _opened(brought)
    if source is None:
        state.settle(replace(state.view(), photo=""))
        return []
    good, bad = pictures.read([source])
    if bad:
        errors.show_all((one.name, one.error) for one in bad)
    return good


def gallery(clf: Classifier, layer: Layer, brought: Brought) -> None:
    """Draw the contact sheet, or the way back to it above the photo that is open."""
    view = state.view()
    request = sheet_request(view, clf, layer)
    names = Names(clf.labels, brought.labels)
    expected = {photo.id: names.of(photo.name) for photo in brought.photos}
    known = glimpsed(clf, request)
    job = known.work(clf, request, brought.photos)
    source = _opened(brought)
    with st.container():
        if source is not None:
            said = expected[source.id]
            walk(
                known.token, source.id, [photo.id for photo in brought.photos], source.name,
                f"labelled {said.said}" if said.index is not None else "",
                key="walk", on_walk=_open,
            )  # fmt: skip
        _follow(clf, brought, known, expected, job)
    if source is not None:
        st.empty()  # in the sheet's place, so that it goes before the photo is explained
        return
    with st.container():
        _remarks(brought, _note(view, request, brought))
        _sheet(view, brought, known, expected)


def sheet_request(view: ViewState, clf: Classifier, layer: Layer) -> Request:
    """Return what the sheet asks of each photo: the map of its most probable class.

    Slow methods, and averages over views, would take minutes: the model's usual method stands in.
    """
    method = view.method_of(clf)
    method = clf.usual_method if METHODS[method].slow else method
    return replace(view.request((layer.name,), method), top_k=1, augment=False)


def _opened(brought: Brought) -> Source | None:
    id = state.view().photo
    return next((photo for photo in brought.photos if photo.id == id), None)


def _open(id: str) -> None:
    state.change(lambda view: replace(view, photo=id))


def _arrange(sort: str, only: Sequence[str]) -> None:
    limits = tuple(dict.fromkeys(one for one in only if is_limit(one)))
    order = next((known for known in SORTS if known == sort), ViewState.sort)
    state.change(lambda view: replace(view, sort=order, only=limits))


def _note(view: ViewState, request: Request, brought: Brought) -> str:
    """Say what the sheet does otherwise than the sidebar says, and what is not in it."""
    notes = []
    if view.method and view.method != request.method:
        notes.append(
            f"The sheet shows {METHODS[request.method].title}; "
            f"{METHODS[view.method].title} is computed for a photo you open."
        )
    if view.across != "classes" and not notes:
        notes.append("The sheet shows each photo's most probable class; open a photo to compare.")
    if brought.saved:
        notes.append("Saved maps are shown with their photo: open it.")
    return " ".join(notes)


def _sheet(
    view: ViewState, brought: Brought, known: Glimpsed, expected: Mapping[str, Expected]
) -> None:
    photos = [
        _described(photo, expected[photo.id], fresh=photo.id in brought.fresh)
        for photo in brought.photos
        if photo.id not in known.failed
    ]
    sheet(
        known.token, photos, sort=view.sort, only=view.only,
        labelled=any(one.said for one in expected.values()),
        key="sheet", on_open=_open, on_arrange=_arrange,
    )  # fmt: skip


def _described(photo: Source, said: Expected, *, fresh: bool) -> dict[str, Any]:
    return {
        "id": photo.id, "name": photo.name, "fresh": fresh,
        "expected": said.index, "said": said.said, "why": said.why,
    }  # fmt: skip


def _table(
    clf: Classifier, brought: Brought, known: Glimpsed, expected: Mapping[str, Expected]
) -> None:
    st.download_button(
        "All predictions (CSV)",
        partial(table, clf, brought.photos, known, expected),
        file_name="predictions.csv",
        mime="text/csv",
        icon=":material/table:",
        help="A line for each photo: its label, and the five most probable classes.",
        on_click="ignore",
        key="sheet_table",
    )


def _follow(
    clf: Classifier,
    brought: Brought,
    known: Glimpsed,
    expected: Mapping[str, Expected],
    job: Job | None,
) -> None:
    """Tell the job's progress and send the browser what it found, until it ends."""
    running = job is not None and not job.ended.is_set()
    follow = st.fragment(_so_far, run_every=_TICK if running else None)
    follow(clf, brought, known, expected, job, running)


def _so_far(
    clf: Classifier,
    brought: Brought,
    known: Glimpsed,
    expected: Mapping[str, Expected],
    job: Job | None,
    running: bool,
) -> None:
    """Draw one tick of `_follow`; the whole page runs again at the job's end."""
    if job is not None:
        job.look(state.visitor())
    if running and job is not None and job.ended.is_set():
        st.rerun()
    if _opened(brought) is None:
        with st.container(
            horizontal=True, vertical_alignment="center", key="sheet_line"
        ):  # fmt: skip
            st.markdown(summary(brought.photos, known, expected), width="stretch")
            if job is not None:
                _remaining(job, len(known.missing(brought.photos)))
            _table(clf, brought, known, expected)
        _report(brought, known, job)
    with st.container(key="feeders"):
        for number, chunk in known.fed(brought.photos):
            feed(chunk, key=f"feed {known.token} {number}")


def _remaining(job: Job, missing: int) -> None:
    """Draw how much is still to come, with a button to stop or to go on."""
    if job.cancelled:
        st.caption(f"Stopped, {missing} to come.", width="content")
        if st.button(
            "Go on", icon=":material/refresh:", key="sheet_on", type="tertiary",
            help="Explain the photos that are missing.",
        ):  # fmt: skip
            sheets().forget([job.key], state.visitor())
            st.rerun()
    elif not job.ended.is_set():
        left, line = job.seconds_left, queued(job, state.visitor())
        time = f", about {max(1, round(left))} s" if left is not None else line and f", {line}"
        st.progress(job.share, text=f"{missing} to come{time}", width=420 if line else 220)
        st.button(
            "Cancel", icon=":material/close:", key="sheet_cancel", on_click=job.leave,
            args=(state.visitor(),), help="Stop here, and keep what there is.",
        )  # fmt: skip


def _report(brought: Brought, known: Glimpsed, job: Job | None) -> None:
    """Name the files that could not be explained, and say why nothing could."""
    failed = [(p.name, known.failed[p.id]) for p in brought.photos if p.id in known.failed]
    if failed:
        errors.show_all(failed)
    if job is not None and job.ended.is_set() and not job.cancelled and job.error is not None:
        errors.show(job.error)


def _remarks(brought: Brought, note: str) -> None:
    """Say which photos were not taken, and what the sheet does otherwise than the sidebar says."""
    if brought.left_out:
        left = ", ".join(plain(name, 60) for name in brought.left_out[:_NAMED])
        more = len(brought.left_out) - _NAMED
        st.warning(
            f"The first {limits().photos} photos are here. Not taken: {left}"
            + (f", and {more} more." if more > 0 else "."),
            icon=":material/warning:",
        )
    if note:
        st.caption(note)
