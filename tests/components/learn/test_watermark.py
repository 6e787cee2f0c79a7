"""The watermark's chapter: its words by hand, its payload, and the same pixels here and there."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st

from components import state
from components.learn import watermark as chapter
from components.learn import watermark_words as words
from components.learn.chapter import Chapter, Chosen
from components.learn.watermark_asked import ANSWERS
from components.learn.watermark_rows import Row
from components.pictures import sample
from gradcam import Classifier, load_model
from gradcam.marks import Box, laid, mask
from gradcam.saliency import SaliencyMap
from gradcam.shortcuts import Reading, Readings, Standing
from gradcam.types import Prediction, Window

ROOT = Path(__file__).resolve().parents[3]
NODE = shutil.which("node")
SCRIPT = """
import { inkOf, lay } from "./components/learn/laid.js"
let text = ""
for await (const part of process.stdin) text += part
const { pixels, width, height, mask, box, opacity } = JSON.parse(text)
lay(pixels, width, inkOf(mask, box, width, height), opacity)
console.log(JSON.stringify(pixels))
"""


def standing(probability: float, rank: int, label: str = "carton", index: int = 478) -> Standing:
    return Standing(Prediction(index, label, probability, math.log(probability)), rank)


def readings(
    probability: float, rank: int, on_mark: float, answer: str = "cup", index: int = 1
) -> Readings:
    values = np.ones((2, 2), np.float32)
    one = standing(probability, rank)
    made = SaliencyMap(values, one.prediction, "l", "gradcam", Window(0, 0, 9, 9), (9, 9))
    return Readings(Prediction(index, answer, 0.6, 2.0), (Reading(one, made, on_mark),))


BEFORE = readings(1e-5, 549, 0.13)


def test_a_great_effect_in_words() -> None:
    found = words.said(BEFORE, readings(1e-3, 20, 0.34), 0.15, 1000)
    assert found == [
        "The text makes carton *100 times* as probable: from 1 in 100,000 to 1 in 1,000, and from "
        "549th to 20th of 1,000 classes.",
        "34 % of its map lies on the text, up from 13 %; the text covers 15 % of what the network "
        "sees.",
        "The answer is still cup, 60 % now and 60 % without the text.",
    ]


def test_a_small_effect_is_called_small() -> None:
    found = words.said(BEFORE, readings(1.1e-5, 540, 0.14), 0.15, 1000)
    assert found[0].startswith("Here the text hardly matters to carton: from 1 in 100,000 to 1 in")
    assert found[1].startswith("Its map hardly moves: 14 % of it lies on the text, 13 % before;")


def test_an_effect_the_other_way_is_not_hidden() -> None:
    found = words.said(BEFORE, readings(2e-6, 900, 0.02), 0.15, 1000)
    assert found[0].startswith("Here the text makes carton *less* probable, 5.0 times: ")
    assert found[1].startswith("Its map moves away from the text: 2 % of it lies there, 13 % ")


def test_another_answer_is_said() -> None:
    found = words.said(BEFORE, readings(1e-3, 20, 0.34, "[bowl](https://x) *", 2), 0.15, 1000)
    assert found[2].startswith("The answer changes too, from cup (60 %) to “[bowl]")
    assert "](" not in found[2]  # labels are not markup
    found = words.said(BEFORE, readings(0.6, 1, 0.34, "carton", 478), 0.15, 1000)
    assert found[2].startswith("And now it is the network's *answer*: it changes from cup (60 %)")


def test_an_empty_map_and_a_mark_out_of_sight() -> None:
    now = readings(1e-3, 20, 0.0)
    empty = replace(now.classes[0].map, values=np.zeros((2, 2), np.float32))
    found = words.said(
        BEFORE, replace(now, classes=(replace(now.classes[0], map=empty),)), 0.15, 1000
    )
    assert found[1] == "At this layer nothing speaks for carton, so its map is empty."
    found = words.said(BEFORE, BEFORE, 0.0, 1000)
    assert found == ["The text lies outside what the network sees, so it changes nothing."]


def test_several_photos_in_words() -> None:
    """Factors 100, 10 and 0.5: the middle one is 10, and two climb."""
    rows = [
        Row("Cat", "a", standing(1e-5, 500), standing(1e-3, 20)),
        Row("Dog", "b", standing(1e-4, 300), standing(1e-3, 20)),
        Row("Cow", "c", standing(1e-4, 300), standing(5e-5, 400)),
    ]
    assert words.of_all(rows) == (
        "On 2 of these 3 photos carton climbs. On the photo in the middle the text makes it "
        "*10 times* as probable: 100 times on Cat, only 0.5 times on Cow."
    )


def about(model: str, photo: str = "coffee") -> Chosen:
    clf = _model(model)
    layer = next(layer for layer in clf.layers() if layer.recommended)
    index = 967 if model.endswith("lite0") else 0
    return Chosen(clf, sample(photo), layer, index, "gradcam")


_MODELS: dict[str, Classifier] = {}


def _model(id: str) -> Classifier:
    return _MODELS.setdefault(id, load_model(id))


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def size_of(built: Chapter) -> int:
    sizes = [a if isinstance(a, bytes) else a.tobytes() for a in built.arrays.values()]
    return len(json.dumps(built.data)) + sum(map(len, sizes))


def test_a_move_is_answered_with_maps_and_numbers_alone() -> None:
    whole = chapter.watermark(about("bundled/efficientnet-lite0"))
    assert {"photo", "mask"} < set(whole.arrays)
    sent = {**whole.data["mark"], "left": 0.1, "opacity": 0.8, "serial": 7}  # type: ignore[dict-item]
    ANSWERS["mark"]({**sent, "held": whole.data["photo"]})
    moved = chapter.watermark(about("bundled/efficientnet-lite0"))
    assert set(moved.arrays) == {"beforeCarton", "beforeOther", "nowCarton", "nowOther"}
    assert size_of(moved) < 6000
    assert moved.data["serial"] == 7
    assert moved.data["mark"]["left"] == 0.1  # type: ignore[index]
    # Its photo is sent again to a page that has not got it.
    again = chapter.watermark(about("bundled/efficientnet-lite0"))
    assert "photo" in again.arrays
    ANSWERS["mark"]({**sent, "held": "another photo's"})
    assert "photo" in chapter.watermark(about("bundled/efficientnet-lite0")).arrays


@pytest.mark.parametrize(
    "sent",
    [None, 3, [], {}, {"left": "0"}, {"left": True},
     {"left": math.nan, "top": 0, "height": 0.1, "opacity": 1, "serial": 1}],
)  # fmt: skip
def test_what_is_no_mark_changes_nothing(sent: object, session: dict[str, Any]) -> None:
    ANSWERS["mark"](sent)
    assert session == {}


def test_a_mark_out_of_bounds_is_brought_within() -> None:
    ANSWERS["mark"](
        {"left": 1e9, "top": -1e9, "height": 0, "opacity": 7, "serial": -3, "held": None}
    )
    found = chapter.watermark(about("bundled/efficientnet-lite0")).data
    assert found["mark"] == {
        "left": 2.0, "top": -2.0, "height": 0.02, "opacity": 1.0, "turned": False,
    }  # fmt: skip
    assert found["serial"] == 0
    assert found["said"] == ["The text lies outside what the network sees, so it changes nothing."]


def test_the_chart_comes_when_it_is_asked_for() -> None:
    first = chapter.watermark(about("bundled/efficientnet-lite0"))
    assert first.data["chart"] == []
    ANSWERS["chart"](first.data["photo"])
    rows: Any = chapter.watermark(about("bundled/efficientnet-lite0")).data["chart"]
    assert len(rows) == 8
    assert [row["title"] for row in rows if row["chosen"]] == ["Coffee"]
    # Where it was published, the chosen photo's row is that of every other photo.
    other: Any = chapter.watermark(about("bundled/efficientnet-lite0", "cat")).data["chart"]
    assert [row["now"] for row in other] == [row["now"] for row in rows]


def test_carton_is_compared_with_something_else() -> None:
    carton = replace(about("bundled/efficientnet-lite0"), index=478)
    found: Any = chapter.watermark(carton).data["now"]
    assert [one["label"] for one in found] == ["carton", "espresso"]


def test_a_network_without_cartons_says_so_and_offers_the_other(session: dict[str, Any]) -> None:
    built = chapter.watermark(about("bundled/photos"))
    assert [step.id for step in built.steps] == ["watermark", "watermark-chart"]
    assert "100 things, and a carton is none of them" in built.steps[0].text[0]
    assert built.data == {"offer": "EfficientNet-Lite0"}
    session["view"] = replace(state.view(), model="bundled/photos")
    ANSWERS["imagenet"](True)
    assert state.view().model == "bundled/efficientnet-lite0"


@pytest.mark.skipif(NODE is None, reason="Node is not installed")
@pytest.mark.parametrize(
    ("where", "opacity"),
    [
        (Box(7.3, 20.9, 91.3, 34.9), 0.5),  # about an eighteenth of the mask's size
        (Box(-40.5, -3.2, 247.5, 44.8), 0.8),  # beyond three edges
        (Box(-900, -300, 2172, 212), 1.0),  # enlarged twofold
    ],
)
def test_browser_and_server_lay_the_same_pixels(where: Box, opacity: float) -> None:
    photo = np.random.default_rng(3).integers(0, 256, (60, 120, 3), np.uint8)
    shape = mask("characters")
    sent = {
        "pixels": np.dstack([photo, np.full((60, 120), 255, np.uint8)]).ravel().tolist(),
        "width": 120, "height": 60, "box": where._asdict(), "opacity": opacity,
        "mask": {"width": 1536, "height": 256, "values": shape.ravel().tolist()},
    }  # fmt: skip
    assert NODE is not None
    run = subprocess.run(
        [NODE, "--input-type=module", "-e", SCRIPT],
        cwd=ROOT, input=json.dumps(sent), capture_output=True, text=True, check=True,
    )  # fmt: skip
    there = np.array(json.loads(run.stdout)).reshape(60, 120, 4)[..., :3]
    here = laid(photo, shape, where, opacity).astype(int)
    assert np.abs(here - photo).max() > 50
    assert np.abs(here - there).max() <= 2
