"""The dialogs that save what is on screen: one panel, everything shown, or a report."""

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


@dataclass(frozen=True)
class _Format:
    """A kind of report: a line about it, its file extension and type, and what makes it."""

    about: str
    ending: str
    mime: str
    make: Callable[[Report], bytes]


_PICTURES: tuple[tuple[Kind, str, str], ...] = (
    ("overlay", "Overlay (PNG)", "The map over the photo, as on screen"),
    ("colormap", "Colours (PNG)", "The map alone, in colour"),
    ("grey", "Grey, 8-bit (PNG)", "The map alone, for figures and masks"),
    ("grey16", "Grey, 16-bit (PNG)", "The same with 65,536 levels, for measurements"),
)
_DEFAULT_TITLE = "Where the model looks"
_FORMATS: Mapping[str, _Format] = {
    "Web page": _Format(
        "One file that opens in any browser, works offline and prints to A4.",
        "html", "text/html", lambda made: reports.html(made).encode(),
    ),
    "PDF": _Format("A4, with searchable text.", "pdf", "application/pdf", reports.pdf),
    "Slides": _Format(
        "PowerPoint: an answer a slide, with photo and map large; the other maps at the end.",
        "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        reports.slides,
    ),
}  # fmt: skip


def take_away(answers: Sequence[Answer]) -> None:
    """Open the dialog that a click in the viewer asked for, if any."""
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


@st.dialog("Save this map", width="medium")
def panel_files(shown: Shown, look: Look, scale: float | None) -> None:
    """Offer one panel's pictures, numbers and manifest."""
    explanation = shown.explanation
    (m,) = explanation.maps
    name = f"{slug(shown.name)}-{files.map_name(explanation, 0)[3:]}"
    title = f"{m.prediction.label} {percent(m.prediction.probability)}"
    _about(f"{title} · {shown.name} · {explanation.model} · {m.layer} · {METHODS[m.method].title}")
    for kind, button, about in _PICTURES:
        make = partial(files.png_bytes, explanation, 0, kind, look, scale)
        _download(button, about, make, f"{name}-{kind}.png", "image/png")
    _download(
        "Numbers (NPZ)", "Raw float32 values at the resolution of the layer and of the photo",
        partial(files.npz_bytes, explanation, look, scale), f"{name}.npz",
        "application/octet-stream",
    )  # fmt: skip
    _download(
        "Manifest (JSON)", "Everything needed to recompute this map; every PNG contains it too",
        partial(files.manifest_bytes, explanation, look, scale), f"{name}.json", "application/json",
    )  # fmt: skip
    st.caption("To reopen this map later, drop the NPZ and its photo into the sidebar together.")


@st.dialog("Save everything shown", width="medium")
def all_files(shown: Sequence[Shown], look: Look) -> None:
    """Offer all panels as one ZIP."""
    photos = len({one.name for one in shown})
    maps = sum(len(one.explanation.maps) for one in shown)
    _about(f"{count(maps, 'map')} of {count(photos, 'photo')}")
    make = partial(
        files.archive, [one.explanation for one in shown], [one.name for one in shown],
        look=look,
    )  # fmt: skip
    _download(
        "All files (ZIP)", "One folder per photo with its manifest, and each map as pictures and "
        "numbers", make, "gradcam.zip", "application/zip",
    )  # fmt: skip
    st.caption("To save a single map, click the arrow in its corner.")


@st.dialog("Create a report", width="medium")
def report(
    shown: Sequence[Shown], look: Look, title: str = _DEFAULT_TITLE, notes: str = ""
) -> None:
    """Ask for title, notes and format, then create the report and offer it.

    title, notes : what these are until somebody changes them.
    """
    # A form, so that text still being typed when the button is clicked is in the report.
    with st.form("report", border=False):
        title = st.text_input("Title", title, key="report_title", max_chars=200)
        notes = st.text_area(
            "Notes", notes, key="report_notes", max_chars=20_000, height=120,
            placeholder="What you asked, what you see, what follows from it. A blank line starts "
            "a new paragraph.",
        )  # fmt: skip
        kind = st.segmented_control(
            "Format", list(_FORMATS), default="Web page", key="report_format", required=True
        )
        submitted = st.form_submit_button("Create report", type="primary")
    if not submitted:
        st.caption(
            "The answer for each photo in a sentence, the photo and its map large, and smaller "
            "what else was considered; how to read the maps, and what they do not prove."
        )
        return
    with errors.reported():
        _hand_over(_FORMATS[str(kind)], _report(shown, look, title, notes))


def _report(shown: Sequence[Shown], look: Look, title: str, notes: str) -> Report:
    explanations = tuple(one.explanation for one in shown)
    return Report(
        title or _DEFAULT_TITLE, notes, explanations, look, tuple(one.name for one in shown)
    )


def _hand_over(kind: _Format, made: Report) -> None:
    with st.spinner("Creating the report", show_time=True):
        data = kind.make(made)
    name = f"{slug(made.title)}.{kind.ending}"
    _download(f"Download ({megabytes(len(data))})", kind.about, data, name, kind.mime)


def _download(
    button: str, about: str, data: bytes | Callable[[], bytes], name: str, mime: str
) -> None:
    """Draw a download button beside a line about the file; a callable runs when it is clicked."""
    left, right = st.columns([2, 3], vertical_alignment="center")
    # "ignore", because a download changes nothing on the page.
    left.download_button(
        button, data, name, mime, icon=":material/download:", on_click="ignore", width="stretch"
    )
    right.caption(about)


def _about(text: str) -> None:
    st.markdown(plain(text))
