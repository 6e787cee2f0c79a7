"""The engine behind caches: models by id, explanations by content. Nothing cached calls st.*."""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

import gradcam
from gradcam import METHODS, GradcamError
from gradcam.backends import Classifier
from gradcam.explain import How
from gradcam.merging import Fusion
from gradcam.types import Explanation, Fit
from gradcam.watch import Cancelled, Progress

from .jobs import Job, answers
from .pictures import Picture
from .view import DEFAULT_METHOD, ViewState


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


KEPT_MODELS = 3
KEPT_EXPLANATIONS = 96


@dataclass(frozen=True)
class Ask:
    """What is asked of a model about a picture: everything a map depends on.

    classes : None takes the `top` most probable. parameters : the method's own, as pairs.
    """

    layers: tuple[str, ...]
    method: str
    classes: tuple[int, ...] | None
    top: int = 0
    fit: Fit = "crop"
    parameters: tuple[tuple[str, Any], ...] = ()
    augment: bool = False
    fuse: Fusion | None = None

    @property
    def slow(self) -> bool:
        """Whether it takes seconds, so that the page should not wait for it."""
        return METHODS[self.method].slow or self.augment


@dataclass(frozen=True)
class Explained:
    """An explanation and what it took, in milliseconds, when it was made."""

    result: Explanation
    milliseconds: float

    @property
    def ranked(self) -> tuple[int, ...]:
        """The most probable classes, best first."""
        return tuple(p.index for p in self.result.predictions)


class PendingError(GradcamError):
    """The answer is being made."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"{job.title} is being computed.")
        self.job = job


class StoppedError(GradcamError):
    """The answer is not made, because somebody said so."""

    def __init__(self, job: Job) -> None:
        super().__init__("Stopped.")
        self.job = job


@st.cache_resource(max_entries=KEPT_MODELS, show_spinner=False)
def load(model: str) -> Classifier:
    """A catalogue model whose weights are on this machine; the least lately used one goes."""
    tidy()  # what the last one that went has left
    clf = gradcam.load_model(model)
    clf.layers()  # found by one forward, kept by the model: what fails, fails here
    keep()
    return clf


def question(
    view: ViewState, layers: tuple[str, ...], method: str, classes: tuple[int, ...] | None
) -> Ask:
    """The view's question about these layers and classes, with this method."""
    options = METHODS[method].options
    known = {"channels": view.channels or None, "against": view.against}
    return Ask(
        layers, method, classes, view.top if classes is None else 0, view.fit,
        tuple((name, value) for name, value in known.items() if name in options), view.augment,
    )  # fmt: skip


def rank(clf: Classifier, picture: Picture, view: ViewState, layer: str) -> Explained:
    """The picture's most probable classes, with the maps of them that the first screen shows."""
    asked = question(view, (layer,), DEFAULT_METHOD, None)
    if asked.augment or view.method != asked.method or view.across != "classes":
        asked = replace(asked, top=1, augment=False)
    return _explain(clf.digest, clf.preprocessing, picture.digest, asked, clf, picture)


def explain(clf: Classifier, picture: Picture, asked: Ask) -> Explained:
    """The maps asked for; the forward is the one `rank` made, where the layers are the same.

    Raises PendingError while a slow answer is being made, and what went wrong with it.
    """
    if not asked.slow:
        return _explain(clf.digest, clf.preprocessing, picture.digest, asked, clf, picture)
    key: Hashable = (clf.digest, clf.preprocessing, picture.digest, asked)
    title = f"{METHODS[asked.method].title}, {picture.name}"
    work = answers().ask(key, title, _maker(clf, picture, asked))
    if work.cancelled:
        raise StoppedError(work)
    if not work.ended.is_set():
        raise PendingError(work)
    if work.error is not None:
        raise work.error
    explained: Explained = work.result
    return explained


def _maker(
    clf: Classifier, picture: Picture, asked: Ask
) -> Callable[[Progress, Cancelled], Explained]:
    def make(progress: Progress, cancelled: Cancelled) -> Explained:
        return _make(clf, picture, asked, progress=progress, cancelled=cancelled)

    return make


@st.cache_resource(max_entries=KEPT_EXPLANATIONS, show_spinner=False)
def _explain(
    model_digest: str,  # noqa: ARG001 - with the next two, what the underscored ones are known by
    preprocessing: gradcam.Preprocessing,  # noqa: ARG001 - the same file may be read in two ways
    photo_digest: str,  # noqa: ARG001
    asked: Ask,
    _clf: Classifier,
    _picture: Picture,
) -> Explained:
    return _make(_clf, _picture, asked)


def _make(
    clf: Classifier,
    picture: Picture,
    asked: Ask,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Explained:
    start = time.perf_counter()
    how = How(
        parameters=dict(asked.parameters), augment=asked.augment, fuse=asked.fuse,
        progress=progress, cancelled=cancelled,
    )  # fmt: skip
    result = gradcam.explain(
        clf, picture.photo, asked.layers, asked.method, asked.classes, asked.top or 1, asked.fit,
        **how,
    )  # fmt: skip
    took = (time.perf_counter() - start) * 1000
    # The engine's copy of the photo goes: many explanations share one.
    return Explained(replace(result, photo=picture.photo), took)
