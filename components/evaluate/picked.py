"""The selected photos: shown by the viewer, opened on Explore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import streamlit as st

from gradcam import Classifier, GradcamError, Layer
from gradcam.photos import open_photo
from gradcam.rows import Given
from gradcam.text import percent

from .. import engine, errors, pictures, state
from ..explore import explore
from ..grid import Answer, Ranked, fill
from ..pictures import Picture, Reread
from ..takeaway import keep_wish, take_away
from ..view import FEW, ViewState
from ..viewer import Setting, viewer
from .searching import About

_PAGE = "found_page"


@dataclass(frozen=True)
class Wanted:
    """A photo to show large: its file, the class whose map is shown, and what to say beside it."""

    given: Given
    index: int
    said: str


def show(photos: Sequence[Wanted], clf: Classifier, layer: Layer, about: About) -> None:
    """Show the photos with their maps, a few at a time."""
    first = _page(len(photos))
    answers = []
    for one in photos[first : first + FEW]:
        with errors.reported(one.given.name):
            answers.append(answer(one, clf, layer, about))
    if answers:
        rows = [found.row for found in answers]
        viewer(
            rows, key="found_viewer", on={"want": keep_wish}, setting=Setting("", beside=True)
        )  # fmt: skip
        take_away(answers)


def answer(one: Wanted, clf: Classifier, layer: Layer, about: About) -> Answer:
    """Explain one photo. Raises GradcamError if it cannot be read any more."""
    picture = read(one.given)
    view = replace(_view(about), top=1, added=(one.index,))
    top = engine.rank(clf, picture, view, layer.name)
    found = fill(Ranked(clf, picture, view, layer, top))
    # Of the classes only the one that the photo is selected for.
    kept = [n for n, panel in enumerate(found.row.panels) if panel.index == one.index]
    row = replace(
        found.row, panels=tuple(found.row.panels[n] for n in kept), answer=one.said, unsure=False,
        bars=(), notes=(), offer="",
    )  # fmt: skip
    sources = tuple(found.sources[n] for n in kept)
    return replace(found, row=row, sources=sources)


def open_on_explore(one: Wanted, about: About) -> None:
    """Leave for Explore, which shows this photo with the same class, layer and model."""
    id = pictures.keep(read(one.given))
    view = replace(_view(about), samples=(id,), added=(one.index,))
    st.switch_page(st.Page(explore, default=True), query_params=view.to_query())


def read(given: Given) -> Picture:
    """Read a photo of a result. Raises GradcamError if it is gone."""
    if isinstance(given.source, bytes):
        return _read(given.name, str(len(given.source)), given)
    return _read(given.name, str(given.source), given)


@st.cache_resource(max_entries=2 * FEW, show_spinner=False, scope="session")
def _read(name: str, source: str, _given: Given) -> Picture:  # noqa: ARG001
    try:
        return Picture(name, Reread(partial(open_photo, _given.source), state.visitor()))
    except OSError as error:
        raise GradcamError(
            f"{Path(name).name} cannot be read any more.", hint="Was it moved or deleted?"
        ) from error


def said(row: Mapping[str, object]) -> str:
    """Say what the model takes a photo for, and what it is labelled if that is something else."""
    found = f"{row['predicted_label']} {percent(float(str(row['probability'])))}"
    truth = row["truth_label"]
    wrong = truth is not None and row["truth"] != row["predicted"]
    return f"{found}, labelled {truth}" if wrong else found


def _view(about: About) -> ViewState:
    view = ViewState(model=about.model, layer=about.layer, fit=about.fit)
    return replace(view, phrases=state.view().phrases, negative=state.view().negative)


def _page(count: int) -> int:
    """Draw how to see the other photos, if they are more than fit; return the first one shown."""
    first: int = st.session_state.get(_PAGE, 0)
    if first >= count:
        first = st.session_state[_PAGE] = 0
    if count <= FEW:
        return first
    with st.container(horizontal=True, vertical_alignment="center", key="found_pages"):
        st.button(
            "Previous", icon=":material/chevron_left:", key="found_before", disabled=first == 0,
            on_click=_turn, args=(-FEW,), type="tertiary",
        )  # fmt: skip
        last = min(first + FEW, count)
        st.markdown(f"{first + 1:,}–{last:,} of {count:,}", width="content")
        st.button(
            "Next", icon=":material/chevron_right:", icon_position="right", key="found_after",
            disabled=last == count, on_click=_turn, args=(FEW,), type="tertiary",
        )  # fmt: skip
    return first


def _turn(by: int) -> None:
    st.session_state[_PAGE] = max(0, st.session_state.get(_PAGE, 0) + by)


def from_the_start() -> None:
    """Show the first of the photos again; for when others were selected."""
    st.session_state.pop(_PAGE, None)
