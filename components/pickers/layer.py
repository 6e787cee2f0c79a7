"""Which layer to explain, and how photos are fitted to the model's input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from gradcam import Layer
from gradcam.text import shape
from gradcam.types import FITS

from .. import state
from ..view import ViewState

LAYER, FIT = "layer", "fit"
_FITS = {"crop": "Crop", "squash": "Squash", "pad": "Pad"}
_FIT_HELP = {
    "crop": "the model's standard crop; a frame marks what it sees.",
    "squash": "the whole photo, squashed to the shape of the model's input.",
    "pad": "the whole photo, padded to the shape of the model's input.",
}


def fit_picker(view: ViewState) -> None:
    """Draw the choice of how a photo is fitted to the model's input."""
    state.show(FIT, view.fit)
    st.segmented_control(
        "Fit",
        FITS,
        format_func=_FITS.__getitem__,
        key=FIT,
        required=True,
        width="stretch",
        on_change=state.from_widget,
        args=(FIT, lambda v, fit: replace(v, fit=fit or "crop")),
        help="\n".join(f"- **{_FITS[fit]}**: {text}" for fit, text in _FIT_HELP.items()),
    )


def layer_picker(view: ViewState, layers: Sequence[Layer]) -> Layer:
    """Draw the list of layers, stages first, and return the chosen one."""
    by_name = {layer.name: layer for layer in (*_stages(layers), *layers)}
    recommended = next(layer for layer in layers if layer.recommended)
    chosen = by_name.get(view.layer, recommended)
    state.show(LAYER, chosen.name)
    with st.container(gap="xxsmall"):
        st.selectbox(
            "Layer",
            list(by_name),
            format_func=lambda name: _label(by_name[name]),
            key=LAYER,
            on_change=state.from_widget,
            args=(
                LAYER,
                lambda v, name: replace(v, layer="" if name == recommended.name else name),
            ),
            filter_mode="contains",
            help="The last layer at each resolution comes first, then all layers from input to "
            "output. Early layers show fine detail, late layers whole objects.",
        )
        st.caption(_about(chosen))
    return chosen


def _stages(layers: Sequence[Layer]) -> list[Layer]:
    return [layer for layer in layers if layer.stage or layer.recommended]


def _label(layer: Layer) -> str:
    mark = "Stage · " if layer.stage or layer.recommended else ""
    return f"{mark}{layer.name} · {shape(layer.shape)}"


def _about(layer: Layer) -> str:
    channels, height, width = layer.shape
    text = f"{channels} channels of {height} × {width}"
    return f"Recommended: {text}" if layer.recommended else f"{layer.kind}: {text}"
