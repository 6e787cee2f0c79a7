"""The report's general sentences: how to read the maps, and what they do not prove."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gradcam.clauses import class_agnostic
from gradcam.report.content import Report, method_title
from gradcam.saliency import SaliencyMap
from gradcam.text import one_line, printable


def paragraphs(text: str) -> tuple[str, ...]:
    """Split text at blank lines; single line breaks stay within a paragraph."""
    lines = printable(text).replace("\r\n", "\n").replace("\r", "\n")
    return tuple(part.strip() for part in re.split(r"\n[ \t]*\n", lines) if part.strip())


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
