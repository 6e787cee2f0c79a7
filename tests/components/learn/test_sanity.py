"""The chapter on the sanity check: it begins with a click, and tells how far it is."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
import streamlit as st

from components import engine
from components.jobs import answers
from components.learn import forgetting, sanity
from components.learn.chapter import Chapter, Chosen
from components.pictures import sample

PHOTOS = "bundled/photos"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A visitor of one's own, few runs, and nothing known from another test."""
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(sanity, "RUNS", 2)
    monkeypatch.setattr(forgetting, "RUNS", 2)
    engine.findings.clear()
    answers.clear()
    yield
    job = st.session_state.get("learn_sanity_job")
    if job is not None:
        job.stop.set()
        job.ended.wait(30)


def chosen(photo: str = "coffee") -> Chosen:
    clf = engine.load(PHOTOS)
    layer = next(one for one in clf.layers() if one.recommended)
    return Chosen(clf, sample(photo), layer, 3, "gradcam")


def pressed(name: str, about: Chosen) -> Chapter:
    sanity.ON[name](0)
    return sanity.sanity(about)


def followed(about: Chosen, until: str) -> Chapter:
    """Ask how far it is, as the browser does, until it is there."""
    end = time.monotonic() + 120
    while (chapter := pressed("look", about)).data["status"] != until:
        assert time.monotonic() < end
        time.sleep(0.05)
    return chapter


def test_nothing_is_computed_before_the_click() -> None:
    chapter = sanity.sanity(chosen())
    assert chapter.data["status"] == "ready"
    assert (chapter.data["curves"], chapter.data["states"]) == ({}, [])
    assert {"trained/gradcam", "trained/guidedgradcam", "trained/edges"} <= set(chapter.arrays)
    assert "learn_sanity_job" not in st.session_state or not st.session_state["learn_sanity_job"]


def test_a_check_grows_to_its_end_and_is_shown_to_all() -> None:
    about = chosen()
    assert pressed("start", about).data["status"] == "running"
    chapter = followed(about, "done")
    data = chapter.data
    assert data["blocks"] == [
        "fc", "layer3.1", "layer3.0", "layer2.1", "layer2.0", "layer1", "stem",
    ]  # fmt: skip
    assert (data["done"], data["total"], data["features"]) == (15, 15, 1)
    curve = data["curves"]["gradcam"]["rank"]
    assert len(curve) == 8
    assert curve[0]["mean"] == pytest.approx(1)
    assert [len(point["values"]) for point in curve[1:]] == [2] * 7
    assert curve[3]["mean"] == pytest.approx(np.mean(curve[3]["values"]))
    assert all(point["mean"] == 1 for point in data["curves"]["edges"]["rank"])
    assert "Grad-CAM" in data["conclusion"]
    assert data["sentences"]["edges"].startswith("The edge detector does not notice")
    assert chapter.arrays["gradcam/7"].shape == (10, 10)
    assert max(np.asarray(chapter.arrays["guidedgradcam/7"]).shape) <= 80
    # Another visitor sees it without a click.
    st.session_state.clear()
    assert sanity.sanity(about).data["status"] == "done"


def test_a_cancelled_check_stops_within_a_second_and_keeps_what_it_has() -> None:
    about = chosen()
    pressed("start", about)
    end = time.monotonic() + 60
    while not pressed("look", about).data["done"]:
        assert time.monotonic() < end
        time.sleep(0.02)
    job = st.session_state["learn_sanity_job"]
    chapter = pressed("stop", about)
    assert chapter.data["status"] == "stopped"
    assert job.ended.wait(3)  # a second on a quiet machine
    chapter = sanity.sanity(about)
    assert 0 < chapter.data["done"] < chapter.data["total"]
    assert len(chapter.data["states"]) >= 1
    assert pressed("start", about).data["status"] == "running"


def test_another_photo_begins_nothing_and_leaves_the_job() -> None:
    about = chosen()
    pressed("start", about)
    job = st.session_state["learn_sanity_job"]
    assert sanity.sanity(chosen("cat")).data["status"] == "ready"
    assert job.stop.is_set()
    assert job.ended.wait(30)
    assert sanity.sanity(about).data["status"] == "ready"


def test_the_words_name_class_and_layer() -> None:
    (step,) = sanity.sanity(chosen()).steps
    assert chosen().label in step.text[0]
    assert "layer3" in step.text[1]
    assert step.notes
