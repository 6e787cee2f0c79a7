"""Saved maps opened again: an NPZ and its photo, dropped together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components import pictures
from components.columns import Answer
from components.engine import Explained
from components.pictures import Picture, Unreadable
from components.predictions.predictions import percent
from components.samples import SAMPLES
from components.viewer import Panel, Row
from gradcam import METHODS, GradcamError
from gradcam.export import load_explanation, read_manifest
from gradcam.types import Explanation, SaliencyMap

ENDING = ".npz"
MAX_SAVED = 12


def reopen(
    files: Sequence[UploadedFile], shown: Sequence[Picture]
) -> tuple[list[Answer], list[Unreadable]]:
    """A row for each file whose photo is among those `shown` or the samples; and the others."""
    rows: list[Answer] = []
    bad: list[Unreadable] = []
    for file in files[:MAX_SAVED]:
        try:
            data = file.getvalue()
            picture = _photo_of(data, shown)
            rows.append(_row(picture, _explanation(file.file_id, picture.digest, data, picture)))
        except GradcamError as error:
            bad.append(Unreadable(file.name, error))
    return rows, bad


@st.cache_resource(max_entries=MAX_SAVED, show_spinner=False, scope="session")
def _explanation(file_id: str, digest: str, _data: bytes, _picture: Picture) -> Explanation:  # noqa: ARG001
    return load_explanation(_data, _picture.photo)


def _photo_of(data: bytes, shown: Sequence[Picture]) -> Picture:
    said = read_manifest(data).get("photo")
    digest = said.get("sha256") if isinstance(said, dict) else None
    for picture in _candidates(shown):
        if picture.digest == digest:
            return picture
    raise GradcamError(
        "The photo that these maps were made from is not here.",
        hint="Drop the very photo too: the file that was explained, not a copy saved anew.",
    )


def _candidates(shown: Sequence[Picture]) -> Iterable[Picture]:
    yield from shown
    for sample in SAMPLES:
        yield pictures.sample(sample.id)


def _row(picture: Picture, explanation: Explanation) -> Answer:
    panels = tuple(_panel(explanation, m) for m in explanation.maps)
    source = Explained(explanation, 0.0)
    row = Row(picture.photo, f"{picture.name}, saved", panels, explanation.model)
    return Answer(row, (source,), sources=(source,) * len(panels))


def _panel(explanation: Explanation, m: SaliencyMap) -> Panel:
    method = METHODS[m.method].title if m.method in METHODS else m.method
    return Panel(
        m.prediction.label, percent(m.prediction.probability), m, "",
        detail=f"{m.layer} · {method}", about=f"{explanation.model} · {m.layer} · {method}",
    )  # fmt: skip
