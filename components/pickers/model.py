"""Which model to explain: one searchable list of all there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import streamlit as st

from gradcam import ModelSpec, list_models
from gradcam.backends import Classifier, takes_phrases
from gradcam.catalogue.hub import HUGGING_FACE, hub_id, hub_spec
from gradcam.models import downloaded
from gradcam.text import millions

from .. import state
from ..chooser import Marked, Option, Options, chooser
from ..glossary import TERMS
from ..jobs import downloads
from ..view import ViewState
from . import hub_model, own_model
from .shelves import SOURCES, in_order, shelf_of

MODEL = "model"


def model_ids(view: ViewState) -> tuple[str, ...]:
    """Return the ids a view may hold: the catalogue's, the user's own, and any on the hub."""
    named = [id for id in (view.model, *view.models) if spec_of(id) and id not in _specs()]
    return (*_specs(), *own_model.loaded(), *dict.fromkeys([*hub_model.typed(), *named]))


def model_picker(view: ViewState) -> None:
    """Draw the list of models."""
    with st.container(gap="xxsmall"):
        choose_models(
            "Model",
            [view.model],
            view,
            key=MODEL,
            on_choose=_changed,
            help=f"Parameters: {TERMS['parameters']}\n\nAccuracy: {TERMS['top-1']}",
        )
        st.caption(_facts(view.model))


def choose_models(
    label: str,
    chosen: Sequence[str],
    view: ViewState,
    *,
    key: str,
    on_choose: Callable[[tuple[str, ...]], None],
    most: int = 1,
    help: str = "",
) -> None:
    """Draw a list of all models, those on this machine first."""
    ready = (*downloaded(), *own_model.loaded())
    chooser(
        label,
        _catalogue(),
        chosen,
        key=key,
        on_choose=on_choose,
        most=most,
        help=help,
        extra=_others(view),
        marked=Marked(ready, "Ready on this machine", "On this machine"),
    )


def spec_of(id: str) -> ModelSpec | None:
    """Return the model's entry in the catalogue or on the hub; None for the user's own model."""
    if id.startswith(HUGGING_FACE):
        return hub_spec(id) if hub_id(id) == id else None
    return _specs().get(id)


def to_model(view: ViewState, model: str) -> ViewState:
    """Switch the model; its classes stay chosen if the new one has the same."""
    old, new = spec_of(view.model), spec_of(model)
    same = bool(old and new and old.labels and old.labels == new.labels)
    return view.with_model(model, same_labels=same)


def compared(view: ViewState) -> tuple[str, ...]:
    """Return the models to compare with: those chosen, or else one that is on this machine."""
    if view.models:
        return view.models
    chosen = spec_of(view.model)
    here = [spec for spec in _here() if spec.id != view.model]
    if chosen is None or not here:
        return tuple(spec.id for spec in here[:1])
    # The same classes first, then the same framework, whose library runs already.
    alike = min(here, key=lambda s: (s.labels != chosen.labels, s.framework != chosen.framework))
    return (alike.id,)


def _changed(chosen: tuple[str, ...]) -> None:
    (model,) = chosen
    downloads().forget([model], state.visitor())
    state.change(lambda view: to_model(view, model))


def _here() -> list[ModelSpec]:
    ready = downloaded()
    return [spec for id, spec in _specs().items() if id in ready]


@cache
def _specs() -> dict[str, ModelSpec]:
    return {spec.id: spec for spec in list_models()}


@cache
def _catalogue() -> Options:
    """Every model of the catalogue."""
    rows = tuple(_row(spec) for spec in in_order(list_models()))
    return Options(rows, ("parameters", "accuracy"))


def _row(spec: ModelSpec) -> Option:
    source = SOURCES[spec.source]
    accuracy = f"{spec.top1:.1f} %" if spec.top1 else "–"
    return Option(
        spec.id,
        spec.title,
        (millions(spec.parameters), accuracy),
        shelf_of(spec),
        source,
        (spec.id, source, spec.family),
    )


def _others(view: ViewState) -> list[Option]:
    """What is not in the catalogue: the user's own models, those typed, and what a link names."""
    own = own_model.loaded()
    mine = [Option(id, own[id].title, ("yours",), "Yours", "Yours") for id in reversed(tuple(own))]
    named = (
        id
        for id in (view.model, *view.models, *hub_model.typed())
        if id not in own and id not in _specs()
    )
    hub = SOURCES["huggingface"]
    return [*mine, *(Option(id, id, (), hub, hub) for id in dict.fromkeys(named))]


def _facts(id: str) -> str:
    own, spec = own_model.loaded(), spec_of(id)
    if spec is None:
        return f"Your model, for this session only · {_classes(own[id])}" if id in own else ""
    parts = [f"{millions(spec.parameters)} parameters"] if spec.parameters else ["Hugging Face hub"]
    if spec.top1:
        parts.append(f"{spec.top1:.1f} % accuracy")
    if spec.note.startswith("Licence"):
        parts.append(spec.note)
    return " · ".join(parts)


def _classes(clf: Classifier) -> str:
    return "its classes are what you type" if takes_phrases(clf) else f"{len(clf.labels)} classes"
