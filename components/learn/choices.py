"""What the story can be about: the photos, classes, layers, methods and models to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import streamlit as st

from gradcam import METHODS, ModelSpec, list_models
from gradcam.backends import Classifier
from gradcam.request import Request
from gradcam.text import percent, shape

from .. import engine, state
from ..pickers.layer import layer_options
from ..pickers.model import to_model
from ..pictures import Picture, sample
from ..samples import SAMPLES
from ..thumbnails.thumbnails import shrunk
from ..view import ViewState
from ..waiting import loading
from .chapter import Chosen

TOLD = ("gradcam", "hirescam", "layercam", "gradcam++", "scorecam")  # methods with steps of theirs
LIKELY = 10  # classes to choose from without a search
_BUNDLED = "bundled"


def bundled() -> tuple[ModelSpec, ...]:
    """The models that come with the product, which need no network."""
    return tuple(spec for spec in list_models() if spec.source == _BUNDLED)


def chosen() -> Chosen:
    """Return what the address asks for; what it does not say, or says wrongly, is the usual."""
    asked = state.begin()
    view = state.settle(
        asked.among(
            samples=[one.id for one in SAMPLES],
            models=[spec.id for spec in bundled()],
            methods=TOLD,
        )
    )
    spec = next(spec for spec in bundled() if spec.id == view.model)
    with loading(spec):
        clf = engine.load(view.model)
    layers = clf.layers()
    view = state.settle(
        view.within(layers=[layer.name for layer in layers], classes=len(clf.labels))
    )
    recommended = next(layer for layer in layers if layer.recommended)
    layer = next((layer for layer in layers if layer.name == view.layer), recommended)
    picture = sample(_photo(view))
    index = likely(clf, picture)[0][0] if view.focus is None else view.focus
    state.publish()
    return Chosen(clf, picture, layer, index, view.method or TOLD[0])


def likely(clf: Classifier, picture: Picture) -> tuple[tuple[int, float], ...]:
    """Return the most probable classes of a photo, best first, and their probabilities."""
    recommended = next(layer.name for layer in clf.layers() if layer.recommended)
    request = Request((recommended,), clf.usual_method, top_k=min(LIKELY, len(clf.labels)))
    found = engine.explain(clf, picture, request).result.predictions
    return tuple((one.index, one.probability) for one in found)


def offered(about: Chosen) -> dict[str, object]:
    """Return the lists to choose from, and what is chosen, for the browser."""
    view = state.view()
    return {
        "photo": {"chosen": _photo(view), "options": _photos()},
        "class": {
            "chosen": about.index,
            "options": [[i, percent(p)] for i, p in likely(about.clf, about.picture)],
            "labels": list(about.clf.labels),
        },
        "layer": {"chosen": about.layer.name, "options": _layers(about.clf)},
        "method": {
            "chosen": about.method,
            "options": [[name, METHODS[name].title, METHODS[name].good_for] for name in TOLD],
        },
        "model": {
            "chosen": about.clf.id,
            "options": [[spec.id, spec.title, spec.framework] for spec in bundled()],
        },
    }


def choose(sent: object) -> None:
    """Change what the story is about, as the browser asked: {what, value}."""
    if not isinstance(sent, Mapping):
        return
    how = _CHANGES.get(str(sent.get("what")))
    value = sent.get("value")
    if how is not None and isinstance(value, (str, int)):
        state.change(lambda view: how(view, value))


# What the value names is checked by the next run, which leaves out all that does not exist.
_CHANGES: Mapping[str, Callable[[ViewState, str | int], ViewState]] = MappingProxyType({
    "photo": lambda view, id: view.with_samples((str(id),)),
    "class": lambda view, index: replace(view, focus=int(index)),
    "layer": lambda view, name: replace(view, layer=str(name)),
    "method": lambda view, name: replace(view, method=str(name)),
    "model": lambda view, id: to_model(view, str(id)),
})  # fmt: skip


def _photo(view: ViewState) -> str:
    return view.samples[0] if view.samples else SAMPLES[0].id


@st.cache_resource(show_spinner=False)
def _photos() -> Sequence[Sequence[str]]:
    return [[one.id, one.title, shrunk(sample(one.id).opened.pixels)] for one in SAMPLES]


def _layers(clf: Classifier) -> list[list[str]]:
    """The recommended layer and the stages, then all others: name, group, shape."""
    shapes = {layer.name: shape(layer.shape) for layer in clf.layers()}
    rows = layer_options(tuple(clf.layers())).rows
    return [[row.id, row.heading, shapes[row.id]] for row in rows]
