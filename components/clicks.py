"""What clicks in the viewer change. Whatever a browser sends is checked like any other input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from gradcam import Cover
from gradcam.types import FITS

from . import state
from .cover import key_of
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
        "why": partial(_why, ranked, before),
        "cover": partial(_cover, ranked, before),
    }


def _toggle(ranked: Sequence[Ranked], before: int, event: object) -> None:
    """Add or remove a class's map; where the columns are not classes, show that class."""
    one, sent = _of_row(ranked, before, event)
    index = _class_in(sent, "index", one)
    if one is None or index is None:
        return
    if one.view.across == "classes":
        state.change(lambda current: current.toggled(index, one.choices))
    else:
        state.change(lambda current: replace(current, focus=index))


def _why(ranked: Sequence[Ranked], before: int, event: object) -> None:
    """Compare two classes, or close the comparison."""
    one, sent = _of_row(ranked, before, event)
    a, b = _class_in(sent, "a", one), _class_in(sent, "b", one)
    pair = None if a is None or b is None or a == b else (a, b)
    if one is not None:
        state.change(lambda current: replace(current, why=pair))


def _cover(ranked: Sequence[Ranked], before: int, event: object) -> None:
    """Cover part of a photo, or uncover it."""
    one, sent = _of_row(ranked, before, event)
    text = sent.get("cover")
    if one is None or not isinstance(text, str):
        return
    key = key_of((one.before or one).picture)
    state.change(lambda current: current.with_cover(key, Cover.from_text(text)))


def _of_row(
    ranked: Sequence[Ranked], before: int, event: object
) -> tuple[Ranked | None, Mapping[str, Any]]:
    """Return the photo that a click is about, and all that was sent."""
    if not isinstance(event, Mapping):
        return None, {}
    row = event.get("row")
    if not isinstance(row, int) or not 0 <= row - before < len(ranked):
        return None, event
    return ranked[row - before], event


def _class_in(sent: Mapping[str, Any], name: str, one: Ranked | None) -> int | None:
    """Return the class that was sent by this name, if the model has it."""
    index = sent.get(name)
    if one is None or not isinstance(index, int) or isinstance(index, bool):
        return None
    return index if 0 <= index < len(one.clf.labels) else None


def _across(axis: object) -> None:
    known = next((one for one in ACROSS if one == axis), None)
    if known is not None:
        state.change(lambda current: replace(current, across=known))


def _fit(fit: object) -> None:
    known = next((one for one in FITS if one == fit), None)
    if known is not None:
        state.change(lambda current: replace(current, fit=known))
