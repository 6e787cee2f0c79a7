"""The engine behind caches: models by id, explanations by content. No st.* in what is cached."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import streamlit as st

import gradcam
from components.memory import tidy
from components.pictures import Picture
from components.view import ViewState
from gradcam.backends import Classifier
from gradcam.types import Explanation, Fit, Photo, Preprocessing

KEPT_MODELS = 3
KEPT_EXPLANATIONS = 64


@dataclass(frozen=True)
class Explained:
    """An explanation and what it took, in milliseconds, when it was made."""

    result: Explanation
    milliseconds: float

    @property
    def ranked(self) -> tuple[int, ...]:
        """The most probable classes, best first."""
        return tuple(p.index for p in self.result.predictions)


@st.cache_resource(max_entries=KEPT_MODELS, show_spinner=False)
def load(model: str) -> Classifier:
    """A catalogue model whose weights are on this machine; the least lately used one goes."""
    tidy()  # what the last one that went has left
    return gradcam.load_model(model)


def rank(clf: Classifier, picture: Picture, view: ViewState, layer: str) -> Explained:
    """The picture's most probable classes, with their maps."""
    return _explain(
        clf.digest,
        picture.digest,
        layer,
        view.method,
        None,
        view.top,
        view.fit,
        clf.preprocessing,
        clf,
        picture.photo,
    )


def explain(
    clf: Classifier, picture: Picture, view: ViewState, layer: str, classes: tuple[int, ...]
) -> Explained:
    """Maps of just these classes; the forward is the one `rank` made."""
    return _explain(
        clf.digest,
        picture.digest,
        layer,
        view.method,
        classes,
        0,
        view.fit,
        clf.preprocessing,
        clf,
        picture.photo,
    )


@st.cache_resource(max_entries=KEPT_EXPLANATIONS, show_spinner=False)
def _explain(
    model_digest: str,  # noqa: ARG001 - with photo_digest, what the underscored ones are known by
    photo_digest: str,  # noqa: ARG001
    layer: str,
    method: str,
    classes: tuple[int, ...] | None,
    top: int,
    fit: Fit,
    preprocessing: Preprocessing,  # noqa: ARG001 - the same file may be read in two ways
    _clf: Classifier,
    _photo: Photo,
) -> Explained:
    start = time.perf_counter()
    result = gradcam.explain(_clf, _photo, layer, method, classes, top_k=top, fit=fit)
    took = (time.perf_counter() - start) * 1000
    # The engine's copy of the photo goes: many explanations share one.
    return Explained(replace(result, photo=_photo), took)
