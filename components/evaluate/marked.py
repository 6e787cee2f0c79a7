"""Groups of photos that a visitor marked: named, exported as a list of files, put in a report."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from gradcam.text import cells, one_line

_KEY = "found_marks"
_LONGEST = 80  # characters of a name


@dataclass(frozen=True)
class Mark:
    """A marked group of photos of one class.

    of : the result it belongs to. id : of a suspect, or of a selection.
    index, label : the class whose maps they are. sentence : why, or "".
    """

    of: str
    id: str
    name: str
    index: int
    label: str
    files: tuple[str, ...]
    sentence: str = ""


def marks(of: str) -> list[Mark]:
    """Return the marks of a result, in the order in which they were made."""
    return [one for one in _all() if one.of == of]


def toggle(mark: Mark) -> None:
    """Mark a group, or take its mark away."""
    if any(one.of == mark.of and one.id == mark.id for one in _all()):
        remove(mark)
    else:
        st.session_state[_KEY] = [*_all(), mark]


def remove(mark: Mark) -> None:
    """Take a mark away."""
    st.session_state[_KEY] = [o for o in _all() if (o.of, o.id) != (mark.of, mark.id)]


def rename(mark: Mark, name: str) -> None:
    """Call a marked group otherwise."""
    st.session_state[_KEY] = [
        replace(one, name=one_line(name, _LONGEST))
        if (one.of, one.id) == (mark.of, mark.id)
        else one
        for one in _all()
    ]


def as_csv(found: Sequence[Mark]) -> bytes:
    """Return the files of all marked groups, a line for each: its group, class and file."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["group", "class", "file", "why"])
    for mark in found:
        writer.writerows(cells([mark.name, mark.label, name, mark.sentence]) for name in mark.files)
    # The mark at the start tells spreadsheets that it is UTF-8.
    return file.getvalue().encode("utf-8-sig")


def _all() -> list[Mark]:
    found: list[Mark] = st.session_state.get(_KEY, [])
    return found
