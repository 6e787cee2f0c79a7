"""Covered photos on the page: what is asked, and what stands beside it from before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from components import cover, engine, pictures
from components.grid import Ranked
from components.pictures import Picture
from components.view import ViewState
from gradcam import Cover
from gradcam.backends.numpy import NumpyClassifier
from gradcam.images import Opened
from tests.components.colours import classifier


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Its cache belongs to a session, and there is none here.
    monkeypatch.setattr(cover, "_covered", cover._covered.__wrapped__)
    yield
    st.cache_resource.clear()


def halves() -> Picture:
    """Red on the left, green on the right: 1 and 1 in half of the places, logits ½ and ½."""
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:, :32, 0] = 255
    pixels[:, 32:, 1] = 255
    return Picture("halves.png", Opened(pixels))


def ranked(view: ViewState, photo: Picture, clf: NumpyClassifier | None = None) -> Ranked:
    clf = clf or classifier()
    layer = clf.layers()[-1]
    whole = Ranked(clf, photo, view, layer, engine.rank(clf, photo, view, layer.name))
    hidden = cover.under_cover(photo, view)
    if hidden is None:
        return whole
    top = engine.rank(clf, hidden, view, layer.name)
    return replace(whole, picture=hidden, top=top, before=whole)


def test_an_upload_has_a_key_that_no_link_carries() -> None:
    photo = halves()
    key = cover.key_of(photo)
    assert key.startswith("file/")
    assert ViewState().with_cover(key, Cover([[True]])).to_query() == {}
    assert cover.key_of(pictures.sample("coffee")) == "coffee"
    renamed = replace(photo, name=pictures.sample("coffee").name)
    assert cover.key_of(renamed) == key


def test_a_photo_without_a_cover_is_as_before() -> None:
    one = ranked(ViewState(), halves())
    answer = cover.answered(one)
    assert (answer.row.cover, answer.row.before) == ("", None)
    assert {bar.before for bar in answer.row.bars} == {None}


def test_covering_the_red_half_takes_the_red_class() -> None:
    """Mid-grey is 128/255 of every colour, so red falls from ½ to about ¼ and blue rises to it."""
    photo = halves()
    hidden = Cover([[1, 0]], "grey")
    view = ViewState(top=2).with_cover(cover.key_of(photo), hidden)
    one = ranked(view, photo)
    assert one.before is not None
    answer = cover.answered(one)
    row = answer.row
    assert row.caption == "halves.png, covered"
    assert row.cover == hidden.to_text()
    assert row.before is photo.opened
    assert row.photo.digest != photo.digest
    assert "Covered like this, Colours says green" in row.answer
    bars = {bar.label: bar for bar in row.bars}
    assert bars["red"].share < bars["red"].before
    assert bars["blue"].share > bars["blue"].before
    # The maps are those of the classes shown before, each with its map of the whole photo.
    assert {panel.title for panel in row.panels} == {"red", "green"}
    for panel in row.panels:
        assert panel.map is not None
        assert panel.before is not None
    red = next(panel for panel in row.panels if panel.title == "red")
    assert red.map is not None
    assert red.before is not None
    assert red.map.values.sum() < red.before.values.sum()


def test_what_the_model_says_now_is_among_the_maps() -> None:
    """Everything blurred leaves the colours; covering the green half in grey lets red win."""
    photo = halves()
    view = ViewState(top=1).with_cover(cover.key_of(photo), Cover([[1, 0]], "grey"))
    one = ranked(view, photo)
    assert [one.clf.labels[index] for index in one.shown] == ["green"]
    assert one.choices[:2] == (1, 0)
    hidden = replace(one, view=replace(view, removed=(1,)))
    assert hidden.shown == ()


def test_a_class_that_ranks_high_only_now_has_its_share_from_before() -> None:
    """Ten classes are half red, logit ½; the eleventh is 0.9 times green, 0.45. Covering red with
    grey makes that 0.9 · ¾, the first of eleven: e^0.45 / (10 e^0.5 + e^0.45 + e^0) before.
    """
    head = np.zeros((12, 3))
    head[:10, 0], head[10, 1] = 1, 0.9
    clf = NumpyClassifier(np.eye(3), head, tuple(f"class {n}" for n in range(12)))
    photo = halves()
    view = ViewState(top=1).with_cover(cover.key_of(photo), Cover([[1, 0]], "grey"))
    bars = cover.answered(ranked(view, photo, clf)).row.bars
    assert bars[0].label == "class 10"
    total = 10 * np.exp(0.5) + np.exp(0.45) + 1
    assert bars[0].before == pytest.approx(np.exp(0.45) / total, rel=1e-5)
    assert None not in {bar.before for bar in bars}
