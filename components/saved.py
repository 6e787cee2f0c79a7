"""Reopen saved maps from an NPZ file and its photo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.typing import UploadedFile

from gradcam import METHODS, Explanation, GradcamError, SaliencyMap, load_explanation
from gradcam.files import read_manifest
from gradcam.text import percent

from . import pictures
from .compat import upload_id
from .engine import NO_PHOTO, Explained
from .grid import Answer
from .pictures import Picture, Unreadable
from .samples import SAMPLES
from .viewer import Panel, Row

ENDING = ".npz"
MAX_SAVED = 12


def reopen(
    files: Sequence[UploadedFile], shown: Sequence[Picture]
) -> tuple[list[Answer], list[Unreadable]]:
    """Return a row for each file whose photo is in `shown` or a sample, and the other files."""
    rows: list[Answer] = []
    bad: list[Unreadable] = []
    for file in files[:MAX_SAVED]:
        try:
            data = file.getvalue()
            picture = _photo_of(data, shown)
            rows.append(_row(picture, _explanation(upload_id(file), picture.digest, data, picture)))
        except GradcamError as error:
            bad.append(Unreadable(file.name, error))
    return rows, bad


@st.cache_resource(max_entries=MAX_SAVED, show_spinner=False, scope="session")
def _explanation(file_id: str, digest: str, _data: bytes, _picture: Picture) -> Explanation:  # noqa: ARG001
    found = load_explanation(_data, _picture.opened)
    return replace(found, photo=NO_PHOTO)


def _photo_of(data: bytes, shown: Sequence[Picture]) -> Picture:
    entry = read_manifest(data).get("photo")
    digest = entry.get("sha256") if isinstance(entry, dict) else None
    for picture in _candidates(shown):
        if picture.digest == digest:
            return picture
    raise GradcamError(
        "The photo these maps were made from is missing.",
        hint="Drop it too: the original file, not a re-saved copy.",
    )


def _candidates(shown: Sequence[Picture]) -> Iterable[Picture]:
    yield from shown
    for sample in SAMPLES:
        yield pictures.sample(sample.id)


def _row(picture: Picture, explanation: Explanation) -> Answer:
    panels = tuple(_panel(explanation, m) for m in explanation.maps)
    source = Explained(explanation, 0.0, picture.opened)
    row = Row(picture.opened, f"{picture.name} (saved)", panels, explanation.model)
    return Answer(row, (source,), sources=(source,) * len(panels))


def _panel(explanation: Explanation, m: SaliencyMap) -> Panel:
    method = METHODS[m.method].title if m.method in METHODS else m.method
    return Panel(
        m.prediction.label, percent(m.prediction.probability), m,
        detail=f"{m.layer} · {method}", about=f"{explanation.model} · {m.layer} · {method}",
    )  # fmt: skip
