"""One class through the whole depth of the network, all stages from one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components import engine, errors, state
from components.columns import Asked, usual_layers
from components.viewer import Panel, Row, strip
from gradcam import METHODS

_KEY = "strip_of_layers"


def layer_strip(asked: Sequence[Asked]) -> None:
    """Draw it below the grid: a row per photo, of its first shown class."""
    rows = []
    for one in asked:
        with errors.told(one.picture.name):
            rows.append(_row(one))
    if not any(len(row.panels) > 1 for row in rows):
        return
    st.caption("Through the network, from input to output. A click chooses the layer.")
    strip(rows, key=_KEY, on_pick=_picked)


def _row(one: Asked) -> Row:
    view = one.view
    # Quick whatever the grid shows: all stages at once would make a slow method very slow.
    slow = METHODS[view.method].slow or view.augment or view.method == "guidedgradcam"
    method = "gradcam" if slow else view.method
    index = _class(one)
    question = engine.question(view, usual_layers(one.clf), method, (index,))
    explained = engine.explain(one.clf, one.picture, replace(question, augment=False))
    panels = tuple(
        Panel(
            m.layer.rsplit("/", 1)[-1], "{} × {}".format(*m.values.shape), m, "",
            key=m.layer, chosen=m.layer == one.layer.name,
        )
        for m in explained.result.maps
    )  # fmt: skip
    return Row(one.picture.photo, f"{one.picture.name}: {one.clf.labels[index]}", panels)


def _class(one: Asked) -> int:
    if one.view.across != "classes":
        return one.view.class_of(one.top.ranked)
    return next(iter(one.view.shown(one.top.ranked)), one.top.ranked[0])


def _picked(layer: str) -> None:
    state.change(lambda view: replace(view, layer=layer))
