"""A folder: what does the model go by? The search, its suspects, and each class as a map."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import localtime, strftime

import streamlit as st

from gradcam import Classifier

from .. import errors, state
from ..jobs import folders
from ..waiting import progress
from .result import Result
from .searching import About, Search, about, earlier, opened
from .sources import Chosen, Photos, class_asked

_KIND, _OPEN, _WANTED, _EARLIER = "found_explain", "found_open", "found_wanted", "found_earlier"
_INTRO = (
    "One heatmap says what a model looks at in one photo. Over a folder, the heatmaps of a class "
    "fall into groups, and each group is a way to recognise it. A small group that is all alike is "
    "suspect: the model may go by a watermark, a caption or a background, and not by the thing."
)


def strategies(clf: Classifier, chosen: Chosen) -> None:
    """Draw the section."""
    st.markdown(_INTRO)
    with st.container(horizontal=True, gap="large"):
        photos = chosen.photos()
        if not photos.given:
            st.info("There are no photos yet. Drop some, or a whole folder, into the sidebar.")
            return
        search = _asked(clf, chosen, photos)
    place = _place(search)
    if place is None:
        return
    known = about(place)
    if known is None:  # it was removed since
        st.session_state.pop(_OPEN, None)
        st.rerun()
    with errors.reported():
        Result(place, known, opened(place), search).draw()


def _asked(clf: Classifier, chosen: Chosen, photos: Photos) -> Search:
    """Ask which class to explain, where the photos have labels; return the question."""
    explain = class_asked(photos, _KIND)
    return Search.of(clf, chosen.layer, photos, explain, chosen.view.fit)


def _place(search: Search) -> Path | None:
    """Return where the result to show is; offer, start or follow the search while there is none."""
    asked = st.session_state.get(_OPEN)
    places = {str(place): known for place, known in earlier()}
    if asked in places:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"An earlier result: {errors.plain(_named(places[asked]))}", width="content")
            st.button("Close it", key="found_close", on_click=_reopen, args=("",), type="tertiary")
        return Path(asked)
    if search.known:
        _others(places, but=str(search.place))
        return search.place
    if st.session_state.get(_WANTED) == search.key and _followed(search):
        st.rerun()
    if st.session_state.get(_WANTED) != search.key:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                f"Look at {len(search.given):,} photos", type="primary", icon=":material/search:",
                key="found_start", on_click=_start, args=(search,),
            )  # fmt: skip
            st.caption(
                f"{errors.plain(search.clf.title)} explains each photo once. What is done is kept, "
                "also if you cancel.",
                width="content",
            )
        _others(places)
    return None


def _start(search: Search) -> None:
    folders().forget([search.key], state.visitor())
    st.session_state[_WANTED] = search.key


def _followed(search: Search) -> bool:
    """Show how far the search is; return whether it has just come to its end."""
    job, visitor = search.job(), state.visitor()
    if job.cancelled_by(visitor):
        st.session_state.pop(_WANTED, None)
        st.rerun()
    if not job.ended.is_set():
        progress([job], "")
        return False
    st.session_state.pop(_WANTED, None)
    if job.error is not None:
        errors.show(job.error)
        return False
    return search.known


def _others(places: Mapping[str, About], but: str = "") -> None:
    """Offer earlier results."""
    others = [place for place in places if place != but]
    if others:
        st.selectbox(
            "Earlier results", others, index=None, placeholder="Open an earlier result",
            format_func=lambda place: _named(places[place]), key=_EARLIER,
            label_visibility="collapsed", on_change=_reopen_chosen, width=480,
        )  # fmt: skip


def _named(known: About) -> str:
    when = strftime("%d %B, %H:%M", localtime(known.at))
    said = "" if known.explain == "predicted" else ", labelled classes"
    return f"{known.count:,} photos of {known.title}, {known.model_title}{said}, {when}"


def _reopen_chosen() -> None:
    _reopen(st.session_state.get(_EARLIER) or "")


def _reopen(place: str) -> None:
    st.session_state[_OPEN] = place
