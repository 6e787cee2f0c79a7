"""The sanity check of the Learn page: on a thread, in slices, with what is known of it so far."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gradcam.backends import Classifier
from gradcam.images import Opened
from gradcam.sanity import RUNS, Cascade, SanityCheck, SanityState
from gradcam.types import Floats
from gradcam.watch import Cancelled, Progress, Watch

from .. import engine
from ..jobs import Job, Visitor, answers
from ..turns import turns
from .chapter import Chosen

_NO_MAP: Floats = np.zeros((0, 0), np.float32)


@dataclass(eq=False)
class Forgetting:
    """One check: `check` grows while the thread runs, and stays once it is done or was stopped.

    Maps are kept of the first run alone; of the others their numbers.
    """

    check: SanityCheck | None = None


def key_of(chosen: Chosen, seed: int) -> Hashable:
    """Return what tells one check from all others."""
    model = engine.identity(chosen.clf)
    return ("sanity", model, chosen.picture.digest, chosen.layer.name, chosen.index, seed)


def kept(chosen: Chosen, seed: int) -> Forgetting:
    """Return the check of this photo, whoever began it."""
    whose = engine.owner(chosen.clf, chosen.picture)
    found: Forgetting = engine.findings().get(key_of(chosen, seed), Forgetting, whose)
    return found


def begin(chosen: Chosen, seed: int, visitor: Visitor) -> Job:
    """Start the check, or join the one that runs already."""
    key = key_of(chosen, seed)
    found = kept(chosen, seed)
    answers().forget([key], visitor)
    make = partial(
        _forget, found, chosen.clf, chosen.picture.opened, chosen.layer.name, chosen.index, seed
    )
    return answers().ask(key, "The sanity check", make, visitor=visitor)


def _forget(
    found: Forgetting,
    clf: Classifier,
    photo: Opened,
    layer: str,
    index: int,
    seed: int,
    progress: Progress,
    cancelled: Cancelled,
) -> None:
    found.check = None
    cascade = Cascade(clf, photo, layer, None, index, runs=RUNS, seed=seed)
    states: list[SanityState] = []
    for one in cascade.states(Watch(progress, cancelled, turns().slice)):
        states.append(one if one.run == 0 else _without_maps(one))
        found.check = cascade.so_far(states)


def _without_maps(one: SanityState) -> SanityState:
    maps = {name: replace(likeness, values=_NO_MAP) for name, likeness in one.maps.items()}
    return replace(one, maps=maps)
