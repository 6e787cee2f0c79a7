"""Quiet sentences below the grid: what theory says about the maps in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from components.columns import Answer
from components.view import ViewState
from gradcam import METHODS

# DESIGN 5.8: at a layer that only a global average and a linear head follow.
_ALIKE = ("gradcam", "hirescam", "xgradcam")


def notes(view: ViewState, answers: Sequence[Answer]) -> Iterator[str]:
    """Why several panels may look the same."""
    maps = [p.map for answer in answers for p in answer.row.panels if p.map is not None]
    shown = {m.method for m in maps}
    alike = [name for name in _ALIKE if name in shown]
    if len(alike) > 1 and any(m.uniform_gradient for m in maps):
        yield (
            f"{_listed(alike)} are one and the same map here, by theory: only a global average and "
            "a linear head follow this layer, so its gradient is the same at every position. "
            "Choose an earlier layer to see them part."
        )
    agnostic = [name for name in shown if METHODS[name].class_agnostic]
    if agnostic and view.across == "classes":
        yield f"{_listed(agnostic)} knows no class: the maps of all classes are the same."


def _listed(names: Sequence[str]) -> str:
    titles = [METHODS[name].title for name in names]
    return ", ".join(titles[:-1]) + f" and {titles[-1]}" if len(titles) > 1 else titles[0]
