"""The engine behind caches: models by id, explanations by content.

Cached functions never call `st.*`: what they draw would not be drawn again on a cache hit.
"""

from __future__ import annotations

import gc
import hashlib
import json
import time
from collections.abc import Hashable
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import numpy as np
import streamlit as st

import gradcam
from gradcam import METHODS, Classifier, Explanation, GradcamError, Layer, Request
from gradcam.answer import answer
from gradcam.backends import PhraseClassifier
from gradcam.images import Opened
from gradcam.memory import give_back
from gradcam.prepared import Prepared, prepare
from gradcam.preprocess import recorded, seen
from gradcam.types import AnyPreprocessing, Fit, Photo
from gradcam.watch import Cancelled, Progress, Watch

from . import state
from .jobs import Job, Visitor, answers
from .keeping import Kept
from .limits import limits
from .pictures import Picture, one_at_a_time
from .serving.traffic import map_made
from .turns import turns
from .view import ViewState

KEPT_PHRASES = 8  # sets of them; their models share all weights
KEPT_VIEWS = 96
_DRAWN = 0.1  # seconds in which the browser draws the grid on two busy cores
_LITTLE = 0.05  # of what all layers put out
_IDENTITIES: WeakKeyDictionary[Classifier, Hashable] = WeakKeyDictionary()
_CATALOGUE: WeakSet[Classifier] = WeakSet()  # models that are nobody's own
NO_PHOTO = np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True)
class Explained:
    """An explanation and how long it took to compute.

    result : without its photo, so that whoever keeps it keeps no pixels; `whole` has it.
    """

    result: Explanation
    milliseconds: float
    photo: Opened | None = None

    @property
    def whole(self) -> Explanation:
        """The explanation with its photo."""
        if self.photo is None:
            return self.result
        return replace(self.result, photo=self.photo.pixels)

    @property
    def ranked(self) -> tuple[int, ...]:
        """The most probable classes, best first."""
        return tuple(p.index for p in self.result.predictions)

    @property
    def key(self) -> Hashable:
        """Equal for two answers by the same model to the same request about the same photo."""
        result = self.result
        return (result.model, result.model_digest, result.photo_digest, result.request)


class PendingError(GradcamError):
    """The answer is still being computed."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"{job.title} is still being computed.")
        self.job = job


class StoppedError(GradcamError):
    """The user cancelled the computation."""

    def __init__(self, job: Job) -> None:
        super().__init__("Cancelled.")
        self.job = job


@st.cache_resource(max_entries=limits().models, show_spinner=False)
def load(model: str) -> Classifier:
    """Load a catalogue model whose weights are on this machine; keep the last few used."""
    tidy()  # frees a model that the cache has just dropped
    # A download has a job of its own, because this thread draws the page.
    clf = gradcam.load_model(model, cancelled=lambda: True)
    clf.layers()  # runs one forward pass, so a model that cannot be traced fails here
    keep()
    _CATALOGUE.add(clf)
    return clf


@st.cache_resource(show_spinner=False)
def explanations() -> Kept[Explained]:
    """Quick answers of all sessions."""
    return Kept(lambda: limits().explanation_bytes)


@st.cache_resource(show_spinner=False)
def findings() -> Kept[Any]:
    """What else is found out about photos, of all sessions; keys begin with what it is."""
    return Kept(lambda: limits().finding_bytes, grows=True)


@st.cache_resource(show_spinner=False)
def inputs() -> Kept[Prepared]:
    """Photos of all sessions fitted to a model, so that their full size need not be read again."""
    return Kept(lambda: limits().input_bytes)


def owner(clf: Classifier, picture: Picture) -> Visitor:
    """Return whose the answers about a photo are: nobody's, if photo and model are the product's.

    Nobody's stay, so that a first visitor does not wait for the sample again.
    """
    visitor = state.visitor()
    return None if picture.sample and clf in _CATALOGUE else visitor


def with_phrases(clf: PhraseClassifier, view: ViewState) -> PhraseClassifier:
    """Return the model for the view's phrases, or for its own examples.

    Raises GradcamError for phrases that it cannot read or compare.
    """
    phrases = view.phrases or clf.phrases
    return _with_phrases(identity(clf), phrases, view.negative, clf)


def rank(clf: Classifier, picture: Picture, view: ViewState, layer: str) -> Explained:
    """Rank the picture's classes, and compute the maps that the default view shows."""
    request = view.request((layer,), clf.usual_method)
    if view.augment or view.method_of(clf) != clf.usual_method or view.across != "classes":
        request = replace(request, top_k=1, augment=False)
    return explain(clf, picture, request)


def explain(
    clf: Classifier, picture: Picture, request: Request, *, at_leisure: bool = False
) -> Explained:
    """Answer `request` for the picture, computing it only once.

    at_leisure : let the browser, which often shares the processor, first draw what it was sent.

    Raises
    ------
    PendingError, StoppedError : a slow answer is still being computed, or was cancelled.
    GradcamError : the computation failed.
    """
    key = (identity(clf), picture.digest, request)
    if not request.slow:
        whose = owner(clf, picture)
        pause = _DRAWN if at_leisure else 0
        make_now = partial(_quick, clf, picture, request, whose, pause)
        kept = explanations().get(key, make_now, whose)
    else:
        title, visitor, whose = METHODS[request.method].title, state.visitor(), owner(clf, picture)
        make = partial(_in_turn, clf, picture, request, whose)
        job = answers().ask(
            key, title, make, visitor=visitor, name=picture.name, lasting=whose is None
        )
        kept = outcome(job, visitor)
    return replace(kept, photo=picture.opened)


def identity(clf: Classifier) -> Hashable:
    """Return what tells a model from all others.

    Looked up once for each, because nothing on the page changes a model, and a look at all weights
    takes longer than drawing what is cached.
    """
    if clf not in _IDENTITIES:
        preprocessing = recorded(clf.preprocessing)
        labels = hashlib.sha256(json.dumps(list(clf.labels)).encode()).hexdigest()
        _IDENTITIES[clf] = (clf.id, clf.digest, preprocessing, labels)
    return _IDENTITIES[clf]


def cheap(clf: Classifier, layer: Layer) -> bool:
    """Return whether another class costs next to nothing: little of the model follows the layer."""
    sizes = {one.name: prod(one.shape) for one in clf.layers()}
    names = list(sizes)
    after = names[names.index(layer.name) + 1 :]
    return sum(sizes[name] for name in after) <= _LITTLE * sum(sizes.values())


@st.cache_resource(max_entries=KEPT_VIEWS, show_spinner=False, scope="session")
def model_view(
    preprocessing: AnyPreprocessing, photo_digest: str, fit: Fit, _clf: Classifier, _photo: Opened
) -> Photo:
    """Return the photo as the model sees it, uint8 (h, w, 3); the first three are the key."""
    del preprocessing, photo_digest
    return seen(_photo.pixels, _clf.preprocessing, fit)


def tidy() -> None:
    """Free dropped models and return their memory to the operating system.

    A traced model is a cycle of objects, so only the garbage collector frees it, and glibc keeps
    freed pages unless it is told to trim them.
    """
    gc.unfreeze()
    gc.collect()
    give_back()


def keep() -> None:
    """Exempt every current object from garbage collection until the next `tidy`.

    Streamlit collects after every run of a page, and Keras again when Streamlit clears its
    session. With TensorFlow loaded, each collection blocks all threads for a good part of a second.
    """
    gc.freeze()


def outcome(job: Job, visitor: Visitor) -> Any:
    """Return the job's result, or raise what stands in the visitor's way."""
    if job.cancelled_by(visitor):
        raise StoppedError(job)
    if not job.ended.is_set():
        raise PendingError(job)
    if job.error is not None:
        # Another one each time, because an error that was raised holds the frames it passed.
        raise copy(job.error)
    return job.result


@st.cache_resource(max_entries=KEPT_PHRASES, show_spinner=False, scope="session")
def _with_phrases(
    model: Hashable,  # noqa: ARG001 - identifies the unhashed argument
    phrases: tuple[str, ...],
    negative: tuple[str, ...],
    _clf: PhraseClassifier,
) -> PhraseClassifier:
    clf = _clf.with_phrases(phrases, negative)
    clf.layers()
    return clf


def _quick(
    clf: Classifier, picture: Picture, request: Request, whose: Visitor, pause: float
) -> Explained:
    time.sleep(pause)
    return _compute(clf, picture, request, whose, Watch())


def _in_turn(
    clf: Classifier,
    picture: Picture,
    request: Request,
    whose: Visitor,
    progress: Progress,
    cancelled: Cancelled,
) -> Explained:
    """Give way to clicks. What a click asks for must not, or it would wait for itself."""
    return _compute(clf, picture, request, whose, Watch(progress, cancelled, turns().slice))


def _compute(
    clf: Classifier, picture: Picture, request: Request, whose: Visitor, watch: Watch
) -> Explained:
    start = time.perf_counter()
    key = (recorded(clf.preprocessing), request.fit, picture.digest)
    fitted = inputs().get(key, partial(_fitted, clf, picture, request.fit), whose)
    (result,) = answer(clf, [fitted], request, watch)
    if result.photo_digest != picture.digest:
        raise GradcamError(
            "It is not known which part of the photo this model's preprocessing shows it.",
            hint="In Python, gradcam.explain draws the maps on what the model saw.",
        )
    took = (time.perf_counter() - start) * 1000
    map_made(request.method, took / 1000)
    # What is kept of a photo is its maps alone, and no larger array that they are a part of.
    maps = tuple(replace(one, values=one.values.copy()) for one in result.maps)
    return Explained(replace(result, photo=NO_PHOTO, maps=maps), took)


def _fitted(clf: Classifier, picture: Picture, fit: Fit) -> Prepared:
    with one_at_a_time(prod(picture.opened.size)):
        return prepare(clf, picture.opened, fit).small(1)
