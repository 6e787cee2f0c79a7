"""The report's sentences: the takeaway of each photo, how to read a map, what it does not prove."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from gradcam.drawing.pictures import fit
from gradcam.record import Record
from gradcam.report.content import Report, class_agnostic, method_title
from gradcam.saliency import SaliencyMap
from gradcam.text import clip, one_line, percent, printable
from gradcam.types import Floats


def paragraphs(text: str) -> tuple[str, ...]:
    """Typed text by its blank lines; single line breaks stay within a paragraph."""
    lines = printable(text).replace("\r\n", "\n").replace("\r", "\n")
    return tuple(part.strip() for part in re.split(r"\n[ \t]*\n", lines) if part.strip())


def how_to_read(report: Report) -> tuple[str, ...]:
    """What colour, frame and scale mean in this report."""
    maps = _maps(report)
    shown = (
        "Each map belongs to one class. Strong colour marks where the chosen layer held most of "
        f"what the map measures; {_sign(maps)}. Where the photo shows through, there was little or "
        "nothing. The percentage is the model’s own confidence in that class."
    )
    seen = (
        "The model saw only what lies inside the frame. "
        f"The maps were computed on a coarse grid ({_grids(maps)}) and enlarged, "
        "so no edge finer than a grid cell is in the data."
    )
    return shown, seen, _scale(report)


def limits(report: Report) -> tuple[str, ...]:
    """What the maps do not prove."""
    said = [
        "A map shows where evidence for a class was, not why it counted. It is no proof of cause: "
        "changing the marked place may or may not change the answer. Nor does a map on the right "
        "object mean that the model is right, or that it would be right elsewhere.",
        "Maps of other layers and methods can differ for the same photo and class; one map is one "
        "view. A claim about the model needs a test: cover the place, vary it, and count.",
    ]
    for key in sorted({m.method for m in _maps(report) if class_agnostic(m)}):
        said.append(
            f"{method_title(key)} is class-agnostic: it shows what stands out to the network, and "
            "the same for every class. It is no evidence for one class over another."
        )
    alike = sorted({m.method for m in _maps(report) if m.uniform_gradient})
    if len(alike) > 1:
        said.append(
            f"{', '.join(method_title(key) for key in alike)}: at the last layer before an average "
            "these are one formula, so their maps are equal up to scale. That they agree confirms "
            "nothing."
        )
    return tuple(said)


def _sign(maps: Iterable[SaliencyMap]) -> str:
    kinds = {m.sign for m in maps}
    said = {
        "for": "only evidence for the class is drawn, evidence against it is not",
        "against": "only evidence against the class is drawn, evidence for it is not",
        "both": "colours above the middle of a scale speak for the class, those below it against",
        "abs": "evidence for and against the class is drawn alike",
    }
    return "; ".join(text for kind, text in said.items() if kind in kinds)


def _grids(maps: Iterable[SaliencyMap]) -> str:
    by_layer = {one_line(m.layer): m.values.shape for m in maps}
    many = [f"{w} × {h} cells at {name}" for name, (h, w) in list(by_layer.items())[:4]]
    return ", ".join(many) + (" and others" if len(by_layer) > 4 else "")


def _scale(report: Report) -> str:
    below = (
        f" What lies below {100 * report.look.threshold:.0f} % of the scale is not drawn."
        if report.look.threshold > 0
        else ""
    )
    if report.look.scale != "each":
        return (
            "All maps share one colour scale, its end printed below them. The same colour is "
            "the same raw value, but those of different layers, methods or models are in "
            f"different units and cannot be compared.{below}"
        )
    return (
        "Each map has its own colour scale, up to its own largest value, so a weak map can look as "
        "strong as a firm one. Compare the printed maxima, and those only within one layer, method "
        f"and model.{below}"
    )


def _maps(report: Report) -> tuple[SaliencyMap, ...]:
    return tuple(m for explanation in report.explanations for m in explanation.maps)


_PLACES = (
    ("in the upper left", "at the top", "in the upper right"),
    ("at the left", "in the middle", "at the right"),
    ("in the lower left", "at the bottom", "in the lower right"),
)
# Root mean square distance over half the photo's diagonal: a disc this wide covers half a square.
_SPREAD = 0.4
_SURE = 0.5


def takeaway(explanation: Record) -> str:
    """The sentence for one explanation."""
    best = explanation.predictions[0]
    guess = f"best guess is {_called(best.label)} ({percent(best.probability)})"
    sure = best.probability >= _SURE
    opening = f"The model’s {guess}" if sure else f"The model is not sure: its {guess}"
    of_best = [m for m in explanation.maps if m.prediction.index == best.index]
    if of_best:
        return f"{opening}{_joined(of_best[0], explanation, 'it')}"
    if explanation.maps:
        other = explanation.maps[0]
        return f"{opening}{_joined(other, explanation, _called(other.prediction.label))}"
    return f"{opening}."


def where(heat: Floats) -> str:
    """Where most of a map (H, W) lies, in words; "" when it lies in no one place.

    The strongest pixels that hold half of everything decide: by their centre, in thirds of the
    photo, unless they lie far from each other.

    >>> where(np.float32([[0, 0, 9], [0, 0, 0], [0, 1, 0]]))
    'in the upper right'
    """
    ranked = np.sort(heat, axis=None)[::-1]
    total = np.cumsum(ranked, dtype=np.float64)
    least = ranked[int(np.searchsorted(total, total[-1] / 2))]
    y, x = np.nonzero(heat >= least)
    height, width = heat.shape
    spread = np.hypot(y.std(), x.std()) / (np.hypot(height, width) / 2)
    if spread > _SPREAD:
        return ""
    row = min(2, int(3 * (y.mean() + 0.5) / height))
    column = min(2, int(3 * (x.mean() + 0.5) / width))
    return _PLACES[row][column]


def _joined(saliency_map: SaliencyMap, explanation: Record, named: str) -> str:
    if reason := saliency_map.empty_reason:
        return f", but the map of {named} is empty: {reason[:1].lower()}{reason[1:]}"
    _, small = fit(explanation.photo, saliency_map)
    heat = np.maximum(small.on_image(), 0)
    if not heat.any():
        way = "against" if saliency_map.sign == "against" else "for"
        return f"; nothing at this layer speaks {way} {named}."
    place = where(heat)
    lies = f"lies mostly {place} of the photo" if place else "is spread over the photo"
    return f"; {_measured(saliency_map, named)} {lies}."


def _measured(saliency_map: SaliencyMap, named: str) -> str:
    if class_agnostic(saliency_map):
        return "what stands out to the network, whatever the class,"
    if saliency_map.sign == "abs":
        return f"the evidence for or against {named}"
    if saliency_map.sign == "against":
        return f"the evidence against {named}"
    return f"the evidence for {named}"


def _called(label: str) -> str:
    return f"“{clip(one_line(label), 60)}”"
