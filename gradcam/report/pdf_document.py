"""Write the report as an A4 PDF in the order and style of the web page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gradcam.report import compat
from gradcam.report import pdf_flow as flow
from gradcam.report.content import (
    MAP_COLUMNS,
    NUMBERS,
    Contents,
    Facts,
    Guesses,
    Panel,
    Rows,
    Section,
)
from gradcam.text import clip

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

# In points; A4 is 595 × 842. A photo with five maps fits on a page, even below a short title.
_SIDE, _TOP, _BOTTOM = 45.0, 36.0, 44.0
_WIDTH = 595.28 - 2 * _SIDE
_GAP = 14.0
_PHOTO = (_WIDTH * 0.44, 142.0)
_PANEL_HEIGHT = 164.0
_PERCENT = 46.0
_LEAST = 110.0  # room for the caption below a narrow photo
_FRAME_PADDING = 6  # added by reportlab inside the margins


def write(contents: Contents) -> bytes:
    """Return the PDF's bytes, which depend on nothing but the contents."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import PageBreak, SimpleDocTemplate

    # ASCII streams are a quarter larger, and nothing needs them any more.
    compat.write_binary_streams()
    flow.register_fonts()
    story = _head(contents)
    for number, section in enumerate(contents.sections):
        story += [PageBreak()] * (number > 0) + _section(section, contents.color_bar)
    story += [PageBreak(), *_reading(contents), *_appendix(contents)]
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=_SIDE - _FRAME_PADDING,
        rightMargin=_SIDE - _FRAME_PADDING,
        topMargin=_TOP - _FRAME_PADDING,
        bottomMargin=_BOTTOM - _FRAME_PADDING,
        title=contents.title,
        author="Grad-CAM Explorer",
        lang="en",
        invariant=1,
    )
    document.build(story, onFirstPage=_number, onLaterPages=_number)
    return buffer.getvalue()


def _number(canvas: Any, document: Any) -> None:
    canvas.setFont(flow.REGULAR, 7)
    canvas.setFillColor(flow.QUIET)
    canvas.drawRightString(_SIDE + _WIDTH, _BOTTOM - 20, str(document.page))


def _head(contents: Contents) -> list[Flowable]:
    from reportlab.platypus import HRFlowable, Spacer

    rule = HRFlowable(28, 3, "butt", flow.ACCENT, spaceBefore=0, spaceAfter=9, hAlign="LEFT")
    story = [rule, flow.text(contents.title, "title"), Spacer(0, 3)]
    story += [flow.text(contents.summary, "summary"), Spacer(0, 3)]
    for part in contents.notes:
        story += [Spacer(0, 7), flow.text(part, "notes")]
    return [*story, Spacer(0, 18)]


def _section(section: Section, bar: bytes) -> list[Flowable]:
    from reportlab.platypus import KeepTogether, Spacer

    photo = flow.image(section.photo, *_PHOTO)
    wide = max(photo.drawWidth, _LEAST)
    left = wide + _GAP + 4
    guesses = [flow.text("Predictions", "small heading"), Spacer(0, 2)]
    for g in section.guesses:
        guesses += [flow.text(g.model, "quiet")] * (len(section.guesses) > 1)
        guesses += [_guesses(g, _WIDTH - left), Spacer(0, 4)]
    seen = [photo, Spacer(0, 4), flow.text(section.caption, "quiet")]
    opening = [
        flow.text(section.name, "heading"),
        Spacer(0, 2),
        flow.text(section.takeaway, "takeaway"),
        Spacer(0, 8),
        flow.grid([[flow.grid([[seen]], [wide]), guesses]], [left, _WIDTH - left]),
    ]
    return [KeepTogether(opening), *_panels(section, bar)]


def _guesses(guesses: Guesses, width: float) -> Flowable:
    bar = width * 0.4
    rows = [
        [
            flow.text(clip(g.label, 90), "label", bold=g.shown),
            "",
            flow.track(g.share, bar, flow.ACCENT if g.shown else flow.NOT_SHOWN),
            flow.text(g.percent, "label", align="right"),
        ]
        for g in guesses.rows
    ]
    return flow.grid(rows, [width - bar - _PERCENT - 8, 8, bar, _PERCENT], pad=2.2, anchor="MIDDLE")


def _panels(section: Section, bar: bytes) -> list[Flowable]:
    """Lay out panels in rows that never split across pages, with labels and pictures aligned."""
    from reportlab.platypus import KeepTogether, Spacer

    columns = section.columns
    width = (_WIDTH - (columns - 1) * _GAP) / columns
    rows: list[Flowable] = []
    for first in range(0, len(section.panels), columns):
        cells = [_panel(p, bar, width) for p in section.panels[first : first + columns]]
        cells += [[""] * 3] * (columns - len(cells))
        lines = [list(line) for line in zip(*cells, strict=True)]
        widths = [width + _GAP] * (columns - 1) + [width]
        labels = flow.grid(lines[:1], widths, anchor="BOTTOM")
        rows.append(KeepTogether([Spacer(0, 12), labels, flow.grid(lines[1:], widths)]))
    return rows


def _panel(panel: Panel, bar: bytes, width: float) -> list[Any]:
    """Return three cells, from top to bottom: the label, the picture and its caption."""
    from reportlab.platypus import Spacer

    name = flow.text(clip(panel.label, 60), "label", bold=True)
    share = flow.text(panel.percent, "label", align="right")
    label = flow.grid([[name, share]], [width - _PERCENT, _PERCENT], anchor="BOTTOM")
    below: list[Flowable] = [Spacer(0, 4)]
    if panel.ends:
        below += [flow.stretched(bar, width), Spacer(0, 1), _ends(panel.ends, width)]
    made = panel.made if panel.empty else f"{panel.made} · {panel.scale}"
    caption = [flow.text(line, "quiet") for line in (made, panel.empty) if line]
    return [label, [Spacer(0, 2), flow.image(panel.picture, width, _PANEL_HEIGHT)],
            [*below, flow.grid([[caption]], [width])]]  # fmt: skip


def _ends(ends: Sequence[str], width: float) -> Flowable:
    places = ["left", *["centre"] * (len(ends) - 2), "right"]
    cells = [
        flow.text(end, "quiet", dark=True, align=place)
        for end, place in zip(ends, places, strict=True)
    ]
    return flow.grid([cells], [width / len(ends)] * len(ends))


def _reading(contents: Contents) -> list[Flowable]:
    from reportlab.platypus import Spacer

    story: list[Flowable] = []
    for heading, texts in (
        ("How to read the maps", contents.how_to_read),
        ("What they do not prove", contents.limits),
    ):
        story.append(flow.text(heading, "small heading"))
        for text in texts:
            story += [Spacer(0, 4), flow.text(text, "body")]
        story.append(Spacer(0, 14))
    return story


def _appendix(contents: Contents) -> list[Flowable]:
    from reportlab.platypus import HRFlowable, KeepTogether, Spacer

    rule = HRFlowable("100%", 0.6, color=flow.LINE, spaceBefore=0, spaceAfter=12)
    story = [rule, flow.text("How the maps were made", "heading"), Spacer(0, 8)]
    if contents.common:
        story += [flow.text("All maps", "small heading"), _rows(contents.common), Spacer(0, 12)]
    for section in contents.sections:
        part = [flow.text(section.name, "small heading")]
        for facts in section.facts:
            part += [_rows(facts.rows), Spacer(0, 4), _maps(facts), Spacer(0, 12)]
        story.append(KeepTogether(part))
    return story


def _rows(rows: Rows) -> Flowable:
    cells = [[flow.text(key, "quiet"), flow.text(value, "quiet", dark=True)] for key, value in rows]
    return flow.grid(cells, [88, _WIDTH - 88], pad=2.2, lines=True)


def _maps(facts: Facts) -> Flowable:
    aligned = ["right" if name in NUMBERS else "left" for name in MAP_COLUMNS]
    rows = [
        [
            flow.text(value, "quiet", bold=not n, dark=True, align=align)
            for value, align in zip(row, aligned, strict=True)
        ]
        for n, row in enumerate((MAP_COLUMNS, *facts.maps))
    ]
    shares = (0.22, 0.07, 0.12, 0.17, 0.14, 0.08, 0.1, 0.1)
    widths = [_WIDTH * share for share in shares]
    return flow.grid(rows, widths, pad=2.2, right=8, lines=True, header=1)
