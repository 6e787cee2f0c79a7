"""The dialogs that hand over files: of one panel, of everything shown, or as a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from gradcam import METHODS, files
from gradcam import report as reports
from gradcam.files import Look
from gradcam.files.manifest import slug
from gradcam.files.png import Kind
from gradcam.report import Report
from gradcam.text import count, megabytes, percent

from .. import errors
from ..errors import plain
from ..grid import Answer
from .shown import Shown, everything, one_panel, shared_peak
from .wanted import take_wish


def download(
    title: str, what: str, data: bytes | Callable[[], bytes], name: str, mime: str
) -> None:
    """A button and a line on what one gets; `data` may be made when it is clicked."""
    button, words = st.columns([2, 3], vertical_alignment="center")
    # "ignore": a download changes nothing on the page.
    button.download_button(
        title, data, name, mime, icon=":material/download:", on_click="ignore", width="stretch"
    )
    words.caption(what)


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
    name = f"{slug(shown.name)}-{files.map_name(explanation, 0)[3:]}"
    said = f"{m.prediction.label} {percent(m.prediction.probability)}"
    _about(f"{said} · {shown.name} · {explanation.model} · {m.layer} · {METHODS[m.method].title}")
    for kind, title, what in _PICTURES:
        make = partial(files.png_bytes, explanation, 0, kind, look, scale)
        download(f"{title}, PNG", what, make, f"{name}-{kind}.png", "image/png")
    download(
        "Numbers, NPZ", "Raw float32 at the layer's and at the photo's resolution",
        partial(files.npz_bytes, explanation, look, scale), f"{name}.npz",
        "application/octet-stream",
    )  # fmt: skip
    download(
        "Manifest, JSON", "What it takes to make the same map again; every PNG holds it too",
        partial(files.manifest_bytes, explanation, look, scale), f"{name}.json", "application/json",
    )  # fmt: skip
    st.caption("The NPZ and its photo, dropped into the sidebar together, open here again.")


@st.dialog("Save everything shown", width="medium")
def all_files(shown: Sequence[Shown], look: Look) -> None:
    """All panels as one ZIP."""
    photos = len({one.name for one in shown})
    maps = sum(len(one.explanation.maps) for one in shown)
    _about(f"{count(maps, 'map')} of {count(photos, 'photo')}")
    make = partial(
        files.archive, [one.explanation for one in shown], [one.name for one in shown],
        look=look,
    )  # fmt: skip
    download(
        "All files, ZIP", "For each photo a folder: pictures of every map, numbers, manifest",
        make, "gradcam.zip", "application/zip",
    )  # fmt: skip
    st.caption("Single files: the arrow in the corner of each map.")


def _about(text: str) -> None:
    st.markdown(plain(text))


_USUAL_TITLE = "Where the model looks"


@dataclass(frozen=True)
class _Format:
    what: str
    ending: str
    mime: str
    make: Callable[[Report], bytes]


_FORMATS: Mapping[str, _Format] = {
    "Web page": _Format(
        "One file that opens in every browser, without a network, and prints to A4.",
        "html", "text/html", lambda made: reports.html(made).encode(),
    ),
    "PDF": _Format("A4, with text that can be searched.", "pdf", "application/pdf", reports.pdf),
    "Slides": _Format(
        "PowerPoint: a title and one slide a photo, the facts in the speaker's notes.", "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        reports.slides,
    ),
}  # fmt: skip


@st.dialog("Make a report", width="medium")
def report(shown: Sequence[Shown], look: Look) -> None:
    """Ask for title, notes and format; make it, and hand it over."""
    # A form: what was typed last is in the report, however quickly somebody clicks.
    with st.form("report", border=False):
        title = st.text_input("Title", _USUAL_TITLE, key="report_title", max_chars=200)
        notes = st.text_area(
            "Notes", key="report_notes", max_chars=20_000, height=120,
            placeholder="What was asked, what you see, what follows. An empty line begins a "
            "paragraph.",
        )  # fmt: skip
        kind = st.segmented_control(
            "Format", list(_FORMATS), default="Web page", key="report_format", required=True
        )
        asked = st.form_submit_button("Make the report", type="primary")
    if not asked:
        st.caption(
            "It holds each photo with its predictions, its maps with colour bars, how to read "
            "them, what they do not prove, and how they were made."
        )
        return
    with errors.told():
        _hand_over(_FORMATS[str(kind)], _report(shown, look, title, notes))


def _report(shown: Sequence[Shown], look: Look, title: str, notes: str) -> Report:
    explanations = tuple(one.explanation for one in shown)
    return Report(
        title or _USUAL_TITLE, notes, explanations, look, tuple(one.name for one in shown)
    )


def _hand_over(kind: _Format, made: Report) -> None:
    with st.spinner("Making the report", show_time=True):
        data = kind.make(made)
    download(
        f"Download ({megabytes(len(data))})", kind.what, data, f"{slug(made.title)}.{kind.ending}",
        kind.mime,
    )  # fmt: skip


def take_away(answers: Sequence[Answer]) -> None:
    """Open the dialog for what was asked for in this run, if anything was."""
    wish = take_wish()
    if wish is None:
        return
    shown = everything(answers, wish.sign)
    if not shown:
        return
    scale = shared_peak(shown) if wish.look.scale == "shared" else None
    if wish.what == "all":
        all_files(shown, wish.look)
    elif wish.what == "report":
        report(shown, wish.look)
    elif one := one_panel(answers, wish.row, wish.panel, wish.sign):
        panel_files(one, wish.look, scale)
