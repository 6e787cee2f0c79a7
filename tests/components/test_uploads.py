"""The order of uploads: what arrived last comes first, and is known to be new."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from components.pickers import images
from components.pictures import Source


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)


def arrive(ids: str) -> tuple[str, set[str]]:
    found, fresh = images._newest_first([Source(id, id, lambda: pytest.fail("read")) for id in ids])
    return "".join(source.id for source in found), set(fresh)


def test_the_first_photos_keep_their_order_and_are_not_marked() -> None:
    assert arrive("abc") == ("abc", set())
    assert arrive("abc") == ("abc", set())  # the page runs again


def test_later_photos_come_first_in_their_own_order() -> None:
    arrive("abc")
    assert arrive("abcde") == ("deabc", {"d", "e"})
    assert arrive("abcdef") == ("fdeabc", {"f"})
    assert arrive("bcde") == ("debc", {"d", "e"})


def test_once_the_others_are_gone_nothing_is_new() -> None:
    arrive("ab")
    arrive("abc")
    assert arrive("c") == ("c", set())
    assert arrive("") == ("", set())
