"""Below the grid: notes on the maps and the tables of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from gradcam import METHODS, Layer
from gradcam.backends import Classifier
from gradcam.text import shape
from gradcam.types import Window

from .grid import Answer
from .seen import what_the_model_sees
from .view import ViewState

# DESIGN 5.8: equal at a layer followed only by global average pooling and a linear layer.
_EQUAL_AT_THE_END = ("gradcam", "hirescam", "xgradcam")


def notes(view: ViewState, answers: Sequence[Answer]) -> Iterator[str]:
    """Yield the reasons why several panels may look the same."""
    maps = [p.map for answer in answers for p in answer.row.panels if p.map is not None]
    shown = {m.method for m in maps}
    equal = [name for name in _EQUAL_AT_THE_END if name in shown]
    if len(equal) > 1 and any(m.uniform_gradient for m in maps):
        yield (
            f"{_titles(equal)} give the same map at this layer: only global average pooling and a "
            "linear layer follow it, so the gradient is the same at every position. "
            "Choose an earlier layer to see them differ."
        )
    agnostic = [name for name in shown if METHODS[name].class_agnostic]
    if agnostic and view.across == "classes":
        verb = "is" if len(agnostic) == 1 else "are"
        yield f"{_titles(agnostic)} {verb} not class-specific: every class gets the same map."


def details(clf: Classifier, layer: Layer, answers: Sequence[Answer]) -> None:
    """Draw the tables in an expander that starts closed."""
    box = st.expander("Details", icon=":material/info:", key="details", on_change="rerun")
    if not box.open:
        return  # tables import pandas, so wait until they are opened
    with box:
        what_the_model_sees(clf, answers)
        st.dataframe(_photo_table(answers), hide_index=True, width="stretch")
        st.dataframe(_map_table(answers), hide_index=True, width="stretch")
        st.dataframe(_run_table(clf, layer, answers), hide_index=True, width="stretch")


def _titles(names: Sequence[str]) -> str:
    titles = [METHODS[name].title for name in names]
    return ", ".join(titles[:-1]) + f" and {titles[-1]}" if len(titles) > 1 else titles[0]


def _photo_table(answers: Sequence[Answer]) -> dict[str, list[object]]:
    """One line per photo."""
    results = [answer.explained[0].result for answer in answers]
    return {
        "Photo": [answer.row.caption for answer in answers],
        "Size": [f"{r.photo_size[1]} × {r.photo_size[0]}" for r in results],
        "Region the model saw": [_region(r.maps[0].window) for r in results],
        "Time (ms)": [round(sum(e.milliseconds for e in answer.explained)) for answer in answers],
        "SHA-256": [r.photo_digest for r in results],
    }


def _map_table(answers: Sequence[Answer]) -> dict[str, list[object]]:
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
        "Class index": [m.prediction.index for _, m in shown],
        "Probability": [round(m.prediction.probability, 4) for _, m in shown],
        "Raw score (logit)": [round(m.prediction.logit, 3) for _, m in shown],
        "Minimum": [float(f"{m.values.min():.4g}") for _, m in shown],
        "Peak": [float(f"{m.peak:.4g}") for _, m in shown],
    }


def _run_table(clf: Classifier, layer: Layer, answers: Sequence[Answer]) -> dict[str, list[str]]:
    result = answers[0].explained[0].result
    facts = {
        "Model": f"{clf.title} ({clf.id})",
        "SHA-256 of settings and weights": clf.digest,
        "Layer": f"{layer.name}, {layer.kind}, {shape(layer.shape)}",
        "Method": result.maps[0].method,
        "Versions": ", ".join(f"{name} {version}" for name, version in result.versions.items()),
    }
    return {"Property": list(facts), "Value": list(facts.values())}


def _region(window: Window) -> str:
    horizontal = f"x {window.left:.0f} to {window.right:.0f}"
    return f"{horizontal}, y {window.top:.0f} to {window.bottom:.0f}"
