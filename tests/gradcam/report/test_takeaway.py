"""The takeaway sentence, on maps small enough to check by eye."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcam.report.words import takeaway, where


@pytest.mark.parametrize(
    ("y", "x", "words"),
    [
        (0, 0, "in the upper left"),
        (0, 4, "at the top"),
        (4, 4, "in the middle"),
        (4, 8, "on the right"),
        (8, 0, "in the lower left"),
        (8, 8, "in the lower right"),
    ],
)
def test_one_spot(y: int, x: int, words: str) -> None:
    heat = np.full((9, 9), 0.001, np.float32)
    heat[y, x] = 1
    assert where(heat) == words


def test_a_flat_or_scattered_map_has_no_place() -> None:
    assert where(np.ones((9, 9), np.float32)) == ""
    apart = np.zeros((9, 9), np.float32)
    apart[4, 0] = apart[4, 8] = 1
    assert where(apart) == ""


def test_the_sentence(result) -> None:
    """Red fills the left half of the central crop."""
    sentence = takeaway(result)
    assert sentence.startswith("The model’s best guess is “<script>alert(1)</script>” (")
    assert sentence.endswith("; the evidence for it lies mostly on the left of the photo.")


def test_an_unsure_model(result) -> None:
    unsure = replace(result, predictions=(replace(result.predictions[0], probability=0.4),))
    assert takeaway(unsure).startswith("The model is not sure: its best guess is")


def test_an_empty_map(result) -> None:
    """The best guess is green, and nothing in the photo is green."""
    green = replace(result, predictions=(result.maps[1].prediction,))
    assert "but the map for it is empty: " in takeaway(green)


def test_without_a_map_for_the_best_guess_the_first_map_is_named(result) -> None:
    assert "; the evidence for “猫 Кошка חתול” " in takeaway(replace(result, maps=result.maps[2:]))


def test_a_map_with_only_evidence_against_the_class(signed) -> None:
    against = replace(signed.maps[0], values=-np.abs(signed.maps[0].values) - 1)
    assert takeaway(replace(signed, maps=(against,))).endswith(
        "there is no evidence for it at this layer."
    )


def test_a_class_agnostic_method_claims_no_evidence_for_a_class(result) -> None:
    eigen = tuple(replace(m, method="eigencam") for m in result.maps)
    assert "what stands out to the network" in takeaway(replace(result, maps=eigen))
