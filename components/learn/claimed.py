"""The examples behind the five claims: what the engine finds for the photo and class chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from gradcam import Classifier, Cover, Prediction, Request, SaliencyMap
from gradcam.bundled.photos import PHOTOS, PHOTOS_KERAS

from .. import engine
from ..cover import with_cover
from ..grid import usual_layers
from ..pictures import Picture, sample
from ..samples import SAMPLES, Sample
from .chapter import Chosen
from .quick import quick_method

HOT = 0.5  # of the peak, from which on the map is covered
_RIVAL = 4  # the fifth guess: unlikely, but not without evidence


@dataclass(frozen=True)
class Covered:
    """What became of a class when part of the photo was covered: the most probable one, and its."""

    cover: Cover
    probability: float
    answer: Prediction


@dataclass(frozen=True)
class Answered:
    """A sample photo and the small network's answer to it."""

    sample: Sample
    picture: Picture
    map: SaliencyMap

    @property
    def right(self) -> bool:
        """Whether the answer names something that the photo shows."""
        name = self.map.prediction.label.casefold()
        return any(word in name for word in self.sample.shows)


def found(chosen: Chosen, layer: str = "", index: int | None = None) -> SaliencyMap:
    """Return the map of the chosen class at the chosen layer, or of another class or layer."""
    of = chosen.index if index is None else index
    request = Request((layer or chosen.layer.name,), quick_method(chosen), classes=(of,))
    return engine.explain(chosen.clf, chosen.picture, request).result.maps[0]


def tested(chosen: Chosen, m: SaliencyMap) -> tuple[Covered, Covered] | None:
    """Cover what is hot, and as much of what is cold; None if the map marks nothing."""
    hot = Cover.hot(m, HOT)
    if not hot.mask.any():
        return None
    return _under(chosen, hot), _under(chosen, hot.like(m))


def rival(chosen: Chosen) -> Prediction:
    """Return an unlikely class to compare with: the fifth guess, or the last there is."""
    request = Request((chosen.layer.name,), chosen.clf.usual_method, classes=(chosen.index,))
    guesses = engine.explain(chosen.clf, chosen.picture, request).result.predictions
    others = [one for one in guesses if one.index != chosen.index]
    return others[min(_RIVAL, len(others)) - 1]


def elsewhere(chosen: Chosen) -> str:
    """Return another stage to compare with: halfway to the chosen layer, or the last one."""
    order = [layer.name for layer in chosen.clf.layers()]
    stages = usual_layers(chosen.clf)
    before = [one for one in stages if order.index(one) < order.index(chosen.layer.name)]
    return before[len(before) // 2] if before else stages[-1]


def small(clf: Classifier) -> Classifier:
    """Return the small network of the chosen one's framework, which needs no other import."""
    return engine.load((PHOTOS_KERAS if clf.id.endswith("-keras") else PHOTOS).id)


def surest(clf: Classifier) -> tuple[Answered | None, Answered | None]:
    """Return the wrong answer a network is surest of among the sample photos, and the right one."""
    answers = _answers(clf.id, clf)
    wrong = [one for one in answers if not one.right]
    right = [one for one in answers if one.right]
    return _most_probable(wrong), _most_probable(right)


def _most_probable(answers: Sequence[Answered]) -> Answered | None:
    return max(answers, key=lambda one: one.map.prediction.probability, default=None)


def _under(chosen: Chosen, cover: Cover) -> Covered:
    picture = with_cover(chosen.picture, cover)
    request = Request((chosen.layer.name,), chosen.clf.usual_method, classes=(chosen.index,))
    result = engine.explain(chosen.clf, picture, request).result
    return Covered(cover, result.maps[0].prediction.probability, result.predictions[0])


@st.cache_resource(max_entries=2, show_spinner=False)
def _answers(model: str, _clf: Classifier) -> tuple[Answered, ...]:  # noqa: ARG001
    recommended = next(layer.name for layer in _clf.layers() if layer.recommended)
    request = Request((recommended,), _clf.usual_method, top_k=1)
    found = [(one, sample(one.id)) for one in SAMPLES]
    return tuple(
        Answered(one, picture, engine.explain(_clf, picture, request).result.maps[0])
        for one, picture in found
    )
