"""The method for figures that need half a dozen maps at once."""

from __future__ import annotations

from gradcam import METHODS

from .chapter import Chosen


def quick_method(chosen: Chosen) -> str:
    """Return the chosen method, or the model's usual one where that would take too long."""
    return chosen.clf.usual_method if METHODS[chosen.method].slow else chosen.method


def instead(chosen: Chosen) -> tuple[str, ...]:
    """Return a paragraph that says so where the maps are not by the chosen method; else none."""
    method = METHODS[chosen.method]
    if not method.slow:
        return ()
    usual = METHODS[quick_method(chosen)].title
    return (f"{method.title} would take too long for so many maps, so these are {usual}’s.",)
