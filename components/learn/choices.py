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

from .. import engine, pictures, state
from ..pickers.classes import class_options
from ..pickers.layer import layer_options
from ..pickers.model import to_model
from ..pictures import Picture
from ..samples import SAMPLES
from ..thumbnails.thumbnails import shrunk
from ..view import FEW, ViewState
from ..waiting import loading
from .chapter import Chosen

TOLD = ("gradcam", "hirescam", "layercam", "gradcam++", "scorecam")  # methods with steps of theirs
LIKELY = 10  # classes to choose from without a search
_BUNDLED = "bundled"
_FRAMEWORKS = {"torch": "PyTorch", "keras": "Keras"}
_SIDE = 168  # pixels of a small photo: twice the drawn size, for high-density screens


def bundled() -> tuple[ModelSpec, ...]:
    """The models that come with the product, which need no network."""
    return tuple(spec for spec in list_models() if spec.source == _BUNDLED)


def asked() -> ViewState:
    """Return what the address asks for; what it says wrongly, and no model need be asked, goes."""
    view = state.begin("learn", _from_explore)
    models = [spec.id for spec in bundled()]
    return state.settle(view.among(samples=pictures.known(), models=models, methods=TOLD))


def chosen(view: ViewState) -> Chosen:
    """Return what that is, with the model loaded; what it does not say is the usual."""
    spec = next(spec for spec in bundled() if spec.id == view.model)
    with loading(spec):
        clf = engine.load(view.model)
    layers = clf.layers()
    view = state.settle(
        view.within(layers=[layer.name for layer in layers], classes=len(clf.labels))
    )
    recommended = next(layer for layer in layers if layer.recommended)
    layer = next((layer for layer in layers if layer.name == view.layer), recommended)
    picture = pictures.called(_photo(view))
    index = likely(clf, picture)[0][0] if view.focus is None else view.focus
    state.publish()
    return Chosen(clf, picture, layer, index, view.method or TOLD[0])


def likely(clf: Classifier, picture: Picture) -> tuple[tuple[int, float], ...]:
    """Return the most probable classes of a photo, best first, and their probabilities."""
    recommended = next(layer.name for layer in clf.layers() if layer.recommended)
    request = Request((recommended,), clf.usual_method, top_k=min(LIKELY, len(clf.labels)))
    found = engine.explain(clf, picture, request).result.predictions
    return tuple((one.index, one.probability) for one in found[:LIKELY])


def offered(about: Chosen) -> dict[str, object]:
    """Return what is chosen, and the short lists to choose from, for the browser.

    A line of a list is an id, a title, a fact beside it, the group it stands in, and more words.
    """
    found = likely(about.clf, about.picture)
    return {
        "class": {"chosen": about.index, "options": [[i, percent(p)] for i, p in found]},
        "layer": {"chosen": about.layer.name, "options": _layers(about.clf)},
        "method": {
            "chosen": about.method,
            "options": [[m, METHODS[m].title, "", "", METHODS[m].good_for] for m in TOLD],
        },
        "model": {
            "chosen": about.clf.id,
            "options": [[spec.id, spec.title, _FRAMEWORKS[spec.framework]] for spec in bundled()],
        },
    }


def photos(view: ViewState) -> dict[str, object]:
    """Return the photos, the visitor's own first, and which one is chosen."""
    own = [[id, one.name, _small(id, one)] for id, one in reversed([*pictures.kept().items()])]
    return {"chosen": _photo(view), "options": [*own, *_samples()]}


def classes(about: Chosen) -> list[object]:
    """Return all classes: the name, other names and the definition of each."""
    rows = class_options(tuple(about.clf.labels)).rows
    return [[row.title, list(row.words), row.definition] for row in rows]


def choose(sent: object) -> None:
    """Change what the story is about, as the browser asked: {what, value}."""
    if not isinstance(sent, Mapping):
        return
    how = _CHANGES.get(str(sent.get("what")))
    value = sent.get("value")
    if how is not None and isinstance(value, (str, int)):
        state.change(lambda view: how(view, value))


def on_explore(about: Chosen) -> dict[str, str]:
    """Return the query with which Explore shows the same photo, class, layer, method and model.

    It names the class as this page does too, because Back finds the query on this page first.
    """
    view = state.view()
    top = [index for index, _ in likely(about.clf, about.picture)][: ViewState.top]
    usual = about.method == about.clf.usual_method
    return replace(
        view,
        samples=(_photo(view),),
        method="" if usual else about.method,
        added=() if about.index in top else (about.index,),
        focus=about.index,
    ).to_query()


# What the value names is checked by the next run, which leaves out all that does not exist.
_CHANGES: Mapping[str, Callable[[ViewState, str | int], ViewState]] = MappingProxyType({
    "photo": lambda view, id: view.with_samples((str(id),)),
    "class": lambda view, index: replace(view, focus=int(index)),
    "layer": lambda view, name: replace(view, layer=str(name)),
    "method": lambda view, name: replace(view, method=str(name)),
    "model": lambda view, id: to_model(view, str(id)),
})  # fmt: skip


def _from_explore(there: ViewState, _: ViewState) -> ViewState:
    """Tell the story about what Explore shows."""
    return ViewState(
        samples=pictures.shown()[:1],
        model=there.model,
        layer=there.layer,
        method=there.method,
        focus=there.focus,
    )


def _photo(view: ViewState) -> str:
    return view.samples[0] if view.samples else SAMPLES[0].id


@st.cache_resource(show_spinner=False)
def _samples() -> Sequence[Sequence[str]]:
    return [[s.id, s.title, shrunk(pictures.sample(s.id).opened.pixels, _SIDE)] for s in SAMPLES]


@st.cache_resource(max_entries=2 * FEW, show_spinner=False, scope="session")
def _small(id: str, _picture: Picture) -> str:  # noqa: ARG001
    return shrunk(_picture.opened.pixels, _SIDE)


def _layers(clf: Classifier) -> list[list[str]]:
    """The recommended layer and the stages, then all others."""
    shapes = {layer.name: shape(layer.shape) for layer in clf.layers()}
    rows = layer_options(tuple(clf.layers())).rows
    return [[row.id, row.id, shapes[row.id], row.heading] for row in rows]
