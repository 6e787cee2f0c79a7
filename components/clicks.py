"""What clicks in the viewer change. Whatever a browser sends is checked like any other input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from gradcam.types import FITS

from . import state
from .grid import Ranked
from .takeaway import keep_wish
from .view import ACROSS
from .viewer import Act


def clicks(ranked: Sequence[Ranked], before: int) -> dict[str, Act]:
    """Return what to do by the name of the click.

    before : how many rows of saved maps lie above those of `ranked`.
    """
    return {
        "want": keep_wish,
        "toggle": partial(_toggle, ranked, before),
        "across": _across,
        "fit": _fit,
    }


def _toggle(ranked: Sequence[Ranked], before: int, event: object) -> None:
    """Add or remove a class's map; where the columns are not classes, show that class."""
    if not isinstance(event, Mapping):
        return
    row, index = event.get("row"), event.get("index")
    if not isinstance(row, int) or not isinstance(index, int):
        return
    if not 0 <= row - before < len(ranked):
        return
    one = ranked[row - before]
    if index not in {p.index for p in one.top.result.predictions}:
        return
    if one.view.across == "classes":
        state.change(lambda current: current.toggled(index, one.top.ranked))
    else:
        state.change(lambda current: replace(current, focus=index))


def _across(axis: object) -> None:
    known = next((one for one in ACROSS if one == axis), None)
    if known is not None:
        state.change(lambda current: replace(current, across=known))


def _fit(fit: object) -> None:
    known = next((one for one in FITS if one == fit), None)
    if known is not None:
        state.change(lambda current: replace(current, fit=known))
