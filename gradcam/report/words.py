"""The report's sentences: a takeaway for each photo, how to read the maps, and their limits."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from gradcam.certainty import unsure
from gradcam.drawing.pictures import fit
from gradcam.record import Record
from gradcam.report.content import Report, class_agnostic, method_title
from gradcam.saliency import SaliencyMap
from gradcam.text import clip, one_line, percent, printable
from gradcam.types import Floats

_PLACES = (
    ("in the upper left", "at the top", "in the upper right"),
    ("on the left", "in the middle", "on the right"),
    ("in the lower left", "at the bottom", "in the lower right"),
)
# Root mean square distance as a share of half the photo's diagonal. At this spread, a disc covers
# half of a square photo.
_SPREAD = 0.4


def paragraphs(text: str) -> tuple[str, ...]:
    """Split text at blank lines; single line breaks stay within a paragraph."""
    lines = printable(text).replace("\r\n", "\n").replace("\r", "\n")
    return tuple(part.strip() for part in re.split(r"\n[ \t]*\n", lines) if part.strip())


def takeaway(explanation: Record) -> str:
    """Sum up one explanation in a sentence: the best guess, and where the evidence for it lies.

    If there is no map for the best guess, the sentence describes the first map instead.
    """
    best = explanation.predictions[0]
    guess = f"best guess is {_quoted(best.label)} ({percent(best.probability)})"
    doubtful = unsure(explanation.predictions)
    opening = f"The model is not sure: its {guess}" if doubtful else f"The model’s {guess}"
    of_best = [m for m in explanation.maps if m.prediction.index == best.index]
    if of_best:
        return f"{opening}{_evidence(of_best[0], explanation, 'it')}"
    if explanation.maps:
        other = explanation.maps[0]
        return f"{opening}{_evidence(other, explanation, _quoted(other.prediction.label))}"
    return f"{opening}."


def where(heat: Floats) -> str:
    """Say where most of a map (H, W) lies; "" if it is not concentrated in one place.

    The answer is the centre, in thirds of the photo, of the strongest pixels that together hold
    half of the total, unless those pixels are far apart.

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


def how_to_read(report: Report) -> tuple[str, ...]:
    """Explain what colour, frame and scale mean in this report."""
    maps = _maps(report)
    shown = (
        "Each map is for one class. Strong colours mark where the chosen layer carried most of "
        f"what the map measures; {_sign(maps)}. Where the photo shows through, there was little or "
        "none. The percentage is the model’s own confidence in that class."
    )
    seen = (
        "The model saw only the area inside the frame. "
        f"The maps were computed on a coarse grid ({_grids(maps)}) and enlarged, "
        "so they show no detail finer than a grid cell."
    )
    return shown, seen, _scale(report)


def limits(report: Report) -> tuple[str, ...]:
    """Explain what the maps do not prove."""
    sentences = [
        "A map shows where the evidence for a class was, not why it counted. It does not prove "
        "cause: changing the marked area may or may not change the answer. A map on the right "
        "object does not mean that the model is right, or that it would be right elsewhere.",
        "Maps from other layers and methods can differ for the same photo and class: each is one "
        "view. To make a claim about the model, test it: cover the area, vary it, and count how "
        "often the answer changes.",
    ]
    for key in sorted({m.method for m in _maps(report) if class_agnostic(m)}):
        sentences.append(
            f"{method_title(key)} is class-agnostic: it shows what stands out to the network, "
            "whatever the class. It is not evidence for one class over another."
        )
    alike = sorted({m.method for m in _maps(report) if m.uniform_gradient})
    if len(alike) > 1:
        sentences.append(
            "At the last layer before a global average, these methods are the same formula: "
            f"{', '.join(method_title(key) for key in alike)}. Their maps are equal up to scale, "
            "so their agreement confirms nothing."
        )
    return tuple(sentences)


def _evidence(saliency_map: SaliencyMap, explanation: Record, named: str) -> str:
    """Finish the takeaway: where the map of the class called `named` lies."""
    if reason := saliency_map.empty_reason:
        return f", but the map for {named} is empty: {reason[:1].lower()}{reason[1:]}"
    _, small = fit(explanation.photo, saliency_map)
    heat = np.maximum(small.on_image(), 0)
    if not heat.any():
        way = "against" if saliency_map.sign == "against" else "for"
        return f"; there is no evidence {way} {named} at this layer."
    place = where(heat)
    lies = f"lies mostly {place} of the photo" if place else "is spread across the photo"
    return f"; {_measured(saliency_map, named)} {lies}."


def _measured(saliency_map: SaliencyMap, named: str) -> str:
    if class_agnostic(saliency_map):
        return "what stands out to the network, whatever the class,"
    if saliency_map.sign == "abs":
        return f"the evidence for or against {named}"
    if saliency_map.sign == "against":
        return f"the evidence against {named}"
    return f"the evidence for {named}"


def _quoted(label: str) -> str:
    return f"“{clip(one_line(label), 60)}”"


def _sign(maps: Iterable[SaliencyMap]) -> str:
    signs = {m.sign for m in maps}
    meanings = {
        "for": "only evidence for the class is drawn, evidence against it is not",
        "against": "only evidence against the class is drawn, evidence for it is not",
        "both": "colours above the middle of a scale are evidence for the class, those below it "
        "evidence against it",
        "abs": "evidence for the class and evidence against it look the same",
    }
    return "; ".join(text for sign, text in meanings.items() if sign in signs)


def _grids(maps: Iterable[SaliencyMap]) -> str:
    by_layer = {one_line(m.layer): m.values.shape for m in maps}
    many = [f"{w} × {h} cells at {name}" for name, (h, w) in list(by_layer.items())[:4]]
    return ", ".join(many) + (" and others" if len(by_layer) > 4 else "")


def _scale(report: Report) -> str:
    below = (
        f" Values below {100 * report.look.threshold:.0f} % of the scale are not drawn."
        if report.look.threshold > 0
        else ""
    )
    if report.look.scale != "each":
        return (
            "All maps share one colour scale; its end is printed below each map. The same colour "
            "means the same raw value, but values from different layers, methods or models are in "
            f"different units and cannot be compared.{below}"
        )
    return (
        "Each map has its own colour scale, up to its own maximum, so a weak map can look as "
        "strong as a strong one. Compare the printed maxima instead, and only within one layer, "
        f"method and model.{below}"
    )


def _maps(report: Report) -> tuple[SaliencyMap, ...]:
    return tuple(m for explanation in report.explanations for m in explanation.maps)
