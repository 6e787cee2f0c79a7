"""Which model to explain: one searchable list, by shelves, and a form for what is not in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import streamlit as st

from gradcam import ModelSpec, list_models
from gradcam.backends import Classifier, takes_phrases
from gradcam.catalogue.hub import HUGGING_FACE, hub_id, hub_spec
from gradcam.models import downloaded, is_downloaded
from gradcam.text import megabytes, millions

from .. import state
from ..jobs import downloads
from ..view import ViewState
from . import hub_model, own_model
from .shelves import READY, SOURCES, on_shelf, shelf_title, shelves

MODEL, SHELF = "model", "shelf"


def model_ids(view: ViewState) -> tuple[str, ...]:
    """Return the ids a view may hold: the catalogue's, the user's own, and any on the hub."""
    named = [id for id in (view.model, *view.models) if spec_of(id) and id not in _specs()]
    return (*_specs(), *own_model.loaded(), *dict.fromkeys([*hub_model.typed(), *named]))


def model_picker(view: ViewState) -> None:
    """Draw the shelves, the list of models on the chosen one, and the form for any other."""
    ready, own = downloaded(), own_model.loaded()
    state.show(MODEL, view.model)
    with st.container(gap="xxsmall"):
        shelf = _shelf(len(ready))
        st.selectbox(
            "Model",
            _options(view, shelf, ready),
            format_func=lambda id: _label(id, own, ready),
            key=MODEL,
            on_change=_changed,
            filter_mode="contains",
        )
        st.caption(_facts(view.model))
        with st.popover(
            "Another model",
            icon=":material/add:",
            type="tertiary",
            key=own_model.FORM,
            on_change="rerun",  # only so can it be closed from here
        ):
            hub_model.form()
            own_model.form()


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


def _shelf(ready: int) -> str:
    counts = shelves(list_models()) | {READY: ready}
    chosen: str = st.selectbox(
        "Choose from",
        list(counts),
        format_func=lambda shelf: shelf_title(shelf, counts[shelf]),
        key=SHELF,
        filter_mode="contains",
    )
    return chosen


def _options(view: ViewState, shelf: str, ready: frozenset[str]) -> list[str]:
    """The shelf's models below what does not stand on it: the chosen, the own and the typed."""
    others = (view.model, *own_model.loaded(), *hub_model.typed())
    return list(dict.fromkeys([*others, *on_shelf(shelf, list_models(), ready)]))


def _changed() -> None:
    model = st.session_state[MODEL]
    downloads().forget([model])

    def to(view: ViewState) -> ViewState:
        old, new = spec_of(view.model), spec_of(model)
        same = bool(old and new and old.labels and old.labels == new.labels)
        return view.with_model(model, same_labels=same)

    state.change(to)


@cache
def _specs() -> dict[str, ModelSpec]:
    return {spec.id: spec for spec in list_models()}


def _label(id: str, own: Mapping[str, Classifier], ready: frozenset[str]) -> str:
    if id in own:
        return f"Yours · {own[id].title}"
    spec = _specs().get(id)
    return _row(id, id in ready) if spec else id


@cache
def _row(id: str, ready: bool) -> str:
    spec = _specs()[id]
    parts = [SOURCES[spec.source], spec.title, millions(spec.parameters)]
    if spec.top1:
        parts.append(f"{spec.top1:.1f} %")
    if spec.url and not spec.family:  # timm's names are long, and four bytes a parameter is known
        parts.append(megabytes(spec.download_bytes))
    return " · ".join(parts) + (" ✓" if ready and spec.url else "")


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
