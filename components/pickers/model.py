"""Which model to explain: one searchable list of all there are."""

from __future__ import annotations

from functools import cache

import streamlit as st

from gradcam import ModelSpec, list_models
from gradcam.backends import Classifier, takes_phrases
from gradcam.catalogue.hub import HUGGING_FACE, hub_id, hub_spec
from gradcam.models import downloaded, is_downloaded
from gradcam.text import megabytes, millions

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
    own = own_model.loaded()
    with st.container(gap="xxsmall"):
        chooser(
            "Model",
            _catalogue(),
            [view.model],
            key=MODEL,
            on_choose=_changed,
            help=f"Parameters: {TERMS['parameters']}\n\nAccuracy: {TERMS['top-1']}",
            extra=_others(view),
            marked=Marked((*downloaded(), *own), "Ready on this machine", "On this machine"),
        )
        st.caption(_facts(view.model))


def spec_of(id: str) -> ModelSpec | None:
    """Return the model's entry in the catalogue or on the hub; None for the user's own model."""
    if id.startswith(HUGGING_FACE):
        return hub_spec(id) if hub_id(id) == id else None
    return _specs().get(id)


def title_of(id: str) -> str:
    """Return the model's name and framework, which tell it apart from other columns."""
    if spec := spec_of(id):
        return f"{spec.title} · {SOURCES[spec.source]}"
    own = own_model.loaded()
    return own[id].title if id in own else id


def _changed(chosen: tuple[str, ...]) -> None:
    (model,) = chosen
    downloads().forget([model])

    def to(view: ViewState) -> ViewState:
        old, new = spec_of(view.model), spec_of(model)
        same = bool(old and new and old.labels and old.labels == new.labels)
        return view.with_model(model, same_labels=same)

    state.change(to)


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
    named = (id for id in (view.model, *hub_model.typed()) if id not in own and id not in _specs())
    hub = SOURCES["huggingface"]
    return [*mine, *(Option(id, id, (), hub, hub) for id in dict.fromkeys(named))]


def _facts(id: str) -> str:
    own, spec = own_model.loaded(), spec_of(id)
    if spec is None:
        return f"Your model, for this session only · {_classes(own[id])}" if id in own else ""
    parts = [f"{millions(spec.parameters)} parameters"] if spec.parameters else ["Hugging Face hub"]
    if spec.top1:
        parts.append(f"{spec.top1:.1f} % top-1")
    if not spec.url:
        parts.append("built-in")
    elif is_downloaded(spec):
        parts.append("downloaded")
    elif spec.download_bytes:
        parts.append(f"{megabytes(spec.download_bytes)} to download")
    if spec.note.startswith("Licence"):
        parts.append(spec.note)
    return " · ".join(parts)


def _classes(clf: Classifier) -> str:
    return "its classes are what you type" if takes_phrases(clf) else f"{len(clf.labels)} classes"
