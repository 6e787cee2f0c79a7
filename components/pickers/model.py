"""Which model to explain: one searchable list of all of them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from gradcam import ModelSpec, list_models
from gradcam.backends import Classifier, takes_phrases
from gradcam.models import is_downloaded
from gradcam.text import megabytes, millions

from .. import state
from ..jobs import downloads
from ..view import ViewState
from . import own_model

MODEL = "model"
_GROUPS = {
    "bundled": "Built-in",
    "torchvision": "PyTorch",
    "keras": "Keras",
    "timm": "timm",
    "huggingface": "Hugging Face",
}


def model_ids() -> tuple[str, ...]:
    """Return the ids a view may hold: the catalogue's and those of the user's own models."""
    return (*_specs(), *own_model.loaded())


def model_picker(view: ViewState) -> None:
    """Draw the list of models and the form for the user's own."""
    specs, own = _specs(), own_model.loaded()
    state.show(MODEL, view.model)
    with st.container(gap="xxsmall"):
        st.selectbox(
            "Model",
            model_ids(),
            format_func=lambda id: _label(id, specs, own),
            key=MODEL,
            on_change=_changed,
            filter_mode="contains",
        )
        st.caption(_facts(view.model, specs, own))
        own_model.form()


def spec_of(id: str) -> ModelSpec | None:
    """Return the model's catalogue entry, or None for the user's own model."""
    return _specs().get(id)


def title_of(id: str) -> str:
    """Return the model's name and framework, which tell it apart from other columns."""
    specs, own = _specs(), own_model.loaded()
    if id in specs:
        return f"{specs[id].title} · {_GROUPS[specs[id].source]}"
    return own[id].title if id in own else id


def _changed() -> None:
    model = st.session_state[MODEL]
    downloads().forget([model])
    specs = _specs()

    def to(view: ViewState) -> ViewState:
        old, new = specs.get(view.model), specs.get(model)
        return view.with_model(model, same_labels=bool(old and new and old.labels == new.labels))

    state.change(to)


def _specs() -> dict[str, ModelSpec]:
    return {spec.id: spec for spec in list_models()}


def _label(id: str, specs: Mapping[str, ModelSpec], own: Mapping[str, Classifier]) -> str:
    if id not in specs:
        return f"Yours · {own[id].title}" if id in own else id
    spec = specs[id]
    parts = [_GROUPS[spec.source], spec.title, millions(spec.parameters)]
    if spec.top1:
        parts.append(f"{spec.top1:.1f} %")
    if spec.download_bytes:
        parts.append(megabytes(spec.download_bytes) + (" ✓" if is_downloaded(spec) else ""))
    return " · ".join(parts)


def _facts(id: str, specs: Mapping[str, ModelSpec], own: Mapping[str, Classifier]) -> str:
    if id not in specs:
        return f"Your model, for this session only · {_classes(own[id])}" if id in own else ""
    spec = specs[id]
    parts = [f"{millions(spec.parameters)} parameters"]
    if spec.top1:
        parts.append(f"{spec.top1:.1f} % top-1")
    if not spec.download_bytes:
        parts.append("built-in")
    elif is_downloaded(spec):
        parts.append("downloaded")
    else:
        parts.append(f"{megabytes(spec.download_bytes)} to download")
    return " · ".join(parts)


def _classes(clf: Classifier) -> str:
    return "its classes are what you type" if takes_phrases(clf) else f"{len(clf.labels)} classes"
