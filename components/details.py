"""What stands below the grid: notes on the maps, the strip of layers, the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import streamlit as st

from gradcam import METHODS, Layer
from gradcam.backends import Classifier
from gradcam.text import shape
from gradcam.types import Window

from . import engine, errors, state
from .grid import Answer, Ranked, usual_layers
from .view import ViewState
from .viewer import Panel, Row, strip

_STRIP = "strip_of_layers"
# DESIGN 5.8: at a layer that only a global average and a linear head follow.
_ALIKE = ("gradcam", "hirescam", "xgradcam")


def notes(view: ViewState, answers: Sequence[Answer]) -> Iterator[str]:
    """Why several panels may look the same."""
    maps = [p.map for answer in answers for p in answer.row.panels if p.map is not None]
    shown = {m.method for m in maps}
    alike = [name for name in _ALIKE if name in shown]
    if len(alike) > 1 and any(m.uniform_gradient for m in maps):
        yield (
            f"{_listed(alike)} are one and the same map here, by theory: only a global average and "
            "a linear head follow this layer, so its gradient is the same at every position. "
            "Choose an earlier layer to see them part."
        )
    agnostic = [name for name in shown if METHODS[name].class_agnostic]
    if agnostic and view.across == "classes":
        yield f"{_listed(agnostic)} knows no class: the maps of all classes are the same."


def _listed(names: Sequence[str]) -> str:
    titles = [METHODS[name].title for name in names]
    return ", ".join(titles[:-1]) + f" and {titles[-1]}" if len(titles) > 1 else titles[0]


def details(clf: Classifier, layer: Layer, answers: Sequence[Answer]) -> None:
    """Draw them below the grid, closed."""
    box = st.expander("Details", icon=":material/info:", key="details", on_change="rerun")
    if not box.open:
        return  # tables bring pandas along: not before somebody wants them
    with box:
        st.dataframe(_photos(answers), hide_index=True, width="stretch")
        st.dataframe(_maps(answers), hide_index=True, width="stretch")
        st.dataframe(_run(clf, layer, answers), hide_index=True, width="stretch")


def _photos(answers: Sequence[Answer]) -> dict[str, list[object]]:
    """One line per photo."""
    results = [answer.explained[0].result for answer in answers]
    return {
        "Photo": [answer.row.caption for answer in answers],
        "Size": [f"{r.photo.shape[1]} × {r.photo.shape[0]}" for r in results],
        "Model saw (x, y)": [_window(r.maps[0].window) for r in results],
        "Took, ms": [round(sum(e.milliseconds for e in answer.explained)) for answer in answers],
        "SHA-256": [r.photo_digest for r in results],
    }


def _maps(answers: Sequence[Answer]) -> dict[str, list[object]]:
    """One line per panel."""
    shown = [
        (answer.row.caption, panel.map)
        for answer in answers
        for panel in answer.row.panels
        if panel.map is not None
    ]
    return {
        "Photo": [caption for caption, _ in shown],
        "Class": [m.prediction.label for _, m in shown],
        "Index": [m.prediction.index for _, m in shown],
        "Probability": [round(m.prediction.probability, 4) for _, m in shown],
        "Logit": [round(m.prediction.logit, 3) for _, m in shown],
        "Lowest": [float(f"{m.values.min():.4g}") for _, m in shown],
        "Highest": [float(f"{m.peak:.4g}") for _, m in shown],
    }


def _run(clf: Classifier, layer: Layer, answers: Sequence[Answer]) -> dict[str, list[str]]:
    result = answers[0].explained[0].result
    how = result.preprocessing
    facts = {
        "Model": f"{clf.title} ({clf.id})",
        "Weights, SHA-256": clf.digest,
        "Layer": f"{layer.name}, {layer.kind}, {shape(layer.shape)}",
        "Method": result.maps[0].method,
        "Input": f"{how.crop[1]} × {how.crop[0]} pixels, {result.fit}, {how.interpolation}",
        "Versions": ", ".join(f"{name} {version}" for name, version in result.versions.items()),
    }
    return {"What": list(facts), "Value": list(facts.values())}


def _window(window: Window) -> str:
    return f"{window.left:.0f} to {window.right:.0f}, {window.top:.0f} to {window.bottom:.0f}"


def layer_strip(ranked: Sequence[Ranked]) -> None:
    """Draw it below the grid: a row per photo, of its first shown class."""
    rows = []
    for one in ranked:
        with errors.told(one.picture.name):
            rows.append(_row(one))
    if not any(len(row.panels) > 1 for row in rows):
        return
    st.caption("Through the network, from input to output. A click chooses the layer.")
    strip(rows, key=_STRIP, on_pick=_picked)


def _row(one: Ranked) -> Row:
    view = one.view
    # Quick whatever the grid shows: all stages at once would make a slow method very slow.
    slow = METHODS[view.method].slow or view.augment or view.method == "guidedgradcam"
    method = "gradcam" if slow else view.method
    index = _class(one)
    request = view.request(usual_layers(one.clf), method, (index,))
    explained = engine.explain(one.clf, one.picture, replace(request, augment=False))
    panels = tuple(
        Panel(
            m.layer.rsplit("/", 1)[-1], shape(m.values.shape), m,
            key=m.layer, chosen=m.layer == one.layer.name,
        )
        for m in explained.result.maps
    )  # fmt: skip
    return Row(one.picture.opened, f"{one.picture.name}: {one.clf.labels[index]}", panels)


def _class(one: Ranked) -> int:
    if one.view.across != "classes":
        return one.focus
    return next(iter(one.view.shown(one.top.ranked)), one.top.ranked[0])


def _picked(layer: str) -> None:
    state.change(lambda view: replace(view, layer=layer))
