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
_LARGE = ((_WIDTH - _GAP) / 2, 270.0)
_PANEL_HEIGHT = 164.0
_BESIDE, _SMALL_GAP = 8, 9.0  # small maps beside the predictions; the others follow
_PERCENT = 46.0
_LEAST = 110.0  # room for the caption below a narrow photo
_FRAME_PADDING = 6  # added by reportlab inside the margins


def write(contents: Contents) -> bytes:
    """Return the PDF's bytes, which depend on nothing but the contents."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import KeepTogether, SimpleDocTemplate

    # ASCII streams are a quarter larger, and nothing needs them any more.
    compat.write_binary_streams()
    flow.register_fonts()
    story = _head(contents)
    for section in contents.sections:
        story += _section(section, contents.color_bar)
    # Together, so that neither is left alone on a page.
    story.append(KeepTogether([*_reading(contents), *_appendix(contents)]))
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
    """Lay out a photo's part, which stays on one page unless it compares many maps."""
    from reportlab.platypus import KeepTogether, Spacer

    head = [
        flow.text(section.name, "photo"),
        flow.text(section.sentence, "sentence"),
        Spacer(0, 8),
    ]
    if section.large is None:
        parts = [KeepTogether([*head, _subject(section)]), *_panels(section, bar)]
    else:
        pair = _pair(section, section.large, bar)
        parts = [KeepTogether([*head, pair, Spacer(0, 12), _considered(section, bar)])]
        others = _small(section.panels[_BESIDE:], bar, _WIDTH, 6)
        parts += [KeepTogether(row) for row in others]
    return [*parts, Spacer(0, 26)]


def _pair(section: Section, large: Panel, bar: bytes) -> Flowable:
    """Set the photo and the answer's map side by side, as large as the page is wide."""
    photo = flow.image(section.photo, *_LARGE)
    width = max(photo.drawWidth, _LEAST)
    left = ["", photo, [flow.text(section.caption, "quiet")]]
    rows = list(zip(left, _panel(large, bar, width, *_LARGE), strict=True))
    return flow.grid(rows, [width + _GAP, width], anchor="TOP")


def _considered(section: Section, bar: bytes) -> Flowable:
    """Set the predictions beside the maps of the next classes, small."""
    left = _WIDTH * (0.4 if section.panels else 0.6)
    rows = _small(section.panels[:_BESIDE], bar, _WIDTH - left, 4)
    rivals = [part for row in rows for part in row]
    return flow.grid([[_predictions(section, left - _GAP), rivals]], [left, _WIDTH - left])


def _small(panels: Sequence[Panel], bar: bytes, width: float, columns: int) -> list[list[Flowable]]:
    room = (width - (columns - 1) * _SMALL_GAP) / columns
    cells = [_panel(p, bar, room, room, _PANEL_HEIGHT, small=True) for p in panels]
    return _rows_of(cells, columns, room, _SMALL_GAP)


def _subject(section: Section) -> Flowable:
    """Set the photo beside the predictions, above maps that compare."""
    from reportlab.platypus import Spacer

    photo = flow.image(section.photo, *_PHOTO)
    wide = max(photo.drawWidth, _LEAST)
    left = wide + _GAP + 4
    seen = [photo, Spacer(0, 4), flow.text(section.caption, "quiet")]
    predictions = _predictions(section, _WIDTH - left)
    return flow.grid([[flow.grid([[seen]], [wide]), predictions]], [left, _WIDTH - left])


def _predictions(section: Section, width: float) -> list[Flowable]:
    from reportlab.platypus import Spacer

    story = [flow.text("Predictions", "small heading"), Spacer(0, 2)]
    for g in section.guesses:
        story += [flow.text(g.model, "quiet")] * (len(section.guesses) > 1)
        story += [_guesses(g, width), Spacer(0, 4)]
    return story


def _guesses(guesses: Guesses, width: float) -> Flowable:
    bar = width * 0.32
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
    """Lay out maps that compare."""
    from reportlab.platypus import KeepTogether, Spacer

    width = (_WIDTH - (section.columns - 1) * _GAP) / section.columns
    cells = [_panel(p, bar, width, width, _PANEL_HEIGHT) for p in section.panels]
    rows = _rows_of(cells, section.columns, width, _GAP)
    return [Spacer(0, 12), *map(KeepTogether, rows)]


def _rows_of(
    panels: Sequence[list[Any]], columns: int, width: float, gap: float
) -> list[list[Flowable]]:
    """Arrange panels in rows, each with its labels and its pictures aligned."""
    from reportlab.platypus import Spacer

    rows: list[list[Flowable]] = []
    for first in range(0, len(panels), columns):
        cells = list(panels[first : first + columns])
        cells += [[""] * 3] * (columns - len(cells))
        lines = [list(line) for line in zip(*cells, strict=True)]
        widths = [width + gap] * (columns - 1) + [width]
        labels = flow.grid(lines[:1], widths, anchor="BOTTOM")
        rows.append([labels, flow.grid(lines[1:], widths), Spacer(0, 10)])
    return rows


def _panel(
    panel: Panel, bar: bytes, room: float, width: float, height: float, *, small: bool = False
) -> list[Any]:
    """Return three cells, from top to bottom: the label, the picture and its caption.

    room : the cell's width. width, height : at most those of the picture.
    small : leave out how it was made, beside one made the same way.
    """
    from reportlab.platypus import Spacer

    kind = "quiet" if small else "label"
    name = flow.text(clip(panel.label, 60), kind, bold=True, dark=True)
    share = flow.text(panel.percent, kind, align="left" if small else "right")
    label = [name, share] if small else _apart(name, share, room)
    below: list[Flowable] = [Spacer(0, 4)]
    if panel.ends:
        below += [flow.stretched(bar, room), Spacer(0, 1), _ends(panel.ends, room)]
    made = "" if small else panel.made + ("" if panel.empty else f", on {panel.scale}")
    caption = [flow.text(line, "quiet") for line in (made, panel.word, panel.empty) if line]
    return [label, [Spacer(0, 2), flow.image(panel.picture, width, height)],
            [*below, flow.grid([[caption]], [room])]]  # fmt: skip


def _apart(left: Flowable, right: Flowable, width: float) -> Flowable:
    return flow.grid([[left, right]], [width - _PERCENT, _PERCENT], anchor="BOTTOM")


def _ends(ends: Sequence[str], width: float) -> Flowable:
    places = ["left", *["centre"] * (len(ends) - 2), "right"]
    cells = [
        flow.text(end, "quiet", dark=True, align=place)
        for end, place in zip(ends, places, strict=True)
    ]
    return flow.grid([cells], [width / len(ends)] * len(ends))


def _reading(contents: Contents) -> list[Flowable]:
    from reportlab.platypus import Spacer

    columns = []
    for heading, texts in (
        ("How to read the maps", contents.how_to_read),
        ("What they do not prove", contents.limits),
    ):
        column: list[Flowable] = [flow.text(heading, "small heading")]
        for text in texts:
            column += [Spacer(0, 4), flow.text(text, "body")]
        columns.append(column)
    half = _WIDTH / 2
    return [flow.grid([columns], [half, half], right=_GAP), Spacer(0, 18)]


def _appendix(contents: Contents) -> list[Flowable]:
    from reportlab.platypus import HRFlowable, Spacer

    rule = HRFlowable("100%", 0.6, color=flow.LINE, spaceBefore=0, spaceAfter=12)
    story = [rule, flow.text("How the maps were made", "heading"), Spacer(0, 8)]
    if contents.common:
        story += [flow.text("All maps", "small heading"), _rows(contents.common), Spacer(0, 12)]
    return [*story, _maps(contents.sections)]


def _rows(rows: Rows) -> Flowable:
    cells = [[flow.text(key, "quiet"), flow.text(value, "quiet", dark=True)] for key, value in rows]
    return flow.grid(cells, [88, _WIDTH - 88], pad=2.2, lines=True)


def _maps(sections: Sequence[Section]) -> Flowable:
    """Set all maps in one table, below a line for each photo, so that pages fill up."""
    aligned = ["right" if name in NUMBERS else "left" for name in MAP_COLUMNS]
    rows: list[list[Any]] = [_cells(MAP_COLUMNS, aligned, bold=True)]
    whole = []
    for section in sections:
        for facts in section.facts:
            about = " · ".join(f"{key}: {value}" for key, value in facts.rows)
            named = [flow.text(section.name, "label", bold=True), flow.text(about, "quiet")]
            whole.append(len(rows))
            rows.append([named, *[""] * (len(MAP_COLUMNS) - 1)])
            rows += [_cells(row, aligned) for row in facts.maps]
    shares = (0.2, 0.07, 0.12, 0.16, 0.13, 0.08, 0.12, 0.12)
    widths = [_WIDTH * share for share in shares]
    return flow.grid(rows, widths, pad=2.2, right=8, lines=True, header=1, whole=whole)


def _cells(row: Sequence[str], aligned: Sequence[str], *, bold: bool = False) -> list[Any]:
    return [
        flow.text(value, "quiet", bold=bold, dark=True, align=align)
        for value, align in zip(row, aligned, strict=True)
    ]
