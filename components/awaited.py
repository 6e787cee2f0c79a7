"""A model that was chosen but cannot be shown yet, or at all: until it can, the old view stays."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gradcam import GradcamError
from gradcam.models import is_downloaded
from gradcam.weights.cache import DamagedWeightsError

from . import errors, state
from .pickers.hub_model import want
from .pickers.model import spec_of
from .pickers.own_model import loaded
from .view import DEFAULT_MODEL, ViewState
from .waiting import weights_ready

_AWAITED, _STANDING, _REFUSED = "awaited_view", "standing_view", "refused_model"
_DAMAGED = "damaged_view"


def drawable(view: ViewState) -> ViewState:
    """Return `view` if its model is on this machine; else remember it, and return the one before.

    It makes no difference how the model was chosen: in the list, by its name, or by a link.
    """
    standing: ViewState | None = st.session_state.get(_STANDING)
    if _is_here(view.model):
        if standing and standing.model != view.model:
            st.session_state.pop(_AWAITED, None)  # they went on to another model
        return view
    st.session_state[_AWAITED] = view
    st.session_state.pop(_REFUSED, None)
    return state.settle(_instead_of(view))


def stands(view: ViewState) -> None:
    """Remember that this view's model could be loaded."""
    st.session_state[_STANDING] = view


def refuse(view: ViewState, error: GradcamError) -> None:
    """Go back to the view before, whose next run shows the error; where there is none, show it."""
    before = _instead_of(view)
    if before.model == view.model:
        errors.show(error)
        return
    st.session_state[_REFUSED] = error
    st.session_state[_DAMAGED] = view if isinstance(error, DamagedWeightsError) else None
    state.change(lambda _: before)
    st.rerun()


def news() -> None:
    """Draw how far the awaited model is, and show it once it is here; or why it cannot be shown."""
    refused: GradcamError | None = st.session_state.get(_REFUSED)
    if refused is not None:
        errors.show(refused)
        damaged: ViewState | None = st.session_state.get(_DAMAGED)
        with st.container(horizontal=True):
            if damaged is not None:
                st.button(
                    "Download it again",
                    icon=":material/download:",
                    key="download_damaged",
                    on_click=_download_again,
                    args=(damaged,),
                )
            st.button("Dismiss", key="dismiss_refused", on_click=_forget, args=(_REFUSED,))
    awaited: ViewState | None = st.session_state.get(_AWAITED)
    spec = spec_of(awaited.model) if awaited else None
    if awaited is not None and spec is not None and weights_ready(spec, _dismiss):
        _forget(_AWAITED)
        state.change(lambda view: _arrived(awaited, view))
        st.rerun()


def _arrived(awaited: ViewState, now: ViewState) -> ViewState:
    """Return what was asked of the awaited model, with what was changed while it was on its way."""
    return replace(
        now,
        model=awaited.model,
        layer=awaited.layer,
        layers=awaited.layers,
        added=awaited.added,
        removed=awaited.removed,
        focus=awaited.focus,
        against=awaited.against,
        phrases=awaited.phrases,
        negative=awaited.negative,
    )


def _instead_of(view: ViewState) -> ViewState:
    """Return the last view that could be drawn, or else the default model's, of the same photos."""
    standing: ViewState | None = st.session_state.get(_STANDING)
    if standing is not None and not _is_here(standing.model):
        standing = None  # its files were deleted since, or found damaged
    before = standing or view.with_model(DEFAULT_MODEL, same_labels=False)
    return replace(before, samples=view.samples)


def _is_here(model: str) -> bool:
    spec = spec_of(model)
    return model in loaded() or spec is None or is_downloaded(spec)


def _download_again(view: ViewState) -> None:
    """Await the model anew; as its files are not what was published, they count as not here."""
    want(view.model)
    _forget(_REFUSED)
    st.session_state[_AWAITED] = view


def _dismiss() -> None:
    _forget(_AWAITED)


def _forget(name: str) -> None:
    st.session_state.pop(name, None)
