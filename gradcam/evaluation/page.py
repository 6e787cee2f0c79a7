"""An evaluation as one web page, which embeds its plots, runs no scripts and loads nothing.

Names of photos, classes, layers and models are untrusted text, and all go through `_text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from gradcam.evaluation.plots import Scale, axis, curves, dot, scale_of
from gradcam.evaluation.results import Evaluation, MeanCurve, Setting, Standing
from gradcam.evaluation.summary import Interval
from gradcam.evaluation.words import (
    READING,
    between,
    conclusion,
    name,
    number,
    photos_of,
    signed,
)
from gradcam.metrics import METRICS
from gradcam.report.html_page import content_policy
from gradcam.text import count, html

Facts = Sequence[tuple[str, str]]
Curves = Mapping[str, Mapping[Setting, MeanCurve]]
_SHOWN_FAILURES = 50
# Which curves are drawn in one picture: how far apart the two are says how good the order is.
_PAIRS = (
    ("deletion", "insertion", "Deletion and insertion"),
    ("road_most", "road_least", "ROAD, most and least relevant first"),
)


def page(evaluation: Evaluation, title: str, facts: Facts) -> str:
    """Return the page's HTML.

    facts : what to say of how it was made: name and value.
    """
    css = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    standings = {metric: evaluation.standings(metric) for metric in evaluation.scores}
    parts = [
        _overview(evaluation, standings) if evaluation.files else "<p>No photo was scored.</p>",
        *(_metric(metric, found, evaluation) for metric, found in standings.items()),
        *(_curves(evaluation, *pair) for pair in _PAIRS),
        _differences(evaluation),
        _reading(),
        _made(evaluation, facts),
    ]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{content_policy(css)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{_text(title)}</title>
<style>{css}</style>
</head>
<body>
<main>
<header>
<h1>{_text(title)}</h1>
<p class="summary">{_text(_subject(evaluation))}</p>
</header>
{"".join(parts)}
</main>
</body>
</html>
"""


def _subject(evaluation: Evaluation) -> str:
    methods = {one.method for one in evaluation.settings if not one.baseline}
    at = count(len(evaluation.layers), "layer")
    found = f"{count(len(methods), 'method')} at {at}, on {photos_of(evaluation)}"
    return f"{found}; a random map and a centred blob beside them."


def _overview(evaluation: Evaluation, found: dict[str, tuple[Standing, ...]]) -> str:
    head = "".join(
        f'<th scope="col">{_text(METRICS[metric].title)}'
        f"<span>{METRICS[metric].better} is better</span></th>"
        for metric in found
    )
    rows = "".join(
        f"<tr{' class=baseline' if setting.baseline else ''}>"
        f'<th scope="row"><bdi>{_text(name(setting, evaluation))}</bdi></th>'
        + "".join(_cell(setting, standings) for standings in found.values())
        + "</tr>"
        for setting in evaluation.settings
    )
    return (
        '<section><div class="wide"><table class="overview">'
        f'<thead><tr><th scope="col">Method</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
        '</div><p class="quiet">Means over the photos. In bold: the best method by that metric, '
        "and those that cannot be told apart from it.</p></section>"
    )


def _cell(setting: Setting, standings: Sequence[Standing]) -> str:
    one = next(one for one in standings if one.setting == setting)
    if one.mean is None:
        return "<td>–</td>"
    text = number(one.mean.mean)
    return f"<td><b>{text}</b></td>" if one.level and not setting.baseline else f"<td>{text}</td>"


def _metric(metric: str, standings: Sequence[Standing], evaluation: Evaluation) -> str:
    row, drawn = METRICS[metric], [one.mean for one in standings if one.mean]
    if not drawn:
        return f"<section><h2>{_text(row.title)}</h2><p>No photo gave a number.</p></section>"
    scale = scale_of(drawn)
    blind = {
        one.setting.layer: one.mean for one in standings if one.setting.method == "random"
    }  # as coarse as its layer
    rows = "".join(_row(one, scale, blind.get(one.setting.layer), evaluation) for one in standings)
    return f"""<section>
<h2>{_text(row.title)} <span class="quiet">{row.better} is better</span></h2>
<p class="sentence">{_text(conclusion(metric, standings, evaluation))}</p>
<p class="quiet">{_text(row.protocol)} {_text(row.source)}.</p>
<table class="dots">
<thead><tr><th scope="col">Method</th><td></td><th scope="col">Mean</th>
<th scope="col">95 % interval</th><th scope="col">Against the best</th></tr></thead>
<tbody>{rows}<tr class="scale"><td></td><td>{axis(scale)}</td><td></td><td></td><td></td></tr>
</tbody></table>
</section>"""


def _row(one: Standing, scale: Scale, blind: Interval | None, evaluation: Evaluation) -> str:
    title = _text(name(one.setting, evaluation))
    called = f'<th scope="row"><bdi>{title}</bdi>{_missing(one)}</th>'
    if one.mean is None:
        return f"<tr>{called}<td></td><td>–</td><td></td><td></td></tr>"
    kind = "baseline" if one.setting.baseline else "level" if one.level else ""
    if one.behind is None:
        against = "best"
    elif one.behind.apart:
        against = f"{signed(one.behind.mean)} <small>({between(one.behind)})</small>"
    else:
        against = "not told apart"
    return (
        f'<tr class="{kind}">{called}<td>{dot(one.mean, scale, blind)}</td>'
        f"<td>{number(one.mean.mean)}</td><td>{between(one.mean)}</td><td>{against}</td></tr>"
    )


def _missing(one: Standing) -> str:
    if not one.missing:
        return ""
    return f"<small>no number for {count(one.missing, 'photo')}</small>"


def _curves(evaluation: Evaluation, first: str, second: str, title: str) -> str:
    drawn = {n: found for n in (first, second) if (found := evaluation.curves.get(n))}
    if not drawn:
        return ""
    top = max(max(c.probabilities) for found in drawn.values() for c in found.values())
    top = min(1.0, -(-top // 0.1) / 10)
    figures = "".join(
        _figure(setting, evaluation, drawn, top)
        for setting in evaluation.settings
        if any(setting in found for found in drawn.values()) and setting.method != "random"
    )
    names = {"deletion": "deletion", "insertion": "insertion",
             "road_most": "most relevant first", "road_least": "least relevant first"}  # fmt: skip
    key = "".join(f'<span class="{n}">{names[n]}</span>' for n in drawn)
    return f"""<section><h2>{_text(title)}</h2>
<p class="quiet">The probability of the class, from 0 to {number(top)[:3]} upwards, as more and
more pixels are changed, from none at the left to all at the right; means over the photos. Grey: the
random map's.</p>
<p class="key">{key}</p><div class="grid-of">{figures}</div></section>"""


def _figure(setting: Setting, evaluation: Evaluation, found: Curves, top: float) -> str:
    blind = Setting(setting.layer, "random")
    drawn = [("blind", of[blind]) for of in found.values() if blind in of]
    drawn += [(curve, of[setting]) for curve, of in found.items() if setting in of]
    called = _text(name(setting, evaluation))
    label = f"Curves of {called}; the numbers are in the tables above"
    return f"<figure><figcaption>{called}</figcaption>{curves(drawn, top, label)}</figure>"


def _differences(evaluation: Evaluation) -> str:
    if len(evaluation.settings) < 2 or not evaluation.files:
        return ""
    tables = "".join(_matrix(metric, evaluation) for metric in evaluation.scores)
    return f"""<section><h2>Every two methods</h2>
<p class="quiet">The row's number minus the column's, photo by photo. In bold: more than chance, the
95 % interval of the difference does not hold 0. The intervals are in differences.csv.</p>
{tables}</section>"""


def _matrix(metric: str, evaluation: Evaluation) -> str:
    found: dict[tuple[Setting, Setting], str] = {}
    for one in evaluation.differences(metric):
        for sign, pair in ((1, (one.first, one.second)), (-1, (one.second, one.first))):
            if one.interval is not None:
                text = signed(sign * one.interval.mean)
                found[pair] = f"<b>{text}</b>" if one.interval.apart else text
    settings = [one for one in evaluation.settings if any(one in pair for pair in found)]
    head = "".join(
        f'<th scope="col"><bdi>{_text(name(one, evaluation))}</bdi></th>' for one in settings
    )
    rows = "".join(
        f'<tr><th scope="row"><bdi>{_text(name(row, evaluation))}</bdi></th>'
        + "".join(f"<td>{found.get((row, column), '')}</td>" for column in settings)
        + "</tr>"
        for row in settings
    )
    title = METRICS[metric].title
    return (
        f"<details><summary>{_text(title)} <span>{METRICS[metric].better} is better</span>"
        f'</summary><div class="wide"><table class="matrix"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def _reading() -> str:
    paragraphs = "".join(f"<p>{_text(text)}</p>" for text in READING)
    return f'<section class="prose"><h2>How to read it</h2>{paragraphs}</section>'


def _made(evaluation: Evaluation, facts: Facts) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_text(key)}</th><td>{_text(value)}</td></tr>' for key, value in facts
    )
    reasons = "".join(
        f"<li><bdi>{_text(name(setting, evaluation))}</bdi>: {_text(why)} "
        f"({count(photos, 'photo')})</li>"
        for setting, counts in evaluation.reasons.items()
        for why, photos in counts.items()
    )
    failed = "".join(
        f"<li><bdi>{_text(file)}</bdi>: {_text(why)}</li>"
        for file, why in evaluation.failed[:_SHOWN_FAILURES]
    )
    more = len(evaluation.failed) - _SHOWN_FAILURES
    failed += f"<li>and {more} more, in results.csv</li>" if more > 0 else ""
    return (
        f'<section class="made"><h2>How it was made</h2><table>{rows}</table>'
        + (f"<h3>Where a method gave no number</h3><ul>{reasons}</ul>" if reasons else "")
        + (f"<h3>Photos that were left out</h3><ul>{failed}</ul>" if failed else "")
        + "</section>"
    )


def _text(text: str) -> str:
    return html(text)
