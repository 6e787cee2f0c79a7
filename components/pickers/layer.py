"""Which layer to explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from gradcam import Layer

from .. import state
from ..chooser import Option, Options, chooser
from ..glossary import TERMS
from ..keeping import Kept
from ..view import ViewState

LAYER = "layer"
_LISTS: Kept[Options] = Kept(lambda: 16_000_000)  # of somebody's own model, too
_GROUPS = ("Recommended", "Other stages, from input to output", "All other layers")
_HELP = (
    "Early layers show fine detail, late layers whole objects. The recommended one is the last "
    "that still knows where things are."
)


def layer_picker(view: ViewState, layers: Sequence[Layer]) -> Layer:
    """Draw the list of layers, unless they are the columns, and return the chosen one."""
    recommended = next(layer for layer in layers if layer.recommended)
    chosen = next((layer for layer in layers if layer.name == view.layer), recommended)
    if view.across == "layers":
        return chosen  # nothing to choose: the columns are layers
    with st.container(gap="xxsmall"):
        chooser(
            "Layer",
            layer_options(tuple(layers)),
            [chosen.name],
            key=LAYER,
            on_choose=lambda ids: state.change(lambda v: _with_layer(v, ids, recommended)),
            help=f"{_HELP}\n\nStage: {TERMS['stage']}",
        )
        st.caption(_about(chosen, view))
    return chosen


def layer_options(layers: tuple[Layer, ...]) -> Options:
    """The recommended layer, the other stages, and then every other layer."""
    return _LISTS.get(layers, partial(_layer_options, layers), state.visitor())


def _layer_options(layers: tuple[Layer, ...]) -> Options:
    in_groups = sorted(layers, key=lambda layer: _GROUPS.index(_group(layer)))
    rows = (
        Option(layer.name, layer.name, _facts(layer), _group(layer), words=(layer.kind,))
        for layer in in_groups
    )
    return Options(tuple(rows), ("channels", "positions"))


def _group(layer: Layer) -> str:
    return _GROUPS[0 if layer.recommended else 1 if layer.stage else 2]


def _facts(layer: Layer) -> tuple[str, str]:
    channels, height, width = layer.shape
    return f"{channels:,}", f"{height} × {width}"


def _with_layer(view: ViewState, ids: Sequence[str], recommended: Layer) -> ViewState:
    return replace(view, layer="" if ids[0] == recommended.name else ids[0])


def _about(layer: Layer, view: ViewState) -> str:
    channels, positions = _facts(layer)
    text = f"{channels} channels of {positions}"
    if layer.recommended:
        text = f"Recommended · {text}"
    return f"{text}. Other models: their own." if view.across == "models" else text
