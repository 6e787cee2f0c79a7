"""One plain sentence per photo: the model's best guess, and where the evidence for it lies."""

from __future__ import annotations

import numpy as np

from gradcam.report.pictures import fit
from gradcam.report.words import class_agnostic, clip, one_line, percent
from gradcam.types import Explanation, Floats, SaliencyMap

_PLACES = (
    ("in the upper left", "at the top", "in the upper right"),
    ("at the left", "in the middle", "at the right"),
    ("in the lower left", "at the bottom", "in the lower right"),
)
# Root mean square distance over half the photo's diagonal: a disc this wide covers half a square.
_SPREAD = 0.4
_SURE = 0.5


def takeaway(explanation: Explanation) -> str:
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


def _joined(saliency_map: SaliencyMap, explanation: Explanation, named: str) -> str:
    if reason := saliency_map.empty_reason:
        return f", but the map of {named} is empty: {reason[:1].lower()}{reason[1:]}"
    _, small = fit(explanation.photo, saliency_map)
    heat = np.maximum(small.on_image(), 0)
    if not heat.any():
        way = "against" if saliency_map.activation == "against" else "for"
        return f"; nothing at this layer speaks {way} {named}."
    place = where(heat)
    lies = f"lies mostly {place} of the photo" if place else "is spread over the photo"
    return f"; {_measured(saliency_map, named)} {lies}."


def _measured(saliency_map: SaliencyMap, named: str) -> str:
    if class_agnostic(saliency_map):
        return "what stands out to the network, whatever the class,"
    if saliency_map.activation == "abs":
        return f"the evidence for or against {named}"
    if saliency_map.activation == "against":
        return f"the evidence against {named}"
    return f"the evidence for {named}"


def _called(label: str) -> str:
    return f"“{clip(one_line(label), 60)}”"
