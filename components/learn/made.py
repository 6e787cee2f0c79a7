"""How the chosen map is made, as the engine finds it, cached as far as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gradcam import METHODS, Request
from gradcam.backends import Classifier
from gradcam.making import Making
from gradcam.making import making as take_apart
from gradcam.saliency import SaliencyMap
from gradcam.types import Floats, Prediction
from gradcam.watch import Cancelled, Progress, Watch

from .. import engine, state
from ..jobs import answers
from ..pictures import Picture
from ..turns import turns
from .chapter import Chosen

ROOM = 400_000  # numbers sent: 1.6 MB
WITH_GRADIENTS = 12  # channels whose gradients are sent too


@dataclass(frozen=True)
class Made:
    """What the page shows of a `Making`: all of its strongest channels, and the rest as one sum.

    map : as `explain` returns it.
    order : all channels by number, the strongest first; the next four are in that order.
    weights : of each channel, (C,); the mean where each position has its own.
    totals : what each channel adds to the map in all, (C,).
    scores : (C,) or None, as in `Making`.
    activations, by_position : of the channels sent, (n, h, w) and (n, h, w) or None.
    gradients : of the first of them, (m, h, w), or None.
    rest : what the channels that are not sent add, (h, w).
    positive, negative : how many weights are above zero and how many below.
    settled : after how many channels the map has found its shape.
    predictions : the most probable classes, best first.
    """

    map: SaliencyMap
    order: tuple[int, ...]
    weights: Floats
    totals: Floats
    scores: Floats | None
    activations: Floats
    by_position: Floats | None
    gradients: Floats | None
    rest: Floats
    positive: int
    negative: int
    settled: int
    predictions: tuple[Prediction, ...]


def made(chosen: Chosen) -> Made:
    """Return how the chosen map is made, computing it only once.

    Raises
    ------
    PendingError, StoppedError : trying channel after channel takes long, or was cancelled.
    GradcamError : the computation failed.
    """
    asked = request(chosen)
    clf, picture = chosen.clf, chosen.picture
    model = engine.identity(clf)
    if not asked.slow:
        found: Made = engine.findings().get(
            ("made", model, picture.digest, asked),
            lambda: _shown(take_apart(clf, picture.opened, asked)),
            engine.owner(clf, picture),
        )
        return found
    visitor = state.visitor()
    title = METHODS[asked.method].title
    key = ("made", model, picture.digest, asked)
    make = partial(_in_turn, clf, picture, asked)
    lasting = engine.owner(clf, picture) is None
    job = answers().ask(key, title, make, visitor=visitor, name=picture.name, lasting=lasting)
    slow: Made = engine.outcome(job, visitor)
    return slow


def request(chosen: Chosen) -> Request:
    """Return the request that Explore would make for the same map."""
    asked = state.view().request((chosen.layer.name,), chosen.method, (chosen.index,))
    return replace(asked, augment=False)


def _in_turn(
    clf: Classifier, picture: Picture, asked: Request, progress: Progress, cancelled: Cancelled
) -> Made:
    watch = Watch(progress, cancelled, turns().slice)
    return _shown(take_apart(clf, picture.opened, asked, watch))


def _shown(found: Making) -> Made:
    """Keep copies of what is sent, so that the rest is freed."""
    order, each = found.order, found.weights.ndim == 3
    cells = found.map.values.size
    gradients = 0 if found.gradients is None else min(WITH_GRADIENTS, len(order))
    count = min(len(order), max(1, (ROOM // cells - gradients) // (2 if each else 1)))
    first = order[:count]
    weights = found.weights.mean(axis=(1, 2)) if each else found.weights
    return Made(
        found.map,
        tuple(order.tolist()),
        weights[order],
        found.totals[order].astype(np.float32),
        None if found.scores is None else found.scores[order],
        found.activations[first],
        found.weights[first] if each else None,
        found.gradients[order[:gradients]] if gradients and found.gradients is not None else None,
        found.rest(count),
        int((found.weights > 0).sum()),
        int((found.weights < 0).sum()),
        found.settled(),
        found.predictions,
    )
