"""The Learn page: a place for each chapter, filled as its answer arrives."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from gradcam import Request

from .. import errors, pictures, state
from ..camera.camera import camera, switch
from ..explore import explore
from ..page import Slot
from ..pictures import Picture
from ..turns import turns
from ..view import ViewState
from .chapter import Chapter, ChapterKind, Chosen
from .choices import asked, choose, chosen, classes, offered, on_explore, photos
from .sending import send
from .story import CHAPTERS

_FIRST = "learn_first"  # the chapter to fill before the others
_LEAVES, _RUNS = "learn_leaves", "learn_runs"
_ALL = "learn_all"  # whether a click in a chapter concerns the whole page


def learn() -> None:
    """Draw the page: its top, then the chapter something was changed in, then the rest."""
    st.session_state.pop(_ALL, None)
    with turns().quick(), st.container(key="learn"):
        opening, lists = Slot("learn_opening", 420), st.container()
        live = st.container(key="learn_camera")
        slots = {kind.id: Slot(f"learn_{kind.id}", kind.height) for kind in CHAPTERS}
        closing = Slot("learn_closing", 120)
        with errors.reported():
            view = asked()
            with opening.fill():
                _opening(view)
            about = chosen(view)
            if st.session_state.pop(_LEAVES, False):
                st.switch_page(st.Page(explore, default=True), query_params=on_explore(about))
            with lists:
                send("lists", {"classes": classes(about)}, key="learn_classes")
                send("lists", {"choices": offered(about)}, key="learn_choices")
            with live, errors.reported("Camera"):
                _camera(about)
            for kind in _in_order():
                with slots[kind.id].fill():
                    _fill(kind, about)
            with closing.fill():
                _closing()
        for slot in (opening, *slots.values(), closing):
            slot.close()


def _opening(view: ViewState) -> None:
    """Draw the top, which needs no model."""
    contents = [{"id": kind.id, "title": kind.title, "steps": kind.outline} for kind in CHAPTERS]
    header = {"contents": contents, "photos": photos(view)}
    send("opening", header, key="learn_opening_part", on={"choose": choose, "first": _wanted})


def _camera(about: Chosen) -> None:
    """Draw the camera's switch and the camera; a frozen frame becomes the story's photo."""

    def tell(shot: Picture) -> None:
        choose({"what": "photo", "value": pictures.keep(shot)})

    if switch():
        camera(about.clf, Request((about.layer.name,), about.method), on_freeze=tell)


def _closing() -> None:
    """Draw the end, which is another one each time: its arrival says that all else is there."""
    runs = st.session_state[_RUNS] = st.session_state.get(_RUNS, 0) + 1
    send("closing", {"run": runs}, key="learn_closing_part")


def _fill(kind: ChapterKind, about: Chosen) -> None:
    """Draw a chapter; in a fragment of its own if its clicks concern no other chapter."""
    (st.fragment(_draw) if kind.own else _draw)(kind, about)


def _draw(kind: ChapterKind, about: Chosen) -> None:
    if st.session_state.get(_ALL):
        st.rerun()  # a fragment runs by itself after a click in it
    with turns().quick(), errors.reported(kind.title):
        built = kind.build(about)
        send(
            "chapter",
            _header(kind, built),
            key=f"learn_{kind.id}_part",
            arrays=built.arrays,
            on={
                "choose": partial(_chosen_in, kind.id),
                "ask": partial(_asked_in, kind),
                "explore": _leave,
            },
        )


def _header(kind: ChapterKind, built: Chapter) -> dict[str, object]:
    return {
        "id": kind.id,
        "title": kind.title,
        "steps": [
            {
                "id": step.id,
                "title": step.title,
                "text": list(step.text),
                "notes": list(step.notes),
                "choices": list(step.choices),
                "source": step.source,
            }
            for step in built.steps
        ],
        "data": built.data,
    }


def _in_order() -> list[ChapterKind]:
    """The chapter in which something was changed, then the others from top to bottom."""
    first = st.session_state.get(_FIRST)
    return sorted(CHAPTERS, key=lambda kind: kind.id != first)


def _chosen_in(chapter: str, sent: object) -> None:
    st.session_state[_FIRST] = chapter
    st.session_state[_ALL] = True
    choose(sent)


def _asked_in(kind: ChapterKind, sent: object) -> None:
    """Answer a click of the figure's own: {name, value}."""
    if isinstance(sent, Mapping) and (act := kind.on.get(str(sent.get("name")))):
        st.session_state[_FIRST] = kind.id
        before = state.view()
        act(sent.get("value"))
        if state.view() != before:
            st.session_state[_ALL] = True


def _wanted(step: object) -> None:
    """Fill the chapter first that the link leads to."""
    for kind in CHAPTERS:
        if step in [id for id, _ in kind.outline]:
            st.session_state[_FIRST] = kind.id


def _leave(_: object) -> None:
    st.session_state[_LEAVES] = st.session_state[_ALL] = True
