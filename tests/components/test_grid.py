"""The grid's axes build their cells as data, and `fill` turns cells into panels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from components import engine
from components.grid import AXES, USUAL_METHODS, WHY, Cell, Ranked, class_called, fill, usual_layers
from components.view import MAX_COLUMNS, ViewState
from gradcam import METHODS, Request
from gradcam.backends.numpy import NumpyClassifier
from gradcam.types import Layer
from tests.components.colours import SOON, classifier, picture

MIX, FEATURES = classifier().layers()
# softmax(1, 0.4, 0) = (2.718, 1.492, 1) / 5.210
PERCENT = {0: "52.2 %", 1: "28.6 %", 2: "19.2 %"}


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    st.cache_resource.clear()


def ranked(view: ViewState, clf=None, others=(), layer: Layer = FEATURES) -> Ranked:
    clf, photo = clf or classifier(), picture()
    top = engine.rank(clf, photo, view, layer.name)
    return Ranked(clf, photo, view, layer, top, others)


def cells(one: Ranked) -> list[Cell]:
    return AXES[one.view.across].cells(one)


def request(classes: tuple[int, ...] | None, method: str = "gradcam", layers=("features",), **more):
    """The request that the default view makes, without the ranking of classes."""
    return Request(layers, method, classes=classes, **more)


def test_columns_of_classes_reuse_the_maps_of_the_ranking() -> None:
    one = ranked(ViewState(top=2))
    assert cells(one) == [
        Cell("red", one.clf, request(None, top_k=2), 0, 0),
        Cell("green", one.clf, request(None, top_k=2), 1, 1),
    ]
    answer = fill(one)
    assert [p.map for p in answer.row.panels] == list(one.top.result.maps)
    assert answer.explained[0].result.maps[0] is one.top.result.maps[0]
    assert one.clf.forwards == 1


def test_added_classes_are_asked_for_in_one_further_request_and_shown_by_probability() -> None:
    one = ranked(ViewState(top=1, added=(2, 1)))
    assert cells(one) == [
        Cell("red", one.clf, request(None, top_k=1), 0, 0),
        Cell("green", one.clf, request((1, 2)), 0, 1),
        Cell("blue", one.clf, request((1, 2)), 1, 2),
    ]


def test_another_method_asks_for_all_classes_at_once() -> None:
    one = ranked(ViewState(top=2, method="hirescam"))
    asked = request((0, 1), "hirescam")
    assert cells(one) == [Cell("red", one.clf, asked, 0, 0), Cell("green", one.clf, asked, 1, 1)]


def test_columns_of_layers_share_a_request_and_fusion_adds_one() -> None:
    view = ViewState(across="layers", layers=("mix", "features"), focus=1, fuse="product")
    one = ranked(view)
    asked = request((1,), layers=("mix", "features"))
    assert cells(one) == [
        Cell("mix", one.clf, asked, 0),
        Cell("features", one.clf, asked, 1),
        Cell("Product of 2 layers", one.clf, replace(asked, fuse="product"), 0),
    ]
    assert len(cells(replace(one, view=replace(view, fuse=None)))) == 2
    assert len(cells(replace(one, view=replace(view, layers=("mix",))))) == 1


def test_columns_of_methods_are_at_the_chosen_layer_for_one_class() -> None:
    one = ranked(ViewState(across="methods", methods=("layercam", "scorecam"), focus=2), layer=MIX)
    channels = {"channels": 128}
    assert cells(one) == [
        Cell("LayerCAM", one.clf, request((2,), "layercam", ("mix",))),
        Cell("Score-CAM", one.clf, request((2,), "scorecam", ("mix",), parameters=channels)),
    ]
    usual = cells(replace(one, view=ViewState(across="methods")))
    assert [cell.title for cell in usual] == [METHODS[name].title for name in USUAL_METHODS]
    assert {cell.request.classes for cell in usual if cell.request} == {(0,)}


def test_columns_of_models_match_the_class_by_its_label() -> None:
    same = classifier(id="memory/same", title="Same")
    turned = classifier(("blue", "lime, GREEN", "red"), id="memory/turned", title="Turned")
    without = classifier(("cat", "dog", "bird"), id="memory/animals", title="Animals")
    one = ranked(ViewState(across="models", focus=1), others=(same, turned, without), layer=MIX)
    assert cells(one) == [
        Cell("Colours · Gated", one.clf, request((1,), layers=("mix",))),
        Cell("Same · Gated", same, request((1,))),
        Cell("Turned · Gated", turned, request((1,))),
        Cell("Animals · Gated", without, None, problem="Animals has no class called green."),
    ]


def test_panels_show_the_map_its_probability_and_what_made_it() -> None:
    row = fill(ranked(ViewState(top=3, method="hirescam"))).row
    assert (row.caption, row.subtitle) == ("red.png", "")
    assert [(p.title, p.subtitle) for p in row.panels] == [
        ("red", PERCENT[0]), ("green", PERCENT[1]), ("blue", PERCENT[2]),
    ]  # fmt: skip
    assert {p.about for p in row.panels} == {"Colours · features · HiResCAM"}
    for panel, logit in zip(row.panels, (1, 0.4, 0), strict=True):
        assert panel.map is not None
        np.testing.assert_allclose(panel.map.values, np.full((4, 4), logit / 16), rtol=1e-6)


@pytest.mark.parametrize(
    ("view", "subtitles", "detail"),
    [
        (ViewState(across="layers", layers=("mix", "features")), ["4 × 4", "4 × 4"], ""),
        (ViewState(across="methods", methods=("gradcam", "eigencam")),
         ["", "not class-specific"], ""),
        (ViewState(across="models"), [PERCENT[0]], "features"),
    ],
    ids=["layers", "methods", "models"],
)  # fmt: skip
def test_the_other_axes_name_their_class_beside_the_photo(
    view: ViewState, subtitles: list[str], detail: str
) -> None:
    row = fill(ranked(view)).row
    assert row.subtitle == f"red {PERCENT[0]}"
    assert [p.subtitle for p in row.panels] == subtitles
    assert {p.detail for p in row.panels} == {detail}


def test_a_class_outside_the_ranking_is_named_without_a_probability() -> None:
    labels = tuple(f"class {k}" for k in range(12))
    head = np.zeros((12, 3))
    head[:, 0] = -np.arange(12)  # logits 0, -1, … -11: only the first ten are ranked
    clf = NumpyClassifier(np.eye(3), head, labels)
    assert fill(ranked(ViewState(across="layers", focus=11), clf)).row.subtitle == "class 11"


def test_pending_and_cancelled_cells_say_so() -> None:
    one = ranked(ViewState(top=2, method="scorecam"))
    one.clf.gate.clear()
    waiting = fill(one)
    assert [(p.map, p.note) for p in waiting.row.panels] == [(None, "Computing…")] * 2
    assert waiting.sources == (None, None)
    assert waiting.explained == (one.top,)
    (job,) = waiting.pending  # both classes are one request
    assert waiting.stopped == ()
    job.stop.set()
    ended = fill(one)
    assert [p.note for p in ended.row.panels] == ["Cancelled"] * 2
    assert (ended.pending, ended.stopped) == ((), (job,))
    one.clf.gate.set()
    assert job.ended.wait(SOON)


def test_a_finished_slow_answer_names_its_channels() -> None:
    one = ranked(ViewState(top=1, method="scorecam"))
    one.clf.gate.clear()
    (job,) = fill(one).pending
    one.clf.gate.set()
    assert job.ended.wait(SOON)
    answer = fill(one)
    (panel,) = answer.row.panels
    assert (panel.note, panel.detail) == ("", "2 channels, 100.0 % of the energy")
    assert answer.sources == answer.explained
    assert answer.sources[0] is not None
    assert answer.sources[0].result.maps == (panel.map,)


def test_finer_cam_names_the_classes_it_contrasts_with() -> None:
    (panel,) = fill(ranked(ViewState(top=1, method="finercam", against=(2,)))).row.panels
    assert panel.detail == "vs. blue"


def test_a_cell_that_fails_says_why_beside_those_that_do_not() -> None:
    broken = classifier(id="memory/broken", title="Broken")
    broken.head[:] = np.nan
    animals = classifier(("cat", "dog", "bird"), id="memory/animals", title="Animals")
    answer = fill(ranked(ViewState(across="models"), others=(broken, animals)))
    fine, failed, missing = answer.row.panels
    assert fine.map is not None
    assert (failed.map, missing.map) == (None, None)
    assert "in the logits" in failed.note
    assert missing.note == "Animals has no class called red."
    assert [source is None for source in answer.sources] == [False, True, True]
    assert len(answer.explained) == 1


@pytest.mark.parametrize(
    ("label", "index"),
    [("Tabby", 0), ("cup", 2), ("mug", 1), ("coffee mug", 1), ("tab", None), ("", None)],
)
def test_a_class_is_found_by_its_label_or_one_of_its_names(label: str, index: int | None) -> None:
    """A label that matches as a whole wins over one of several names."""
    clf = NumpyClassifier(np.eye(3), np.eye(3), ("tabby", "cup, mug, Coffee Mug", "cup"))
    assert class_called(label, clf) == index


def test_the_usual_layers_are_the_deepest_stages() -> None:
    assert usual_layers(classifier()) == ("features",)

    class Deep(NumpyClassifier):
        def layers(self) -> tuple[Layer, ...]:
            return tuple(Layer(f"l{n}", (3, 4, 4), "Conv", stage=n % 2 == 0) for n in range(30))

    names = usual_layers(Deep(np.eye(3), np.eye(3)))
    assert len(names) == MAX_COLUMNS
    assert names[-1] == "l28"


def test_two_classes_are_compared_by_the_difference_of_their_logits() -> None:
    """Red's map is 1/16 everywhere and green's 0.4/16: rather than green, red is 0.6/16."""
    answer = fill(ranked(ViewState(top=2, why=(0, 1))))
    *classes, panel = answer.row.panels
    assert [p.title for p in classes] == ["red", "green"]
    assert panel.key == WHY
    assert (panel.title, panel.index, panel.share) == ("red rather than green", None, None)
    assert panel.detail == "Finer-CAM"
    assert panel.word.startswith("What speaks for red rather than green")
    assert "0.6 points higher" in panel.word
    assert panel.map is not None
    np.testing.assert_allclose(panel.map.values, np.full((4, 4), 0.6 / 16), rtol=1e-6)
    assert answer.sources[-1] is not None
    assert answer.sources[-1].result.maps[0] is panel.map
    # The sentence about the photo is still about its classes.
    assert answer.row.answer == fill(ranked(ViewState(top=2))).row.answer


def test_the_other_way_round_speaks_against() -> None:
    panel = fill(ranked(ViewState(top=1, why=(2, 0)))).row.panels[-1]
    assert panel.map is not None
    np.testing.assert_allclose(panel.map.values, np.full((4, 4), -1 / 16), rtol=1e-6)
    assert panel.map.peak == 0
    assert "1.0 points lower" in panel.word


def test_a_method_without_gradients_is_named_as_what_cannot_compare() -> None:
    panel = fill(ranked(ViewState(top=1, method="eigencam", why=(0, 1)))).row.panels[-1]
    assert panel.detail == "Finer-CAM, because EigenCAM cannot compare classes"


def test_columns_that_are_not_classes_have_no_comparison() -> None:
    row = fill(ranked(ViewState(across="layers", why=(0, 1)))).row
    assert {panel.key for panel in row.panels} == {""}
