"""What the Learn page says a heatmap does not prove, worded by what came out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from components.learn import claimed, claims
from components.learn import claims_words as words
from components.learn.chapter import Chosen
from components.learn.claimed import Answered, Covered, elsewhere, rival, small, surest
from components.pictures import Picture, sample
from components.samples import SAMPLES
from gradcam import Cover, Prediction, SaliencyMap, covered, load_model
from gradcam.images import Opened
from gradcam.types import Window

COVER = Cover([[True, False]])


def under(probability: float, label: str = "cup") -> Covered:
    return Covered(COVER, probability, Prediction(0, label, probability, 1.0))


def saliency(
    values: list[list[float]], label: str = "cup", probability: float = 0.5, layer: str = "late"
) -> SaliencyMap:
    said = Prediction(0, label, probability, 1.0)
    size = (60, 60)
    return SaliencyMap(np.float32(values), said, layer, "gradcam", Window(0, 0, 60, 60), size)


@pytest.mark.parametrize(
    ("hot", "cold", "verdict"),
    [
        (0.1, 0.8, "Here the map passes the test"),
        (0.2, 0.45, "Here it is close"),
        (0.6, 0.3, "here the map misleads"),
        (0.78, 0.8, "hardly changes it"),
        (0.99, 0.8, "even raises it"),
    ],
)
def test_the_verdict_follows_what_covering_came_to(hot: float, cold: float, verdict: str) -> None:
    said = words.tried("cup", 0.8, under(hot), under(cold))
    assert verdict in said
    assert f"{100 * hot:.1f} %" in said
    assert f"{100 * cold:.1f} %" in said


def test_of_an_unlikely_class_there_is_little_to_take_away() -> None:
    said = words.tried("cup", 0.004, under(0.0001), under(0.004))
    assert "hardly believes in *cup* (0.4 %)" in said
    assert "Choose a class" in said


def test_another_answer_is_named() -> None:
    assert "then says *lid*" in words.tried("cup", 0.8, under(0.1, "lid"), under(0.8))
    assert "then says" not in words.tried("cup", 0.8, under(0.1), under(0.8))


def test_two_peaks_are_compared() -> None:
    """0.5 is half of 1, and 0.9 is nearly as much."""
    strong = saliency([[1, 0]], "cup", 0.9)
    half = words.compared(strong, saliency([[0.5, 0]], "lid", 0.1))
    assert "for *lid* reaches 50 % of that for *cup*" in half
    assert "more probable" not in half
    close = words.compared(strong, saliency([[0, 0.9]], "lid", 0.95))
    assert "happen to be close" in close
    assert "*lid*, with the lower one, is the more probable" in close
    assert "nothing to enlarge" in words.compared(strong, saliency([[-1, 0]], "lid"))


def test_two_layers_are_compared() -> None:
    left, right = [[1.0, 0, 0], [1, 0, 0]], [[0, 0, 1.0], [0, 0, 1]]
    early, late = saliency(left, layer="early"), saliency(right)
    apart = words.layers_compared("cup", early, late)
    assert "at early lies" in apart
    assert "at late" in apart
    assert "two layers agree" in words.layers_compared("cup", replace(late, layer="early"), late)
    assert "nothing speaks" in words.layers_compared("cup", saliency([[-1.0, -1]]), late)


def test_what_speaks_against_is_counted() -> None:
    assert "25 % of the cells" in words.against("cup", saliency([[1, -1], [0, 2]]))
    assert words.against("cup", saliency([[1, 0]])).startswith("No cell")


def test_tidiness_compares_where_half_of_the_heat_lies() -> None:
    spot, wide = np.zeros((8, 8)), np.ones((8, 8))
    spot[3, 3] = 1
    picture = sample("cat")
    wrong = Answered(SAMPLES[3], picture, saliency(spot.tolist(), "teapot", 0.7))
    right = Answered(SAMPLES[3], picture, saliency(wide.tolist(), "tabby", 0.7))
    assert (wrong.right, right.right) == (False, True)
    said = words.tidiness(wrong, right)
    assert "is sure that “Cat” shows *teapot* (70.0 %)" in said
    assert "as tidy as" in said
    said = words.tidiness(replace(wrong, map=right.map), replace(right, map=wrong.map))
    assert "the wider one" in said
    assert words.tidiness(None, right) == "It is right about all of them."
    assert "not even sure" in words.tidiness(
        replace(wrong, map=saliency(spot.tolist(), "teapot", 0.3)), right
    )


@pytest.fixture(scope="module")
def chosen() -> Chosen:
    clf = load_model("bundled/photos")
    layer = next(one for one in clf.layers() if one.recommended)
    return Chosen(clf, sample("coffee"), layer, clf.labels.index("espresso"), "gradcam")


def test_every_claim_has_pictures_numbers_and_a_source(
    chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The page keeps covered photos for a session, of which a test has none.
    monkeypatch.setattr(
        claimed, "with_cover", lambda of, cover: Picture("", Opened(covered(of.opened, cover)))
    )
    chapter = claims.claims(chosen)
    assert [step.id for step in chapter.steps] == [
        "claim-cause", "claim-resolution", "claim-scale", "claim-whole", "claim-right",
    ]  # fmt: skip
    for step in chapter.steps:
        assert "https://" in step.source
        assert step.notes
    plates = chapter.data["plates"]
    assert isinstance(plates, dict)
    assert [len(plates[step.id]) for step in chapter.steps] == [3, 2, 2, 2, 2]
    for plate in (one for row in plates.values() for one in row):
        assert not plate["map"] or plate["map"] in chapter.arrays
        assert f"photo_{plate['photo']}" in chapter.arrays
    hot, cold = (np.asarray(chapter.arrays[name]) for name in ("hot", "cold"))
    assert hot.sum() == cold.sum() > 0
    assert not (hot * cold).any()


def test_the_examples_are_what_they_say(chosen: Chosen) -> None:
    assert rival(chosen).index != chosen.index
    assert elsewhere(chosen) == "layer2"
    wrong, right = surest(small(chosen.clf))
    assert wrong is not None
    assert right is not None
    assert not wrong.right
    assert right.right
    # Of the eight photos, coffee is the one it knows best.
    assert right.map.prediction.label == "espresso"
