"""What the browser is told ahead of a click, so that it can show at once what the click brings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from . import engine
from .grid import Answer, Ranked, spare
from .pictures import called
from .samples import SAMPLES


def with_spare(ranked: Sequence[Ranked], answers: Sequence[Answer]) -> list[Answer]:
    """Add the maps of the other listed classes to the answer about a single photo."""
    if len(ranked) != 1:
        return list(answers)
    return [replace(one, row=replace(one.row, spare=spare(ranked[0]))) for one in answers]


def page_key(ranked: Sequence[Ranked], answers: Sequence[Answer]) -> str:
    """Return what a page about one sample photo depends on besides that photo, as a digest.

    "" for any other page, and while something on it is still to come.
    """
    if len(ranked) != 1 or len(answers) != 1 or answers[0].pending or answers[0].stopped:
        return ""
    (one,) = ranked
    chosen = one.view.samples or (SAMPLES[0].id,)
    if one.picture is not called(chosen[0]):
        return ""
    models = [engine.identity(clf) for clf in (one.clf, *one.others)]
    said = repr((replace(one.view, samples=()), models))
    return hashlib.sha256(said.encode()).hexdigest()[:16]
