"""Turn a report into its contents: draw the pictures and write the text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from gradcam import text
from gradcam.drawing.pictures import color_bar, covers, panel_picture, photo_picture, thin
from gradcam.errors import GradcamError
from gradcam.files import Look, manifest
from gradcam.record import Record
from gradcam.report import content, words
from gradcam.report.content import Contents, Facts, Guess, Guesses, Panel, Report, Rows, Section
from gradcam.saliency import SaliencyMap
from gradcam.sentences import answer, peak_word
from gradcam.text import figures, one_line, percent
from gradcam.types import Prediction

# Predictions per model, for reports on one model, two models, and more.
_GUESSES = (6, 4, 2)


def gather(report: Report) -> Contents:
    """Draw the pictures and write the text. Raises GradcamError if there are no explanations."""
    if not report.explanations:
        raise GradcamError("There is nothing to report.", hint="Explain a photo first.")
    shared = report.look.common(m for e in report.explanations for m in e.maps)
    common = content.common(report.explanations)
    groups = enumerate(_by_photo(report), start=1)
    sections = tuple(_section(report, group, number, shared, common) for number, group in groups)
    return Contents(
        title=one_line(report.title) or "Where the model looks",
        notes=words.paragraphs(report.notes),
        summary=f"{text.count(len(sections), 'photo')} · {_made(report.explanations)}",
        scale="each map on its own scale" if shared is None else "all maps on one scale",
        common=common,
        sections=sections,
        how_to_read=words.how_to_read(report),
        limits=words.limits(report),
        color_bar=color_bar(report.look.colormap),
        manifest=_manifest(report, shared),
    )


def _by_photo(report: Report) -> list[list[int]]:
    """Group the explanations' indices by photo, in order of first appearance.

    A copy under another name gets a section of its own, because readers look for the name.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    named: dict[str, str] = {}
    for n, explanation in enumerate(report.explanations):
        digest = explanation.photo_digest
        name = _name(report, n) or named.get(digest, "")
        named.setdefault(digest, name)
        groups.setdefault((digest, name), []).append(n)
    return list(groups.values())


def _name(report: Report, n: int) -> str:
    return one_line(report.names[n]) if n < len(report.names) else ""


def _section(
    report: Report, group: Sequence[int], number: int, shared: float | None, common: Rows
) -> Section:
    explanations = [thin(report.explanations[n]) for n in group]
    first = explanations[0]
    pairs = [(e, m) for e in explanations for m in e.maps]
    comparing = len({_making(e, m) for e, m in pairs}) > 1
    if not comparing:
        pairs.sort(key=lambda pair: -pair[1].prediction.probability)
    panels = [_panel(report.look, e, m, shared) for e, m in pairs]
    if comparing:
        panels = _by_what_differs(pairs, panels)
    large = panels.pop(0) if panels and not comparing else None
    return Section(
        name=_name(report, group[0]) or f"Photo {number}",
        photo=photo_picture(first),
        caption=_caption(first),
        sentence=answer(first, content.model_name(first.model)),
        made=_made(explanations),
        guesses=_guesses(explanations),
        large=large,
        panels=tuple(panels),
        facts=_merged(content.facts(e, common) for e in explanations),
    )


def _merged(facts: Iterable[Facts]) -> tuple[Facts, ...]:
    """List together the maps whose other facts are the same."""
    maps: dict[Rows, tuple[tuple[str, ...], ...]] = {}
    for one in facts:
        maps[one.rows] = (*maps.get(one.rows, ()), *one.maps)
    return tuple(Facts(rows, of_rows) for rows, of_rows in maps.items())


def _caption(explanation: Record) -> str:
    height, width = explanation.photo_size
    size = f"{width} × {height} pixels"
    if not explanation.maps or covers(explanation.maps[0].window, height, width):
        return f"{size}; the model saw all of it"
    return f"{size}; the model saw only the area inside the frame"


def _guesses(explanations: Sequence[Record]) -> tuple[Guesses, ...]:
    """List predictions once per model and fit, since methods and layers do not change them."""
    drawn = {m.prediction.index for e in explanations for m in e.maps}
    models = {(e.model, e.model_digest, e.fit): e for e in explanations}
    count = _GUESSES[min(len(models), len(_GUESSES)) - 1]
    return tuple(
        Guesses(
            content.model_name(e.model),
            tuple(_guess(p, shown=p.index in drawn) for p in e.predictions[:count]),
        )
        for e in models.values()
    )


def _guess(prediction: Prediction, *, shown: bool) -> Guess:
    share = prediction.probability
    return Guess(one_line(prediction.label), share, percent(share), shown)


def _panel(
    look: Look, explanation: Record, saliency_map: SaliencyMap, shared: float | None
) -> Panel:
    """Draw one map; `shared` is the raw value at the end of a shared scale, or None."""
    peak = saliency_map.peak
    top = max(0.0, peak if shared is None else shared)
    return Panel(
        label=one_line(saliency_map.prediction.label),
        percent=percent(saliency_map.prediction.probability),
        made=f"{content.method(saliency_map)} at {one_line(saliency_map.layer)}",
        picture=panel_picture(explanation.photo, saliency_map, look, top),
        ends=_ends(saliency_map, top),
        peak=figures(peak),
        scale="its own colour scale" if shared is None else "the shared colour scale",
        empty=saliency_map.empty_reason,
        word=peak_word(saliency_map, explanation.maps),
    )


def _by_what_differs(
    pairs: Sequence[tuple[Record, SaliencyMap]], panels: Sequence[Panel]
) -> list[Panel]:
    """Name panels that compare by the models, layers or methods that they compare.

    Panels of one class only are called by those alone, and say in their line which class it is.
    """
    made = [_making(e, m) for e, m in pairs]
    differing = [n for n, names in enumerate(zip(*made, strict=True)) if len(set(names)) > 1]
    one_class = len({panel.label for panel in panels}) == 1
    named = []
    for panel, names in zip(panels, made, strict=True):
        what = ", ".join(names[n] for n in differing)
        label, line = (what, panel.label) if one_class else (panel.label, names[0])
        named.append(replace(panel, label=label, made=f"{line}, {panel.made}"))
    return named


def _making(explanation: Record, saliency_map: SaliencyMap) -> tuple[str, str, str]:
    """Return the names of the model, the layer and the method."""
    model = content.model_name(explanation.model)
    return model, one_line(saliency_map.layer), content.method(saliency_map)


def _ends(saliency_map: SaliencyMap, top: float) -> tuple[str, ...]:
    if saliency_map.empty_reason:
        return ()
    ends = ("0", figures(top))
    return (figures(-top), *ends) if saliency_map.sign == "both" else ends


def _made(explanations: Sequence[Record]) -> str:
    """Sum up methods, layers and models on one line: Grad-CAM at layer3 of PhotoNet."""
    maps = [m for e in explanations for m in e.maps]
    model = _few([content.model_name(e.model) for e in explanations], "models")
    if not maps:
        return model
    method = _few([content.method(m) for m in maps], "methods")
    return f"{method} at {_few([one_line(m.layer) for m in maps], 'layers')} of {model}"


def _few(names: Sequence[str], what: str) -> str:
    unique = list(dict.fromkeys(names))
    return " and ".join(unique) if len(unique) <= 2 else f"{len(unique)} {what}"


def _manifest(report: Report, shared: float | None) -> str:
    whole = {
        "title": report.title,
        "notes": report.notes,
        "names": report.names,
        "explanations": [manifest(e, report.look, shared) for e in report.explanations],
    }
    # JSON in ASCII: UTF-8 cannot encode a lone surrogate in a label.
    return json.dumps(whole, indent=1)
