"""A model on the Hugging Face hub, by its name: what is not in the list."""

from __future__ import annotations

import streamlit as st

from gradcam import GradcamError, ModelSpec
from gradcam.catalogue.hub import HUGGING_FACE, hub_id, hub_spec, timm_specs

from .. import errors, state
from ..jobs import downloads
from .own_model import FORM

NAME = "hub_name"
_TYPED, _REFUSED = "hub_typed", "hub_refused"


def typed() -> tuple[str, ...]:
    """Return the ids that were typed in this session, the last one first."""
    names: tuple[str, ...] = st.session_state.get(_TYPED, ())
    return names


def is_wanted(model: str) -> bool:
    """Return whether the model may be downloaded now: it is listed, or was asked for by hand."""
    return not model.startswith(HUGGING_FACE) or model in typed()


def want(model: str) -> None:
    """Record that the model was asked for in this session."""
    st.session_state[_TYPED] = tuple(dict.fromkeys([model, *typed()]))
    downloads().forget([model], state.visitor())


def form() -> None:
    """Draw the field for a name."""
    st.text_input(
        "Model on the Hugging Face hub",
        key=NAME,
        placeholder="ORG/NAME, such as microsoft/resnet-50",
        on_change=_choose,
        help="Any image classifier of transformers or timm there, CLIP and SigLIP. Only settings "
        "and safetensors are downloaded; no code is run.",
    )
    if refused := st.session_state.pop(_REFUSED, None):
        errors.show(refused)


def _choose() -> None:
    """Choose the model that was typed or pasted; anything else is refused below the field."""
    text = st.session_state[NAME].strip()
    if not text:
        return
    try:
        model = _listed(hub_spec(hub_id(text) or text))
    except GradcamError as error:
        st.session_state[_REFUSED] = error
        return
    want(model)
    st.session_state[FORM] = False  # what happens next shows on the page behind it
    state.change(lambda view: view.with_model(model, same_labels=False))


def _listed(spec: ModelSpec) -> str:
    """The id of the same model in the catalogue, which knows more about it; else its own."""
    return next((known.id for known in timm_specs() if known.url == spec.url), spec.id)
