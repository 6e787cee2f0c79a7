"""The depth slider's stops: the stages in order, and always the layer in use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import streamlit as st

from components import depth, engine
from components.grid import Ranked
from components.view import ViewState
from components.viewer import Row
from tests.components.colours import Gated, classifier, picture


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    st.cache_resource.clear()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    """The rows last passed to the slider."""
    rows: list[Row] = []

    def slider(new: list[Row], **_: Any) -> None:
        rows[:] = new

    monkeypatch.setattr(depth, "depth_slider", slider)
    return rows


def ranked(view: ViewState, layer: int = -1, clf: Gated | None = None) -> Ranked:
    clf, photo = clf or classifier(), picture()
    chosen = clf.layers()[layer]
    return Ranked(clf, photo, view, chosen, engine.rank(clf, photo, view, chosen.name))


def test_the_layer_in_use_is_marked_although_it_is_no_stage(shown: list[Row]) -> None:
    depth.depth([ranked(ViewState(top=2, layer="mix"), layer=0)])
    (row,) = shown
    assert row.subtitle == "red"
    assert [(p.title, p.chosen, p.key, p.detail) for p in row.panels] == [
        ("mix", True, "mix", "not one of the stages"),
        ("features", False, "features", ""),
    ]
    # Red's logit is the mean of 16 values of 1: the gradient of each is 1/16.
    for panel in row.panels:
        assert panel.map is not None
        np.testing.assert_allclose(panel.map.values, np.full((4, 4), 1 / 16), rtol=1e-6)


def test_a_single_stage_needs_no_slider(shown: list[Row]) -> None:
    depth.depth([ranked(ViewState())])
    assert shown == []


def test_where_the_columns_are_layers_all_are_in_use_and_none_can_be_chosen(
    shown: list[Row],
) -> None:
    depth.depth([ranked(ViewState(across="layers", layers=("mix",)), layer=0)])
    assert [(p.title, p.chosen, p.key) for p in shown[0].panels] == [
        ("mix", True, ""),
        ("features", False, ""),
    ]


def test_a_slow_method_is_replaced_by_the_usual_one(shown: list[Row]) -> None:
    clf = classifier()
    depth.depth([ranked(ViewState(method="scorecam", layer="mix"), layer=0, clf=clf)])
    assert {p.map.method for p in shown[0].panels if p.map is not None} == {"gradcam"}


def test_only_the_first_photos_are_sent(shown: list[Row]) -> None:
    one = ranked(ViewState(layer="mix"), layer=0)
    depth.depth([one] * 9)
    assert len(shown) == depth.MOST
