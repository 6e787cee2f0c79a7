"""The engine behind caches: models by id, explanations by content. Nothing cached calls st.*."""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st

import gradcam
from gradcam import METHODS, Classifier, Explanation, GradcamError, Request
from gradcam.explain import answer
from gradcam.watch import Cancelled, Progress, Watch

from .jobs import Job, answers
from .pictures import Picture
from .view import DEFAULT_METHOD, ViewState

KEPT_MODELS = 3
KEPT_EXPLANATIONS = 96
_NO_PHOTO = np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True)
class Explained:
    """An explanation, and how long it took when it was made."""

    result: Explanation
    milliseconds: float

    @property
    def ranked(self) -> tuple[int, ...]:
        """The most probable classes, best first."""
        return tuple(p.index for p in self.result.predictions)

    @property
    def key(self) -> Hashable:
        """Equal for two answers of one model to one request about the same photo."""
        result = self.result
        return (result.model, result.model_digest, result.photo_digest, result.request)


class PendingError(GradcamError):
    """The answer is still being computed."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"{job.title} is being computed.")
        self.job = job


class StoppedError(GradcamError):
    """The answer was not computed, because somebody stopped it."""

    def __init__(self, job: Job) -> None:
        super().__init__("Stopped.")
        self.job = job


@st.cache_resource(max_entries=KEPT_MODELS, show_spinner=False)
def load(model: str) -> Classifier:
    """A catalogue model whose weights are on this machine; the least recently used one goes."""
    tidy()  # what the last one that went has left behind
    clf = gradcam.load_model(model)
    clf.layers()  # one forward pass finds them; a model that cannot be traced fails here
    keep()
    return clf


def rank(clf: Classifier, picture: Picture, view: ViewState, layer: str) -> Explained:
    """The picture's most probable classes, with the maps of them that the first screen shows."""
    request = view.request((layer,), DEFAULT_METHOD)
    if view.augment or view.method != DEFAULT_METHOD or view.across != "classes":
        request = replace(request, top_k=1, augment=False)
    return explain(clf, picture, request)


def explain(clf: Classifier, picture: Picture, request: Request) -> Explained:
    """What `request` gives for the picture, computed once.

    Raises
    ------
    PendingError, StoppedError : a slow answer is being computed, or was stopped.
    GradcamError : what went wrong with it.
    """
    model = (clf.id, clf.digest, clf.preprocessing, hash(clf.labels))
    if not request.slow:
        kept = _explain(model, picture.digest, request, clf, picture)
    else:
        title = f"{METHODS[request.method].title}, {picture.name}"
        key = (model, picture.digest, request)
        kept = _finished(answers().ask(key, title, partial(_compute, clf, picture, request)))
    return replace(kept, result=replace(kept.result, photo=picture.opened.pixels))


def _finished(job: Job) -> Explained:
    if job.cancelled:
        raise StoppedError(job)
    if not job.ended.is_set():
        raise PendingError(job)
    if job.error is not None:
        raise job.error
    explained: Explained = job.result
    return explained


@st.cache_resource(max_entries=KEPT_EXPLANATIONS, show_spinner=False, hash_funcs={Request: repr})
def _explain(
    model: Hashable,  # noqa: ARG001 - with the next, what the underscored ones are known by
    photo_digest: str,  # noqa: ARG001
    request: Request,
    _clf: Classifier,
    _picture: Picture,
) -> Explained:
    return _compute(_clf, _picture, request)


def _compute(
    clf: Classifier,
    picture: Picture,
    request: Request,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Explained:
    start = time.perf_counter()
    (result,) = answer(clf, [picture.opened], request, Watch(progress, cancelled))
    took = (time.perf_counter() - start) * 1000
    # Without the photo: what is kept for all sessions must not outlive the one that uploaded it.
    return Explained(replace(result, photo=_NO_PHOTO), took)


def tidy() -> None:
    """Collect what is left of dropped models, and give the emptied pages back.

    A traced model is a web of objects that refer to each other, so only the collector frees it;
    and the C library keeps freed pages to itself unless told otherwise (glibc only).
    """
    gc.unfreeze()
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def keep() -> None:
    """Let the collector pass over all there is now, until the next `tidy`.

    Streamlit collects after every run of a page, and Keras once more when Streamlit clears its
    session: with TensorFlow in memory that takes a good part of a second, in which no other thread
    moves.
    """
    gc.freeze()
