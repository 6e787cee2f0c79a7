"""The numbers behind the picture, for those who check."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.columns import Answer
from components.layer_picker import shape
from gradcam import Layer
from gradcam.backends import Classifier
from gradcam.types import Window


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
        "Layer": f"{layer.name}, {layer.kind}, {shape(layer)}",
        "Method": result.maps[0].method,
        "Input": f"{how.crop[1]} × {how.crop[0]} pixels, {result.fit}, {how.interpolation}",
        "Versions": ", ".join(f"{name} {version}" for name, version in result.versions.items()),
    }
    return {"What": list(facts), "Value": list(facts.values())}


def _window(window: Window) -> str:
    return f"{window.left:.0f} to {window.right:.0f}, {window.top:.0f} to {window.bottom:.0f}"
