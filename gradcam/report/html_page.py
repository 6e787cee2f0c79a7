"""Write the report as one web page that embeds its pictures, runs no scripts and loads nothing.

All text from outside goes through `_text`. The content security policy allows only data URIs and
the page's own style sheet.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from gradcam.drawing.pictures import Picture
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
from gradcam.text import html

_TALL = 1.05  # width over height, up to which predictions fit beside photo and map


def write(contents: Contents) -> str:
    """Return the page's HTML."""
    css = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    notes = "".join(f"<p>{_text(part)}</p>" for part in contents.notes)
    bar = _data_uri("image/png", contents.color_bar)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{content_policy(css)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{_text(contents.title)}</title>
<style>{css}</style>
</head>
<body>
<main>
<header class="head">
<h1>{_text(contents.title)}</h1>
<p class="summary">{_text(contents.summary)}</p>
{f'<div class="notes">{notes}</div>' if notes else ""}
</header>
{"".join(_section(section, bar) for section in contents.sections)}
{_reading(contents)}
{_appendix(contents)}
</main>
<script type="application/json" id="manifest">{_data(contents.manifest)}</script>
</body>
</html>
"""


def _section(section: Section, bar: str) -> str:
    guesses = "".join(_guesses(g, named=len(section.guesses) > 1) for g in section.guesses)
    guesses = f'<div class="considered"><h3>Predictions</h3>{guesses}</div>'
    small = section.large is not None
    panels = "".join(_panel(panel, bar, small=small) for panel in section.panels)
    if section.large is None:
        shown = f"""<div class="subject"><figure>{_image(section.photo, section.name)}
<figcaption class="quiet">{_text(section.caption)}</figcaption></figure>
{guesses}</div>
<div class="panels across-{section.columns}">{panels}</div>"""
    else:
        shape = "tall" if section.photo.aspect < _TALL else "broad"
        rivals = f'<div class="panels rivals">{panels}</div>' if panels else ""
        shown = f"""<div class="answer {shape}">
<div class="panels pair">{_photo(section)}{_panel(section.large, bar)}</div>
{guesses}{rivals}</div>"""
    return f"""<section class="photo">
<h2><bdi>{_text(section.name)}</bdi></h2>
<p class="sentence">{_text(section.sentence)}</p>
{shown}
</section>
"""


def _photo(section: Section) -> str:
    """Draw the photo in the parts of a panel, so that it lines up with the map beside it."""
    return (
        f'<figure><div class="label"></div>{_image(section.photo, section.name)}<div></div>'
        f'<figcaption class="quiet">{_text(section.caption)}</figcaption></figure>'
    )


def _guesses(guesses: Guesses, *, named: bool) -> str:
    rows = "".join(
        f'<tr{" class=shown" if g.shown else ""}><th scope="row"><bdi>{_text(g.label)}</bdi></th>'
        '<td><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{100 * g.share:.2f}" height="6"/></svg></td><td>{_text(g.percent)}</td></tr>'
        for g in guesses.rows
    )
    heading = f"<h3>{_text(guesses.model)}</h3>" if named else ""
    return f'{heading}<table class="guesses">{rows}</table>'


def _panel(panel: Panel, bar: str, *, small: bool = False) -> str:
    """Draw one map; how it was made is left out if it is `small`, beside one made the same way."""
    ends = "".join(f"<span>{_text(end)}</span>" for end in panel.ends)
    scale = f'<img src="{bar}" alt=""><div class="ends">{ends}</div>' if ends else ""
    made = "" if small else panel.made + ("" if panel.empty else f", on {panel.scale}")
    lines = "".join(f"<div>{_text(line)}</div>" for line in (made, panel.word, panel.empty) if line)
    return (
        f'<figure><div class="label"><b><bdi>{_text(panel.label)}</bdi></b>'
        f"<span>{_text(panel.percent)}</span></div>"
        f"{_image(panel.picture, f'Map of {panel.label}')}"
        f'<div class="bar">{scale}</div>'
        f'<figcaption class="quiet">{lines}</figcaption></figure>'
    )


def _reading(contents: Contents) -> str:
    return (
        '<section class="reading"><div class="prose">'
        f"<div><h3>How to read the maps</h3>{_paragraphs(contents.how_to_read)}</div>"
        f"<div><h3>What they do not prove</h3>{_paragraphs(contents.limits)}</div>"
        "</div></section>"
    )


def _appendix(contents: Contents) -> str:
    photos = "".join(
        f'<div class="made"><h3><bdi>{_text(section.name)}</bdi></h3>'
        + "".join(_rows(f.rows) + _maps(f) for f in section.facts)
        + "</div>"
        for section in contents.sections
    )
    common = f"<h3>All maps</h3>{_rows(contents.common)}" if contents.common else ""
    return f'<section class="appendix"><h2>How the maps were made</h2>{common}{photos}</section>'


def _rows(rows: Rows) -> str:
    body = "".join(
        f'<tr><th scope="row">{_text(key)}</th><td>{_text(value)}</td></tr>' for key, value in rows
    )
    return f"<table><tbody>{body}</tbody></table>"


def _maps(facts: Facts) -> str:
    head = "".join(f'<th scope="col"{_number(name)}>{_text(name)}</th>' for name in MAP_COLUMNS)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in facts.maps)
    return (
        f'<div class="wide"><table class="maps"><thead><tr>{head}</tr></thead>{body}</table></div>'
    )


def _cells(row: Sequence[str]) -> str:
    named = zip(MAP_COLUMNS, row, strict=True)
    return "".join(f"<td{_number(name)}>{_text(value)}</td>" for name, value in named)


def _number(column: str) -> str:
    return ' class="number"' if column in NUMBERS else ""


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{_text(text)}</p>" for text in texts)


def _image(picture: Picture, alt: str) -> str:
    source = _data_uri("image/jpeg", picture.jpeg)
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img src="{source}" {size} alt="{_text(alt)}">'


def content_policy(css: str) -> str:
    """Return the content security policy of a page that has this style sheet and no scripts."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'"


def _data_uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _data(json_text: str) -> str:
    """Escape JSON so that it can neither end its script element nor open a comment in it."""
    return json_text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _text(text: str) -> str:
    return html(text)
