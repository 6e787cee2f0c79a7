"""Frozen frames are photos of the session."""

from __future__ import annotations

import pytest
import streamlit as st

from components.camera import shots
from gradcam.errors import ImageError
from tests.components.camera.test_answering import frame


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})


def test_the_newest_comes_first_and_each_is_read_as_a_photo() -> None:
    assert shots.keep(frame(40, 30)).name == "Camera 1"
    assert shots.keep(frame(60, 30)).opened.pixels.shape == (30, 60, 3)
    sources = shots.shots()
    assert [source.name for source in sources] == ["Camera 2", "Camera 1"]
    assert [source.read().pixels.shape for source in sources] == [(30, 60, 3), (30, 40, 3)]


def test_what_is_removed_is_gone_and_its_number_is_not_used_again() -> None:
    shots.keep(frame(40, 30))
    shots.keep(frame(40, 30))
    shots._remove("shot-2")
    assert shots.keep(frame(40, 30)).name == "Camera 3"
    assert [source.id for source in shots.shots()] == ["shot-3", "shot-1"]


def test_only_so_many_are_kept() -> None:
    for _ in range(shots.MOST + 2):
        shots.keep(frame(16, 16))
    ids = [source.id for source in shots.shots()]
    assert len(ids) == shots.MOST
    assert ids[-1] == "shot-3"


def test_what_is_no_photo_is_refused() -> None:
    with pytest.raises(ImageError):
        shots.keep(b"not a photo")
    assert shots.shots() == []
