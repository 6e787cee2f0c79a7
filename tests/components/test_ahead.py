"""What the browser is told ahead of a click."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from components import ahead, engine
from components.ahead import page_key, with_spare
from components.grid import Ranked, fill, spare
from components.jobs import Job
from components.pictures import Picture
from components.view import ViewState
from tests.components.colours import classifier, picture

MIX, FEATURES = classifier().layers()


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def samples(monkeypatch: pytest.MonkeyPatch) -> dict[str, Picture]:
    """Two samples of the same colour; the first one is called "photographer"."""
    known = {id: picture(id) for id in ("photographer", "cat")}
    monkeypatch.setattr(ahead, "called", known.__getitem__)
    return known


def ranked(view: ViewState, photo: Picture, layer=FEATURES, clf=None) -> Ranked:
    clf = clf or classifier()
    return Ranked(clf, photo, view, layer, engine.rank(clf, photo, view, layer.name))


def key(one: Ranked) -> str:
    return page_key([one], [fill(one)])


def test_the_listed_classes_that_are_not_shown_are_spare() -> None:
    """The maps are 1/16, 0.4/16 and 0 times ones: see colours.py."""
    one = ranked(ViewState(top=1), picture())
    panels = spare(one)
    assert [(panel.title, panel.index) for panel in panels] == [("green", 1), ("blue", 2)]
    assert panels[0].map is not None
    np.testing.assert_allclose(panels[0].map.values, 0.4 / 16, rtol=1e-6)
    (answer,) = with_spare([one], [fill(one)])
    assert answer.row.spare == panels
    assert one.clf.forwards == 1


def test_spare_maps_are_those_that_a_click_brings() -> None:
    one = ranked(ViewState(top=1), picture())
    clicked = replace(one, view=one.view.toggled(1, one.top.ranked))
    shown = fill(clicked).row.panels[1]
    assert (shown.title, shown.subtitle, shown.share) == ("green", "28.6 %", shown.share)
    (first, _) = spare(one)
    assert replace(first, word="", map=None) == replace(shown, word="", map=None)
    np.testing.assert_array_equal(first.map.values, shown.map.values)


@pytest.mark.parametrize(
    "view",
    [ViewState(top=1, across="layers"), ViewState(top=1, method="hirescam")],
    ids=["columns of layers", "another method"],
)
def test_only_the_usual_maps_of_classes_are_sent_ahead(view: ViewState) -> None:
    assert spare(ranked(view, picture())) == ()


def test_where_a_class_costs_a_pass_through_the_network_none_is_sent_ahead() -> None:
    """After "mix" come the 4 × 4 × 3 numbers of "features", half of all."""
    assert not engine.cheap(classifier(), MIX)
    assert spare(ranked(ViewState(top=1), picture(), MIX)) == ()


def test_several_photos_are_sent_nothing_ahead() -> None:
    both = [ranked(ViewState(top=1), picture(name)) for name in ("a.png", "b.png")]
    answers = [fill(one) for one in both]
    assert with_spare(both, answers) == answers
    assert page_key(both, answers) == ""


def test_pages_that_differ_in_their_sample_alone_have_one_key(samples) -> None:
    first = key(ranked(ViewState(), samples["photographer"]))
    assert len(first) == 16
    assert key(ranked(ViewState(samples=("cat",)), samples["cat"])) == first


def test_whatever_else_changes_the_page_changes_the_key(samples) -> None:
    cat = samples["cat"]
    view = ViewState(samples=("cat",))
    keys = [
        key(ranked(view, cat)),
        key(ranked(replace(view, top=2), cat)),
        key(ranked(replace(view, method="hirescam"), cat)),
        key(ranked(replace(view, fit="pad"), cat)),
        key(ranked(replace(view, layer="mix"), cat, MIX)),
        key(ranked(view, cat, clf=classifier(id="memory/other"))),
        key(ranked(view, cat, clf=classifier(("rot", "grün", "blau")))),
    ]
    assert len(set(keys)) == len(keys)


def test_photos_of_ones_own_and_unfinished_pages_have_no_key(samples) -> None:
    assert key(ranked(ViewState(), picture("mine.png"))) == ""
    one = ranked(ViewState(), samples["photographer"])
    unfinished = replace(fill(one), pending=(Job("q", "Q"),))
    assert page_key([one], [unfinished]) == ""
