"""What the browser sends is checked: nonsense changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st

from components import clicks, engine, state
from components.cover import key_of
from components.grid import Ranked
from components.view import ViewState
from tests.components.colours import classifier, picture


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    st.cache_resource.clear()


@pytest.fixture
def views(monkeypatch: pytest.MonkeyPatch) -> list[ViewState]:
    """The views so far, the latest last."""
    seen = [ViewState()]
    monkeypatch.setattr(state, "change", lambda how: seen.append(how(seen[-1])))
    return seen


def one() -> Ranked:
    clf, photo, view = classifier(), picture(), ViewState()
    layer = clf.layers()[-1]
    return Ranked(clf, photo, view, layer, engine.rank(clf, photo, view, layer.name))


def test_two_classes_are_compared_until_it_is_closed(views: list[ViewState]) -> None:
    act = clicks.clicks([one()], before=1)["why"]
    act({"row": 1, "a": 0, "b": 2})
    assert views[-1].why == (0, 2)
    act({"row": 1})
    assert views[-1].why is None


def test_a_cover_is_kept_under_the_photos_own_key(views: list[ViewState]) -> None:
    ranked = one()
    act = clicks.clicks([ranked], before=0)["cover"]
    act({"row": 0, "cover": "g2x1-Q"})
    assert views[-1].cover == ((key_of(ranked.picture), "g2x1-Q"),)
    act({"row": 0, "cover": ""})
    assert views[-1].cover == ()


@pytest.mark.parametrize("name", ["why", "cover", "toggle"])
@pytest.mark.parametrize(
    "event",
    [None, 3, "x", [], {}, {"row": "0"}, {"row": 9}, {"row": -1, "cover": "g2x1-Q"},
     {"row": 0, "a": 1, "b": 1}, {"row": 0, "a": 1, "b": 99}, {"row": 0, "a": True, "b": 0},
     {"row": 0, "cover": 5}, {"row": 0, "cover": "nonsense"}, {"row": 0, "index": 99}],
)  # fmt: skip
def test_nonsense_changes_nothing(views: list[ViewState], name: str, event: Any) -> None:
    clicks.clicks([one()], before=0)[name](event)
    assert views[-1] == ViewState()
