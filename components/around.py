"""What stands around a photo's maps: its predictions as bars, and what to know about its crop."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gradcam.text import figures
from gradcam.types import Prediction, Window

from .viewer import Bar

_MOSTLY_HIDDEN = 0.5  # of a photo's area


def bars(
    predictions: Collection[Prediction],
    shown: Collection[int],
    before: Mapping[int, Prediction] | None = None,
) -> list[Bar]:
    """Return a bar for each prediction, best first.

    before : by class, what the model said of the whole photo, if part of it is covered now.
    """
    old = before or {}
    return [
        Bar(
            p.index,
            p.label,
            p.probability,
            f"class {p.index}, logit {figures(p.logit)}",
            p.index in shown,
            old[p.index].probability if p.index in old else None,
        )
        for p in predictions
    ]


def hidden_share(window: Window, width: int, height: int) -> float:
    """Return the share of a photo, `width` by `height` pixels, that lies outside the window.

    >>> hidden_share(Window(100, 0, 300, 200), 400, 200)
    0.5
    """
    across = min(window.right, width) - max(window.left, 0)
    down = min(window.bottom, height) - max(window.top, 0)
    return 1 - across * down / (width * height)


def crop_note(window: Window, width: int, height: int) -> str:
    """Say that the model sees less than half of the photo, or ""."""
    hidden = hidden_share(window, width, height)
    if hidden <= _MOSTLY_HIDDEN:
        return ""
    return f"The crop hides {100 * hidden:.0f} % of this photo: the model sees only what is framed."
