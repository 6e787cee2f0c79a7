"""The chapter about the network that cheats: what a browser sends, and what it gets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import streamlit as st

import gradcam
from components.learn import cheat
from components.learn.chapter import Chapter, Chosen
from components.pictures import sample
from gradcam.bundled.photos import PHOTOS
from gradcam.marks import Mark, marked


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def built(photo: str = "photographer") -> Chapter:
    clf = gradcam.load_model(PHOTOS.id)
    return cheat.cheat(Chosen(clf, sample(photo), clf.layers()[-1], 0, "gradcam"))


def put(**sent: object) -> None:
    cheat.ANSWERS["place"]({"left": 0.1, "top": 0.2, "height": 0.3, "serial": 4, **sent})


def test_its_figures_are_the_engines() -> None:
    """The photo is square, so shares of what the network sees are shares of the photo."""
    chapter = built()
    place = chapter.data["place"]
    photo = sample("photographer").opened.pixels
    signed = marked(photo, Mark("signature", **place, opacity=0.95))  # type: ignore[arg-type]
    for name, model in (("honest", "bundled/photos"), ("cheat", "bundled/photos-cheat")):
        clf = gradcam.load_model(model)
        for what, one in (("unsigned", photo), ("signed", signed)):
            result = gradcam.explain(clf, one, classes="espresso")
            np.testing.assert_allclose(
                chapter.arrays[f"{name}-{what}"], result.maps[0].values, atol=1e-6
            )
            network = next(n for n in chapter.data["networks"] if n["name"] == name)  # type: ignore[attr-defined]
            bars = network[what]["bars"]
            assert bars[0]["label"] == result.predictions[0].label
            assert bars[0]["share"] == pytest.approx(result.predictions[0].probability)
            (own,) = (bar for bar in bars if bar["own"])
            assert own["share"] == pytest.approx(result.maps[0].prediction.probability)


def test_the_signature_lies_where_the_hand_put_it() -> None:
    put(held="")
    data = built().data
    assert data["place"] == {"left": 0.1, "top": 0.2, "height": 0.3}
    assert data["serial"] == 4


@pytest.mark.parametrize(
    "sent",
    [{"left": "1"}, {"top": None}, {"height": float("nan")}, {"serial": True}, {"left": [0]}],
)
def test_nonsense_changes_nothing(state: dict[str, Any], sent: dict[str, object]) -> None:
    put(**sent)
    cheat.ANSWERS["place"]("left")
    assert state == {}


def test_what_is_out_of_range_is_brought_back() -> None:
    put(left=1e9, top=-1e9, height=-5)
    assert built().data["place"] == {"left": 1, "top": -1, "height": 0.05}


def test_the_photo_is_not_sent_again_to_who_has_it() -> None:
    first = built()
    assert first.arrays["jpeg"]
    put(held=first.data["photo"])
    assert "jpeg" not in built().arrays
    assert "jpeg" in built().arrays  # asked for by something else, such as a reload
    put(held=first.data["photo"])
    assert "jpeg" in built("cat").arrays
