"""What was found over a folder, on the page: its suspects, one class as a map, and all photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import streamlit as st

from gradcam import GradcamError, Layer
from gradcam.files import Look
from gradcam.rows import Given

from .. import errors
from ..page import served_at
from ..sending import Clicked
from ..takeaway.dialogs import report
from ..takeaway.shown import everything
from ..view import FEW
from . import marked, picked
from .marked import Mark
from .picked import Wanted
from .route import PATH
from .searching import About, Search
from .sending import send
from .told import By, Told

_CLASS, _BY, _SELECTED, _SELECT = "found_class", "found_by", "found_selected", "found_select"


@dataclass(frozen=True)
class Result:
    """A result on the page.

    search : what the sidebar asks for, which may be another question.
    """

    place: Path
    about: About
    told: Told
    search: Search

    def draw(self) -> None:
        """Draw it; clicks in it run nothing else of the page."""
        st.fragment(_draw)(self)

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def given(self) -> Mapping[str, Given]:
        """The photos' files by name, if they are the ones chosen now."""
        return {one.name: one for one in self.search.given}

    @property
    def same_model(self) -> bool:
        return self.search.clf.id == self.about.model


def _draw(result: Result) -> None:
    with errors.reported():
        told = result.told
        index = _class(told)
        of = told.found.of_class(index)
        by: By = st.session_state.get(_BY, By())
        ids = [mark.id for mark in marked.marks(result.name)]
        header, arrays = told.board(of, by, ids)
        header |= {
            "address": served_at(PATH, told.glances.token),
            "select": st.session_state.pop(_SELECT, None),
        }
        on: dict[str, Clicked] = {
            "select": partial(_select, told),
            "class": partial(_choose, told),
            "by": _arrange,
            "mark": partial(_mark, result),
        }
        send("strategies", header, key="found_board", arrays=arrays, on=on)
        _selection(result)
        _marks(result)
        st.subheader("All photos")
        all_photos, listed = told.list()
        send(
            "photos", all_photos | {"token": told.glances.token}, key="found_photos",
            arrays=listed, on={"select": partial(_select, told)},
        )  # fmt: skip
        _failed(told)


def _class(told: Told) -> int:
    """The class that is open: the chosen one, else that of the first suspect, else the largest."""
    known = [one.index for one in told.found.classes]
    asked = st.session_state.get(_CLASS)
    if asked in known:
        return int(asked)
    return next((one.index for _, one in told.suspects if one.strong), known[0])


def _choose(told: Told, sent: object) -> None:
    if not isinstance(sent, Mapping) or not isinstance(index := sent.get("index"), int):
        return
    if any(one.index == index for one in told.found.classes):
        st.session_state[_CLASS] = index
        st.session_state[_SELECT] = _numbers(told, sent.get("photos"))
        _select(told, {"photos": st.session_state[_SELECT]})


def _arrange(sent: object) -> None:
    if isinstance(sent, Mapping):
        near, grouping = sent.get("near"), sent.get("grouping")
        if near in ("place", "texture") and grouping in ("clusters", "groups"):
            st.session_state[_BY] = By(near, grouping)


def _select(told: Told, sent: object) -> None:
    photos = sent.get("photos") if isinstance(sent, Mapping) else None
    st.session_state[_SELECTED] = _numbers(told, photos)
    picked.from_the_start()


def _numbers(told: Told, sent: object) -> list[int]:
    """Return the photos' numbers that a browser sent, those that there are."""
    if not isinstance(sent, list):
        return []
    count = len(told.files)
    return [n for n in sent if isinstance(n, int) and not isinstance(n, bool) and 0 <= n < count]


def _mark(result: Result, sent: object) -> None:
    id = sent.get("suspect") if isinstance(sent, Mapping) else None
    for known, suspect in result.told.suspects:
        if known == id:
            name = f"{suspect.label}: {suspect.place or 'the same thing'}"
            marked.toggle(
                Mark(result.name, known, name, suspect.index, suspect.label, suspect.files,
                     suspect.sentence)
            )  # fmt: skip


def _selection(result: Result) -> None:
    """Show the selected photos, and what can be done with them."""
    told = result.told
    numbers: list[int] = st.session_state.get(_SELECTED, [])
    numbers = [n for n in numbers if n < len(told.files)]
    if not numbers:
        return
    rows = told.found.rows.take(numbers).to_pylist()
    with st.container(horizontal=True, vertical_alignment="center", key="found_selection"):
        many = "1 photo" if len(numbers) == 1 else f"{len(numbers):,} photos"
        st.markdown(f"**{many} selected**", width="content")
        st.button(
            "Mark them", icon=":material/flag:", key="found_mark", on_click=_mark_rows,
            args=(result, rows), help="Keep this group, to name it and to export its files.",
        )  # fmt: skip
        photos = _wanted(result, rows)
        if photos and st.button(
            "Open on Explore", icon=":material/open_in_new:", key="found_explore",
            help=f"Open {errors.plain(photos[0].given.name, 60)} on Explore.",
        ):  # fmt: skip
            picked.open_on_explore(photos[0], result.about)
    if photos:
        picked.show(photos, result.search.clf, _layer(result), result.about)
    else:
        st.caption(_why_not(result))


def _wanted(result: Result, rows: Sequence[Mapping[str, Any]]) -> list[Wanted]:
    """Return the photos that can be shown large: their files are here, and the model is chosen."""
    if not result.same_model:
        return []
    given = result.given
    return [
        Wanted(given[row["file"]], row["explained"], picked.said(row))
        for row in rows
        if row["file"] in given and row["explained"] is not None
    ]


def _why_not(result: Result) -> str:
    if not result.same_model:
        title = errors.plain(result.about.model_title)
        return f"To see these photos with their maps, choose {title} in the sidebar."
    return "To see these photos with their maps, choose the same photos again."


def _layer(result: Result) -> Layer:
    layers = result.search.clf.layers()
    return next(one for one in layers if one.name == result.about.layer)


def _mark_rows(result: Result, rows: Sequence[Mapping[str, Any]]) -> None:
    labels = [row["explained_label"] for row in rows if row["explained_label"]]
    label = max(set(labels), key=labels.count) if labels else ""
    index = next((row["explained"] for row in rows if row["explained_label"] == label), -1)
    files = tuple(row["file"] for row in rows)
    number = 1 + len(marked.marks(result.name))
    mark = Mark(result.name, f"own {uuid4().hex}", f"Group {number}", index, label, files)
    marked.toggle(mark)


def _marks(result: Result) -> None:
    """List what is marked, with a name to change, and offer it as a list of files or a report."""
    found = marked.marks(result.name)
    if not found:
        return
    st.subheader("Marked")
    for mark in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            key = f"found_name {mark.id}"
            st.text_input(
                "Name of the group", mark.name, key=key, label_visibility="collapsed", width=280,
                on_change=_rename, args=(mark, key), max_chars=80,
            )  # fmt: skip
            said = mark.sentence or f"{len(mark.files):,} photos you selected."
            st.caption(errors.plain(said), width="stretch")
            st.button(
                "Show", key=f"found_show {mark.id}", type="tertiary", on_click=_show_mark,
                args=(result.told, mark),
            )  # fmt: skip
            st.button(
                "Remove", key=f"found_remove {mark.id}", type="tertiary", on_click=marked.remove,
                args=(mark,),
            )  # fmt: skip
    with st.container(horizontal=True):
        st.download_button(
            "Files (CSV)", partial(marked.as_csv, found), file_name="marked.csv", mime="text/csv",
            icon=":material/download:", key="found_csv", on_click="ignore",
            help="A line for each photo: its group, class and file.",
        )  # fmt: skip
        if _reported(result, found) and st.button(
            "Report", icon=":material/description:", key="found_report",
            help=f"The first {FEW} photos of each marked group, with their maps.",
        ):  # fmt: skip
            _report(result, found)


def _rename(mark: Mark, key: str) -> None:
    marked.rename(mark, st.session_state[key])


def _show_mark(told: Told, mark: Mark) -> None:
    photos = [told.number[file] for file in mark.files]
    _choose(told, {"index": mark.index, "photos": photos})


def _reported(result: Result, found: Sequence[Mark]) -> list[Wanted]:
    """Return the photos that a report shows: the first few of each group."""
    numbers = [result.told.number[file] for mark in found for file in mark.files[:FEW]]
    rows = result.told.found.rows.take(list(dict.fromkeys(numbers))).to_pylist()
    return _wanted(result, rows)


def _report(result: Result, found: Sequence[Mark]) -> None:
    answers = [
        picked.answer(one, result.search.clf, _layer(result), result.about)
        for one in _reported(result, found)
    ]
    notes = "\n\n".join(
        f"{mark.name}: {mark.sentence or f'{len(mark.files)} photos.'}" for mark in found
    )
    report(everything(answers, "for"), Look(), "What the model goes by", notes)


def _failed(told: Told) -> None:
    """Say which photos could not be explained."""
    rows = told.found.rows
    problems = rows["error"].to_pylist()
    failed = [n for n, problem in enumerate(problems) if problem is not None]
    if failed:
        errors.show_all(
            (told.files[n], GradcamError(problems[n])) for n in failed[:FEW]
        )  # fmt: skip
    if len(failed) > FEW:
        st.caption(f"{len(failed) - FEW:,} more photos could not be explained.")
