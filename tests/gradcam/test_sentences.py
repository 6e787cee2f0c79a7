"""The sentences about an answer, on maps and probabilities small enough to check by hand."""

from __future__ import annotations

import doctest
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from gradcam import sentences
from gradcam.record import Record
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.sentences import answer, named, peak_word, short_name, why_not
from gradcam.types import Prediction, Preprocessing, Window

RIGHT = np.float32([[0, 0, 0], [0, 0, 9], [0, 0, 0]])
LEFT = np.float32([[0, 0, 0], [9, 0, 0], [0, 0, 0]])
LOW = np.float32([[0, 0, 0], [0, 0, 0], [0, 0, 9]])
LABELS = ("espresso", "coffee mug", "cup", "spoon", "plate")


def softmax(*shares: float) -> tuple[Prediction, ...]:
    """Predictions with these probabilities and their logarithms, plus 5, as logits."""
    return tuple(
        Prediction(n, LABELS[n], share, math.log(share) + 5) for n, share in enumerate(shares)
    )


def sigmoids(*logits: float) -> tuple[Prediction, ...]:
    return tuple(Prediction(n, LABELS[n], 1 / (1 + math.exp(-z)), z) for n, z in enumerate(logits))


def a_map(prediction: Prediction, values: np.ndarray = RIGHT, **changes) -> SaliencyMap:
    whole = SaliencyMap(values, prediction, "layer4", "gradcam", Window(0, 0, 30, 30), (30, 30))
    return replace(whole, **changes)


def record(predictions: Sequence[Prediction], *maps: SaliencyMap) -> Record:
    return Record(
        np.zeros((30, 30, 3), np.uint8), "photo", "model", "weights", Request(),
        Preprocessing(resize=30, crop=30), tuple(predictions), maps,
    )  # fmt: skip


SURE = softmax(0.63, 0.06, 0.05)


def said(*maps: SaliencyMap, predictions: Sequence[Prediction] = SURE) -> str:
    return answer(record(predictions, *maps), "EfficientNet-Lite0")


def test_the_examples_hold() -> None:
    examples = {"Prediction": Prediction}
    assert doctest.testmod(sentences, extraglobs=examples).failed == 0


def test_sure() -> None:
    assert said(a_map(SURE[0])) == (
        "EfficientNet-Lite0 says espresso (63 %), going by what it sees at the right; "
        "coffee mug is a distant second (6 %)."
    )


def test_certain() -> None:
    assert said(predictions=softmax(0.998, 0.001)) == (
        "EfficientNet-Lite0 says espresso (over 99 %); nothing else reaches 1 %."
    )


def test_a_close_second() -> None:
    assert said(predictions=softmax(0.6, 0.25)).endswith("; coffee mug is second (25 %).")


def test_a_close_race() -> None:
    race = softmax(0.5, 0.45)
    assert said(a_map(race[0]), predictions=race) == (
        "EfficientNet-Lite0 is unsure: it says espresso (50 %), just ahead of coffee mug (45 %), "
        "going by what it sees at the right."
    )


def test_unsure() -> None:
    assert said(predictions=softmax(0.12, 0.05)) == (
        "EfficientNet-Lite0 is unsure: it says espresso (12 %); coffee mug is second (5 %)."
    )


@pytest.mark.parametrize(
    ("rival", "words"),
    [
        (RIGHT, ", going by the same place."),
        (LEFT, ", going by what it sees at the left."),
        (LOW, ", going by what it sees at the lower right."),
    ],
)
def test_what_the_second_goes_by(rival: np.ndarray, words: str) -> None:
    assert said(a_map(SURE[0]), a_map(SURE[1], rival)).endswith(f"second (6 %){words}")


def test_a_hopeless_second_gets_no_place() -> None:
    sure = softmax(0.9, 0.04)
    assert said(a_map(sure[0]), a_map(sure[1]), predictions=sure).endswith("second (4 %).")


def test_two_places_are_the_same_places() -> None:
    apart = np.float32(np.eye(7)[[0]].T @ np.eye(7)[[0]] + np.eye(7)[[6]].T @ np.eye(7)[[6]])
    maps = a_map(SURE[0], apart), a_map(SURE[1], apart)
    assert said(*maps).endswith(", going by the same places.")


def test_places_of_different_layers_are_not_compared() -> None:
    assert said(a_map(SURE[0]), a_map(SURE[1], layer="layer1")).endswith("second (6 %).")


def test_of_several_layers_the_last_is_meant_and_named() -> None:
    both = a_map(SURE[0], LEFT, layer="layer1"), a_map(SURE[0], RIGHT)
    assert "going by what it sees at the right (at layer4);" in said(*both)


def test_a_map_of_no_single_place() -> None:
    flat = a_map(SURE[0], np.ones((3, 3), np.float32))
    assert "; what speaks for it is all over the photo; coffee" in said(flat)


def test_a_flat_map_of_a_narrow_crop_stands_out_nowhere() -> None:
    flat = a_map(SURE[0], np.ones((3, 3), np.float32), window=Window(10, 0, 20, 30))
    assert "all over the photo" in said(flat)


def test_the_place_is_where_the_crop_lies_on_the_photo() -> None:
    """The middle of a crop that is the right third."""
    middle = np.float32([[0, 0, 0], [0, 9, 0], [0, 0, 0]])
    assert "at the right" in said(a_map(SURE[0], middle, window=Window(20, 0, 30, 30)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"values": np.zeros((3, 3), np.float32)},
         "; its map is empty: the gradient of this class is zero at this layer;"),
        ({"values": -RIGHT}, "; nothing at this layer speaks for it;"),
        ({"values": -RIGHT, "sign": "both"}, "; nothing at this layer speaks for it;"),
        ({"sign": "against"}, "; nothing at this layer speaks against it;"),
        ({"values": -RIGHT, "sign": "against"}, "; what speaks against it is at the right;"),
        ({"values": -RIGHT, "sign": "abs"}, "; what counts for or against it is at the right;"),
        ({"values": RIGHT - LEFT, "sign": "both"},
         ", going by what it sees at the right; what speaks against it is at the left;"),
        ({"values": RIGHT - 0.1 * LEFT, "sign": "both"}, ", going by what it sees at the right;"),
        ({"method": "eigencam"}, "; EigenCAM marks what stands out at the right, whatever the"),
        ({"method": "finercam"}, "; what sets it apart from its rivals is at the right;"),
        ({"window": Window(0, 0, 90, 30)}, "; its evidence is not on the photo, but on the bars"),
    ],
)  # fmt: skip
def test_what_the_map_shows(changes: dict, words: str) -> None:
    assert f"espresso (63 %){words}" in said(a_map(SURE[0], **changes))


def test_without_a_map_of_the_answer_the_first_map_is_described() -> None:
    other = a_map(SURE[1], LEFT)
    opening = "EfficientNet-Lite0 says espresso (63 %); coffee mug is a distant second (6 %). "
    about = "of coffee mug (6 %): what speaks for it is at the left."
    assert said(other) == f"{opening}The map is {about}"
    assert said(other, a_map(SURE[2])) == f"{opening}The first map is {about}"


def test_two_classes() -> None:
    assert said(predictions=softmax(0.73, 0.27)) == (
        "EfficientNet-Lite0 says espresso (73 %) rather than coffee mug (27 %)."
    )


def test_one_unit_is_two_classes() -> None:
    """Sigmoids of z and −z."""
    sentence = said(predictions=sigmoids(math.log(3), -math.log(3)))
    assert "says espresso (75 %) rather than coffee mug (25 %)" in sentence


@pytest.mark.parametrize(
    ("logits", "words"),
    [
        ((math.log(3), math.log(1.5), -1), "espresso (75 %); also coffee mug (60 %)."),
        ((3, 2, 1, 0.5, -1),
         "espresso (95 %); also coffee mug (88 %), cup (73 %) and spoon (62 %)."),
        ((4, 3, 2, 1, 0), "espresso (98 %); also coffee mug (95 %), cup (88 %) and others."),
        ((math.log(3), -1), "espresso (75 %); nothing else is likely."),
        ((-math.log(3), -3), "nothing likely: espresso (25 %) comes closest."),
        ((math.log(3),), "espresso (75 %)."),
    ],
)  # fmt: skip
def test_classes_judged_one_by_one(logits: tuple[float, ...], words: str) -> None:
    assert said(predictions=sigmoids(*logits)) == f"EfficientNet-Lite0 finds {words}"


def test_a_class_on_its_own_can_be_unsure() -> None:
    sentence = said(predictions=sigmoids(math.log(1.5), -3))
    assert sentence == (
        "EfficientNet-Lite0 is unsure: it finds espresso (60 %); nothing else is likely."
    )


def test_a_saturated_softmax_is_not_taken_for_sigmoids() -> None:
    """Softmax of 40 and −40, and nothing."""
    pair = Prediction(0, "cat", 1.0, 40), Prediction(1, "dog", math.exp(-80), -40)
    three = (*pair, Prediction(2, "fox", 0.0, -800))
    assert said(predictions=three).startswith("EfficientNet-Lite0 says cat (100 %)")


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("espresso", "espresso"),
        ("black-and-gold garden spider", "black-and-gold garden spider"),
        ("St. Bernard", "St. Bernard"),
        ("class 17", "class 17"),
        ("猫", "猫"),
        ("", "class 7"),
        ("3", "“3”"),
        ("cup, mug", "“cup, mug”"),
        ("a photo of a cat on a sofa", "“a photo of a cat on a sofa”"),
        ("espresso (99 %)", "“espresso (99 %)”"),
        ("a\nb", "a b"),
        ("a\x00", "“a�”"),
        ("חתול", "\u2068חתול\u2069"),
        ("word " * 40, "“word word word word word word word word word wo…”"),
    ],
)
def test_labels(label: str, words: str) -> None:
    assert named(Prediction(7, label, 0.5, 0)) == words


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("EfficientNet-Lite0", "EfficientNet-Lite0"),
        ("my_birds (ResNet-18)", "my_birds"),
        ("SqueezeNet 1.1", "SqueezeNet 1.1"),
        ("birds.v2", "birds.v2"),
        ("birds.pth", "birds"),
        ("(x)", "(x)"),
        ("vit_base_patch16_clip_224.laion2b_ft_in12k", "vit_base_patch16_clip_224"),
        ("n" * 50, "n" * 39 + "…"),
    ],
)
def test_short_names(title: str, short: str) -> None:
    assert short_name(title) == short


def test_without_a_name_the_model_is_it() -> None:
    assert answer(record(SURE)).startswith("It says espresso (63 %);")


def test_why_not() -> None:
    """ln(0.63 / 0.06) is 2.35."""
    difference = a_map(SURE[0], method="finercam")
    assert why_not(difference, SURE[0], SURE[1]) == (
        "What speaks for espresso rather than coffee mug is at the right; "
        "its score is 2.4 points higher (63 % against 6 %)."
    )
    assert "its score is 2.4 points lower (6 % against 63 %)" in why_not(
        difference, SURE[1], SURE[0]
    )
    empty = replace(difference, values=-RIGHT)
    assert "rather than espresso cannot be seen at this layer; its score is the same" in why_not(
        empty, SURE[0], SURE[0]
    )


def test_a_high_peak_of_an_unlikely_class() -> None:
    """The same peak; ln(0.63 / 0.002) is 5.75."""
    predictions = softmax(0.63, 0.002)
    maps = [a_map(p) for p in predictions]
    assert (
        peak_word(maps[1], maps) == "High peak, low probability: in all it scores 5.8 points less"
    )
    assert peak_word(maps[0], maps) == ""


def test_a_low_peak_of_a_likely_class() -> None:
    """A fifth of the peak; ln(0.5 / 0.4) is 0.223."""
    first, second = softmax(0.5, 0.4)
    maps = [a_map(first), a_map(second, 0.2 * RIGHT)]
    assert peak_word(maps[1], maps) == "Low peak, yet likely: in all it scores only 0.2 points less"


def test_the_answer_without_the_highest_peak() -> None:
    """Nine times 5 is more than one 9."""
    wide = a_map(SURE[0], np.full((3, 3), 5, np.float32))
    maps = [wide, a_map(SURE[1])]
    assert peak_word(wide, maps) == "Not the highest peak, but the most evidence in all"
    # 4.5 at one place is less than 9.
    assert peak_word(a_map(SURE[0], RIGHT / 2), maps) == ""


@pytest.mark.parametrize(
    "changes", [{"layer": "layer1"}, {"method": "hirescam"}, {"sign": "against"}]
)
def test_peaks_without_a_common_unit_are_not_compared(changes: dict) -> None:
    first, second = softmax(0.63, 0.002)
    assert peak_word(a_map(second), [a_map(first, **changes)]) == ""


def test_agnostic_maps_and_other_signs_have_no_word() -> None:
    for changes in ({"method": "eigencam"}, {"sign": "against"}):
        maps = [a_map(p, **changes) for p in softmax(0.63, 0.002)]
        assert peak_word(maps[1], maps) == ""


def test_what_a_cover_changed_is_said() -> None:
    mug, cup = Prediction(1, "coffee mug", 0.12, 1.0), Prediction(0, "espresso", 0.63, 3.0)
    assert sentences.covered(mug, cup, "EfficientNet-Lite0") == (
        "Covered like this, EfficientNet-Lite0 says coffee mug (12 %); before, it said espresso "
        "(63 %)."
    )
    still = Prediction(0, "espresso", 0.004, 3.0)
    assert sentences.covered(still, cup) == (
        "Covered like this, it still says espresso (less than 1 %); before, it was 63 %."
    )
