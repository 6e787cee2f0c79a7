"""Answers are computed once and cached without their photo; dropped models free their memory."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.errors import StreamlitAPIException

from components import engine, turns
from components.engine import PendingError, StoppedError, keep, tidy
from components.jobs import answers
from components.view import ViewState
from gradcam import LayerError, Request
from gradcam.errors import CancelledError
from tests.components.colours import SOON, classifier, picture

QUICK = Request(("features",), classes=(0, 1))
SLOW = Request(("features",), "scorecam", classes=(0,))


class Model:
    """Refers to itself, as a traced network does."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    gc.unfreeze()
    st.cache_resource.clear()


def test_what_a_visitor_brought_is_cached_in_the_session_alone() -> None:
    """So there is none of it where there is no session; photos and own models leave with theirs."""
    photo, clf = picture().opened, classifier()
    with pytest.raises(StreamlitAPIException, match="session-scoped"):
        engine.model_view(clf.preprocessing, photo.digest, "crop", clf, photo)
    with pytest.raises(StreamlitAPIException, match="session-scoped"):
        engine._with_phrases("model", ("a cat",), (), clf)


def test_loading_downloads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TORCH_HOME", "GRADCAM_CACHE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("GRADCAM_MIRROR", "http://127.0.0.1:9")
    with pytest.raises(CancelledError, match="cancelled"):
        engine.load("torchvision/alexnet")


def test_kept_objects_are_not_collected() -> None:
    before = len(gc.get_objects())
    keep()
    assert len(gc.get_objects()) < before / 10


def test_a_kept_model_that_was_dropped_is_freed_by_the_next_tidy() -> None:
    model = Model()
    seen = weakref.ref(model)
    keep()
    del model
    gc.collect()
    assert seen() is not None
    tidy()
    assert seen() is None


def test_the_answer_is_the_map_of_the_picture() -> None:
    answer = engine.explain(classifier(), picture(), QUICK)
    red, green = answer.result.maps
    np.testing.assert_allclose(red.values, np.full((4, 4), 1 / 16), rtol=1e-6)
    np.testing.assert_allclose(green.values, np.full((4, 4), 0.4 / 16), rtol=1e-6)
    assert answer.ranked == (0, 1, 2)


def test_the_cached_answer_holds_no_photo() -> None:
    """Nor does a map keep the array alive that it was cut from."""
    clf, photo = classifier(), picture()
    answer = engine.explain(clf, photo, QUICK)
    key = (engine.identity(clf), photo.digest, QUICK)
    cached = engine.explanations().get(key, lambda: pytest.fail("not kept"))
    assert cached.result.maps[0] is answer.result.maps[0]  # this is the cached one
    assert cached.result.photo.size == 0
    assert cached.photo is None
    assert cached.result.maps[0].values.base is None
    assert answer.whole.photo is photo.opened.pixels


def test_a_slow_answer_in_the_cache_holds_no_photo_either() -> None:
    clf, photo = classifier(), picture()
    job = pending(clf, photo)
    answer = engine.explain(clf, photo, SLOW)
    assert job.result.result.photo.size == 0
    assert job.result.photo is None
    assert answer.whole.photo is photo.opened.pixels


def test_what_others_may_wait_for_does_not_name_the_photo() -> None:
    assert pending(classifier(), picture("private.png")).title == "Score-CAM"


def test_the_answers_about_a_photo_are_its_visitors_and_the_products_own_nobodys() -> None:
    clf, mine = classifier(), picture()
    sample = replace(mine, sample=True)
    assert engine.owner(clf, sample) == engine.owner(clf, mine) is not None
    engine._CATALOGUE.add(clf)
    assert engine.owner(clf, sample) is None
    assert engine.owner(clf, mine) is not None


def test_the_same_request_is_computed_once() -> None:
    clf = classifier()
    first = engine.explain(clf, picture(), QUICK)
    again = engine.explain(clf, picture("another name.png"), Request(("features",), classes=[0, 1]))
    assert again.result.maps[0] is first.result.maps[0]
    assert (again.key, again.milliseconds) == (first.key, first.milliseconds)
    assert clf.forwards == 1


def test_a_quick_answer_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for while the page's own run counts as quick work, which slow work waits for."""
    asked: list[str] = []
    monkeypatch.setattr(turns.Turns, "slice", lambda _: asked.append("turn") or 0.05)
    engine.explain(classifier(), picture(), QUICK)
    assert asked == []
    clf = classifier()
    clf.gate.clear()
    with pytest.raises(PendingError) as waiting:
        engine.explain(clf, picture(), SLOW)
    clf.gate.set()
    assert waiting.value.job.ended.wait(SOON)
    assert asked


def test_another_request_or_photo_is_computed_anew() -> None:
    clf = classifier()
    first = engine.explain(clf, picture(), QUICK)
    other = engine.explain(clf, picture(), Request(("features",), classes=(1,)))
    larger = engine.explain(clf, picture(side=16), QUICK)
    assert len({first.key, other.key, larger.key}) == 3
    assert [m.prediction.index for m in other.result.maps] == [1]
    assert larger.whole.photo.shape == (16, 16, 3)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (classifier(("rot", "grün", "blau")), ("memory/colours", "rot")),
        (classifier(id="memory/copy"), ("memory/copy", "red")),
    ],
    ids=["labels", "id"],
)
def test_equal_weights_with_other_labels_or_another_id_get_their_own_answer(
    other, expected: tuple[str, str]
) -> None:
    clf = classifier()
    assert clf.digest == other.digest
    engine.explain(clf, picture(), QUICK)
    result = engine.explain(other, picture(), QUICK).result
    assert (result.model, result.maps[0].prediction.label) == expected


def test_another_crop_gets_its_own_answer() -> None:
    clf, larger = classifier(), classifier()
    larger.preprocessing = larger.preprocessing.__class__(8, (8, 8), (0, 0, 0), (1, 1, 1))
    engine.explain(clf, picture(), QUICK)
    red, _ = engine.explain(larger, picture(), QUICK).result.maps
    np.testing.assert_allclose(red.values, np.full((8, 8), 1 / 64), rtol=1e-6)


def pending(clf, photo, request: Request = SLOW):
    """Ask for a slow answer; return its job once that has ended."""
    clf.gate.clear()
    with pytest.raises(PendingError) as raised:
        engine.explain(clf, photo, request)
    clf.gate.set()
    assert raised.value.job.ended.wait(SOON)
    return raised.value.job


def test_a_slow_answer_is_pending_and_then_there() -> None:
    clf, photo = classifier(), picture()
    clf.gate.clear()
    with pytest.raises(PendingError, match=r"^Score-CAM is still") as first:
        engine.explain(clf, photo, SLOW)
    with pytest.raises(PendingError) as second:
        engine.explain(clf, photo, SLOW)
    assert second.value.job is first.value.job
    clf.gate.set()
    assert first.value.job.ended.wait(SOON)
    forwards = clf.forwards
    (found,) = engine.explain(clf, photo, SLOW).result.maps
    assert (found.method, found.values.shape) == ("scorecam", (4, 4))
    # Red and green are active, and both are tried.
    assert (found.parameters["channels"], found.parameters["energy"]) == (2, 1)
    assert clf.forwards == forwards


def test_a_stopped_answer_stays_stopped_until_it_is_forgotten() -> None:
    clf, photo = classifier(), picture()
    clf.gate.clear()
    with pytest.raises(PendingError) as raised:
        engine.explain(clf, photo, SLOW)
    job = raised.value.job
    job.stop.set()
    with pytest.raises(StoppedError):
        engine.explain(clf, photo, SLOW)
    clf.gate.set()
    assert job.ended.wait(SOON)
    with pytest.raises(StoppedError) as stopped:
        engine.explain(clf, photo, SLOW)
    assert stopped.value.job is job
    answers().forget([job.key])
    pending(clf, photo)
    assert engine.explain(clf, photo, SLOW).result.maps


def test_a_slow_answer_that_fails_raises_its_error() -> None:
    clf, photo = classifier(), picture()
    request = Request(("no such layer",), "scorecam", classes=(0,))
    with pytest.raises((PendingError, LayerError)) as raised:  # it may fail before the first look
        engine.explain(clf, photo, request)
    if isinstance(raised.value, PendingError):
        assert raised.value.job.ended.wait(SOON)
    with pytest.raises(LayerError, match="no such layer"):
        engine.explain(clf, photo, request)


def test_the_ranking_computes_the_default_maps_and_otherwise_just_one() -> None:
    clf, photo = classifier(), picture()
    default = engine.rank(clf, photo, ViewState(top=2), "features").result
    assert [m.prediction.index for m in default.maps] == [0, 1]
    for view in (ViewState(method="scorecam"), ViewState(augment=True), ViewState(across="layers")):
        ranked = engine.rank(clf, photo, view, "features")
        assert ranked.ranked == (0, 1, 2)
        assert [(m.method, m.prediction.index) for m in ranked.result.maps] == [("gradcam", 0)]
    assert clf.forwards == 1
