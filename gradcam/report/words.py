"""The report's words: numbers as people read them, and how to read a map without being misled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from gradcam.methods import METHODS
from gradcam.report.nouns import Report
from gradcam.types import SaliencyMap

# Overrides of the writing direction let a label rearrange the text around it.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LONGEST = 240


def percent(share: float) -> str:
    """A share in [0, 1] with one decimal, never rounded to a certainty.

    >>> percent(0.6213), percent(0.0004), percent(0.99996)
    ('62.1 %', '< 0.1 %', '> 99.9 %')
    """
    if 0 < share < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %"


def figures(value: float) -> str:
    """Three figures and a true minus, as the viewer writes them.

    >>> figures(0.35612), figures(-12345.0), figures(0)
    ('0.356', '−1.23e+4', '0')
    """
    if value == 0:
        return "0"
    ordinary = 0.001 <= abs(value) < 1000
    text = f"{value:.3g}" if ordinary else re.sub(r"e([+-])0*", r"e\1", f"{value:.2e}")
    return text.replace("-", "−")


def one_line(text: str) -> str:
    """Text from outside on one line of bounded length, without what cannot be printed."""
    return clip(" ".join(_printable(text).split()), _LONGEST)


def clip(text: str, longest: int) -> str:
    """Cut with an ellipsis where the text is longer.

    >>> clip("academic gown", 9)
    'academic…'
    """
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def paragraphs(text: str) -> tuple[str, ...]:
    """Typed text by its blank lines; single line breaks stay within a paragraph."""
    lines = _printable(text).replace("\r\n", "\n").replace("\r", "\n")
    return tuple(part.strip() for part in re.split(r"\n[ \t]*\n", lines) if part.strip())


def method_title(key: str) -> str:
    """The method's name as printed."""
    return METHODS[key].title if key in METHODS else one_line(key)


def class_agnostic(saliency_map: SaliencyMap) -> bool:
    """Whether the map is the same for every class."""
    return saliency_map.method in METHODS and METHODS[saliency_map.method].class_agnostic


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
    kinds = {m.activation for m in maps}
    said = {
        "relu": "only evidence for the class is drawn, evidence against it is not",
        "against": "only evidence against the class is drawn, evidence for it is not",
        "none": "colours above the middle of a scale speak for the class, those below it against",
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


def _printable(text: str) -> str:
    kept = (c for c in text if c in "\n\r\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return _DIRECTION.sub("", "".join(kept)).replace("\ufffe", "").replace("\uffff", "")
