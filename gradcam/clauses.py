"""What one map shows, in a clause: where the evidence lies, or why there is none."""

from __future__ import annotations

import numpy as np

from gradcam.methods import METHODS
from gradcam.regions import EVERYWHERE, region, same_place
from gradcam.saliency import SaliencyMap, place
from gradcam.types import Floats, Window

_GRID = 32  # cells along the longer side of the photo, at least, to find a map's place
_COUNTS = 0.5  # a strongest evidence against, as a share of that for


def going_by(m: SaliencyMap) -> str:
    """Finish a sentence such as "It says espresso" with where its map lies."""
    found = places(m)[0]
    if m.sign in ("for", "both") and found not in ("", EVERYWHERE) and not _compares(m):
        return f", going by what it sees {found}{_and_against(m)}"
    return f"; {clause(m)}"


def clause(m: SaliencyMap) -> str:
    """Say in a clause where the map lies whose class has just been named."""
    found = places(m)[0]
    if not found:
        return _why_empty(m)
    if class_agnostic(m):
        return f"{METHODS[m.method].title} marks what stands out {found}, whatever the class"
    if m.method == "finercam" and m.sign in ("for", "both"):
        return f"what sets it apart from its rivals is {found}"
    speaks = {"against": "speaks against it", "abs": "counts for or against it"}
    return f"what {speaks.get(m.sign, 'speaks for it')} is {found}{_and_against(m)}"


def compared(first: SaliencyMap, second: SaliencyMap) -> str:
    """Say what the second class goes by, compared with the first; "" if there is nothing to say."""
    if not comparable(first, second) or second.sign not in ("for", "both") or _compares(second):
        return ""
    if {"", EVERYWHERE} & {places(first)[0], places(second)[0]}:
        return ""
    there, here = _placed(first, first.heat()), _placed(second, second.heat())
    if same_place(there, here):
        return "the same places" if region(there).startswith("in two") else "the same place"
    return f"what it sees {region(here, [there])}"


def places(m: SaliencyMap) -> tuple[str, str]:
    """Say where the map lies, and where its negative part does, which only "both" has."""
    heat = m.heat()
    return _place_of(m, heat), _place_of(m, -heat) if m.sign == "both" else ""


def class_agnostic(m: SaliencyMap) -> bool:
    """Return whether the map is the same for every class."""
    return m.method in METHODS and METHODS[m.method].class_agnostic


def comparable(m: SaliencyMap, other: SaliencyMap) -> bool:
    same = (m.layer, m.method, m.sign) == (other.layer, other.method, other.sign)
    return same and m.prediction.index != other.prediction.index


def _why_empty(m: SaliencyMap) -> str:
    if not m.values.any():
        reason = m.empty_reason.rstrip(".")
        return f"its map is empty: {reason[:1].lower()}{reason[1:]}"
    if m.peak and np.maximum(m.heat(), 0).any():
        return "its evidence is not on the photo, but on the bars around it"
    return f"nothing at this layer speaks {'against' if m.sign == 'against' else 'for'} it"


def _and_against(m: SaliencyMap) -> str:
    """Add where the evidence against the class lies, if the map keeps it and it is strong."""
    if m.sign != "both" or -m.values.min() < _COUNTS * m.values.max():
        return ""
    found = places(m)[1]
    return f"; what speaks against it is {found}" if found else ""


def _place_of(m: SaliencyMap, heat: Floats) -> str:
    # A map that is flat over all that the model saw stands out nowhere, however small the crop.
    flat = region(heat) == EVERYWHERE
    return EVERYWHERE if flat else region(_placed(m, heat))


def _placed(m: SaliencyMap, heat: Floats) -> Floats:
    """Return the positive part of `heat` (h, w) over the photo, on a coarse grid of its shape."""
    height, width = m.photo_size
    scale = max(_GRID, *heat.shape) / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    y, x = rows / height, columns / width
    w = m.window
    window = Window(w.left * x, w.top * y, w.right * x, w.bottom * y)
    return place(np.maximum(heat, 0), window, (rows, columns))


def _compares(m: SaliencyMap) -> bool:
    """Return whether the map is not simply of what speaks for its class."""
    return class_agnostic(m) or m.method == "finercam"
