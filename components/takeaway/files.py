"""The dialogs with files: of one panel, and of everything shown. Made when clicked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.errors import plain
from components.predictions.predictions import percent
from components.takeaway.button import download
from components.takeaway.shown import Shown
from gradcam import METHODS, export
from gradcam.export import Look
from gradcam.export.facts import slug
from gradcam.export.pictures import Kind

_PICTURES: tuple[tuple[Kind, str, str], ...] = (
    ("overlay", "Overlay", "The map over the photo, as on screen"),
    ("colormap", "Colours", "The map alone, in its colours"),
    ("grey", "Grey, 8 bits", "The map alone, for a paper or a mask"),
    ("grey16", "Grey, 16 bits", "The same with 65,536 levels, for measuring"),
)


@st.dialog("Save this map", width="medium")
def panel_files(shown: Shown, look: Look, scale: float | None) -> None:
    """One panel's pictures, its numbers, and how it was made."""
    explanation = shown.explanation
    (m,) = explanation.maps
    name = f"{slug(shown.name)}-{export.map_name(explanation, 0)[3:]}"
    said = f"{m.prediction.label} {percent(m.prediction.probability)}"
    _about(f"{said} · {shown.name} · {explanation.model} · {m.layer} · {METHODS[m.method].title}")
    for kind, title, what in _PICTURES:
        make = partial(export.png, explanation, 0, kind, look, scale)
        download(f"{title}, PNG", what, make, f"{name}-{kind}.png", "image/png")
    download(
        "Numbers, NPZ", "Raw float32 at the layer's and at the photo's resolution",
        partial(export.npz, explanation, look, scale), f"{name}.npz", "application/octet-stream",
    )  # fmt: skip
    download(
        "Manifest, JSON", "What it takes to make the same map again; every PNG holds it too",
        partial(export.manifest_json, explanation, look, scale), f"{name}.json", "application/json",
    )  # fmt: skip
    st.caption("The NPZ and its photo, dropped into the sidebar together, open here again.")


@st.dialog("Save everything shown", width="medium")
def all_files(shown: Sequence[Shown], look: Look) -> None:
    """All panels as one ZIP."""
    photos = len({one.name for one in shown})
    maps = sum(len(one.explanation.maps) for one in shown)
    _about(f"{_count(maps, 'map')} of {_count(photos, 'photo')}")
    make = partial(
        export.archive, [one.explanation for one in shown], [one.name for one in shown],
        colormap=look.colormap, alpha=look.alpha, threshold=look.threshold, scale=look.scale,
    )  # fmt: skip
    download(
        "All files, ZIP", "For each photo a folder: pictures of every map, numbers, manifest",
        make, "gradcam.zip", "application/zip",
    )  # fmt: skip
    st.caption("Single files: the arrow in the corner of each map.")


def _about(text: str) -> None:
    st.markdown(plain(text))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
