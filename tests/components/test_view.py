"""A link restores the view, and no link can break it."""

from __future__ import annotations

import random
import string
from dataclasses import replace

import numpy as np
import pytest

from components.limits import Limits
from components.view import (
    CHANNELS,
    DEFAULT_MODEL,
    MAX_CLASSES,
    MAX_COVERS,
    MAX_SAMPLES,
    ViewState,
    channels_offered,
)
from gradcam.backends.numpy import NumpyClassifier
from gradcam.covering import Cover

FULL = ViewState(
    samples=("cat", "rocket"),
    model="torchvision/resnet50",
    layer="layer3.5",
    method="hirescam",
    fit="pad",
    top=3,
    added=(281, 285),
    removed=(7,),
)
RANKED = (5, 3, 9, 1, 8, 2)


def test_the_default_view_has_an_empty_query() -> None:
    assert ViewState().to_query() == {}
    assert ViewState.from_query({}) == ViewState()


def test_a_query_restores_its_view() -> None:
    assert ViewState.from_query(FULL.to_query()) == FULL


def test_the_query_is_readable() -> None:
    assert FULL.to_query() == {
        "image": "cat,rocket",
        "model": "torchvision/resnet50",
        "layer": "layer3.5",
        "method": "hirescam",
        "fit": "pad",
        "top": "3",
        "add": "281,285",
        "drop": "7",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fit", "stretch"),
        ("top", "0"),
        ("top", "11"),
        ("top", "-1"),
        ("top", "three"),
        ("top", "²"),
        ("layer", "x" * 201),
        ("model", "<script>"),
        ("method", "a\nb"),
        ("add", "1e9,-3,,x"),
        ("drop", "9" * 4000),
        ("image", ",,,"),
    ],
)
def test_one_bad_field_falls_back_alone(name: str, value: str) -> None:
    view = ViewState.from_query({"method": "hirescam", **{name: value}})
    assert view == ViewState(method="" if name == "method" else "hirescam")


def test_lists_are_short_and_without_duplicates() -> None:
    many = ",".join(str(n) for n in range(500))
    view = ViewState.from_query({"image": many, "add": many, "drop": "4,4,4"})
    assert len(view.samples) == MAX_SAMPLES
    assert len(view.added) == MAX_CLASSES
    assert view.removed == (4,)


def test_no_query_raises() -> None:
    draw = random.Random(7)
    names = list(FULL.to_query())
    for _ in range(2000):
        junk = {n: "".join(draw.choices(string.printable + "é²\u202e", k=9)) for n in names}
        ViewState.from_query(ViewState.from_query(junk).to_query())


def test_phrases_are_kept_in_the_link() -> None:
    view = ViewState(phrases=("a red car", "the dog's tongue, wet"), negative=("a photo",))
    assert view.to_query() == {
        "phrases": "a red car\nthe dog's tongue, wet",
        "negative": "a photo",
    }
    assert ViewState.from_query(view.to_query()) == view
    assert replace(view, model="file/mine").to_query() == {}


def test_phrases_of_a_link_are_few_short_and_distinct() -> None:
    lines = ["a  dog", "", "A Dog", "x" * 300, *map(str, range(20))]
    found = ViewState.from_query({"phrases": "\n".join(lines)}).phrases
    assert found[:3] == ("a dog", "x" * 200, "0")
    assert len(found) == 10


def test_new_phrases_show_a_panel_each() -> None:
    """Numbers of the old ones are dropped: they would mean others."""
    view = FULL.with_phrases(("a", "b", "c", "d"))
    assert (view.top, view.added, view.removed) == (4, (), ())
    assert view.shown((2, 0, 3, 1)) == (2, 0, 3, 1)
    assert view.with_phrases((), ("e",)).negative == ("e",)


def test_the_usual_method_is_the_model_s() -> None:
    clf = NumpyClassifier(np.eye(3), np.eye(3))
    assert ViewState().method_of(clf) == "gradcam"
    clf.usual_method = "legrad"
    assert ViewState().method_of(clf) == "legrad"
    assert ViewState(method="gradcam").method_of(clf) == "gradcam"


def test_links_leave_out_own_models() -> None:
    view = ViewState(model="file/mine.pth", layer="layer4", added=(1,), top=2)
    assert view.to_query() == {"top": "2"}


def test_what_does_not_exist_is_left_out() -> None:
    view = FULL.among(samples=["rocket"], models=[DEFAULT_MODEL], methods=["gradcam"])
    assert view == ViewState(samples=("rocket",), fit="pad", top=3)
    kept = FULL.among(
        samples=["cat", "rocket"], models=["torchvision/resnet50"], methods=["hirescam"]
    )
    assert kept == FULL


def test_what_the_model_does_not_have_is_left_out() -> None:
    view = FULL.within(layers=["layer4"], classes=282)
    assert (view.layer, view.added, view.removed) == ("", (281,), (7,))


def test_another_model_starts_at_its_own_layer() -> None:
    other = FULL.with_model("torchvision/vgg16", same_labels=True)
    assert (other.layer, other.added, other.removed, other.top) == ("", (281, 285), (), 3)
    assert FULL.with_model(DEFAULT_MODEL, same_labels=False).added == ()
    assert FULL.with_model(FULL.model, same_labels=True) is FULL


def test_panels_are_the_top_classes_minus_removed_plus_added() -> None:
    view = ViewState(top=3, added=(8, 3), removed=(5,))
    assert view.shown(RANKED) == (3, 9, 8)


@pytest.mark.parametrize("index", RANKED)
def test_a_toggle_changes_one_panel_and_a_second_undoes_it(index: int) -> None:
    view = ViewState(top=3, added=(8,))
    once = view.toggled(index, RANKED)
    assert set(once.shown(RANKED)) ^ set(view.shown(RANKED)) == {index}
    assert set(once.toggled(index, RANKED).shown(RANKED)) == set(view.shown(RANKED))


def test_a_new_top_shows_all_its_classes() -> None:
    assert ViewState(removed=(5,)).with_top(2).shown(RANKED) == (5, 3)
    assert ViewState().with_top(99).top == 10


def test_a_comparison_and_covers_are_in_the_link() -> None:
    view = ViewState(why=(504, 967), cover=(("coffee", "g3x3-QI"), ("file/1a2b", "b3x3-QI")))
    assert view.to_query() == {"why": "504,967", "cover": "coffee~g3x3-QI"}
    found = ViewState.from_query(view.to_query())
    assert found == replace(view, cover=(("coffee", "g3x3-QI"),))
    assert found.cover_of("coffee") == Cover([[0, 1, 0], [0, 0, 0], [0, 0, 1]], "grey")
    assert found.cover_of("cat") is None


@pytest.mark.parametrize("why", ["", "5", "5,5", "5,a", "-1,5", "1,2,3"])
def test_half_a_comparison_is_none(why: str) -> None:
    assert ViewState.from_query({"why": why}).why is None


@pytest.mark.parametrize(
    "cover", ["", "coffee", "coffee~", "coffee~x", "~b3x3-QI", "a~b99x9-Q", "é"]
)
def test_what_covers_nothing_is_left_out(cover: str) -> None:
    assert ViewState.from_query({"cover": cover}).cover == ()
    mixed = ViewState.from_query({"cover": f"{cover},cat~b3x3-QI"})
    assert mixed.cover == (("cat", "b3x3-QI"),)


def test_comparisons_and_covers_of_what_is_gone_are_dropped() -> None:
    view = ViewState(why=(1, 5), cover=(("gone", "b3x3-QI"), ("file/1", "b3x3-QI")))
    assert view.within(layers=[], classes=6).why == (1, 5)
    assert view.within(layers=[], classes=5).why is None
    assert view.with_model("torchvision/vgg16", same_labels=False).why is None
    assert view.with_phrases(("a", "b")).why is None
    kept = view.among(samples=["cat"], models=[DEFAULT_MODEL], methods=[])
    assert kept.cover == (("file/1", "b3x3-QI"),)


def test_a_photo_has_one_cover_and_a_link_a_few() -> None:
    cover, other = Cover([[1, 0]]), Cover([[0, 1]], "grey")
    view = ViewState().with_cover("cat", cover).with_cover("cat", other)
    assert view.cover == (("cat", "g2x1-Q"),)
    assert view.with_cover("cat", Cover([[0, 0]])).cover == ()
    assert view.with_cover("cat", None).cover == ()
    many = view
    for n in range(MAX_COVERS):
        many = many.with_cover(f"photo-{n}", cover)
    assert [key for key, _ in many.cover] == [f"photo-{n}" for n in range(MAX_COVERS)]


def test_the_contact_sheet_is_in_the_link() -> None:
    view = ViewState(sort="differs", only=("unsure", "281"), photo="rocket")
    query = {"sort": "differs", "only": "unsure,281", "photo": "rocket"}
    assert view.to_query() == query
    assert ViewState.from_query(query) == view
    assert ViewState.from_query({"sort": "?", "only": "all,-1,²,9", "photo": "<b>"}) == ViewState(
        only=("9",)
    )


def test_limits_to_classes_go_with_the_labels() -> None:
    view = ViewState(only=("unsure", "281", "5"))
    assert view.within(layers=[], classes=100).only == ("unsure", "5")
    assert view.with_model("torchvision/resnet50", same_labels=True).only == view.only
    assert view.with_model("torchvision/resnet50", same_labels=False).only == ("unsure",)


def test_other_photos_begin_with_their_own_classes() -> None:
    """What was hidden, picked or compared goes with the old photo; what was added stays."""
    view = ViewState(removed=(7,), focus=3, why=(3, 7), added=(281,), top=4)
    assert view.with_samples(("cat",)) == ViewState(samples=("cat",), added=(281,), top=4)


def test_a_server_may_limit_the_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    assert channels_offered() == CHANNELS
    monkeypatch.setattr("components.view.limits", lambda: Limits(channels=200))
    assert channels_offered() == (64, 128, 200)
    for asked, tried in ((64, 64), (512, 200), (0, 200)):
        request = ViewState(channels=asked).request(("layer",), "scorecam")
        assert request.parameters["channels"] == tried
