"""The dialog that makes a report of everything shown: web page, PDF, slides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components import errors
from components.takeaway.button import download
from components.takeaway.shown import Shown
from gradcam import report as reports
from gradcam.export import Look
from gradcam.export.facts import slug
from gradcam.report import Report

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
        f"Download ({_size(len(data))})", kind.what, data, f"{slug(made.title)}.{kind.ending}",
        kind.mime,
    )  # fmt: skip


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.0f} kB"
