"""What is hidden is found, on photos and random numbers that `find` was not built with."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

import gradcam
from gradcam.bundled import cheat, photos
from gradcam.find import STRONG, Suspect, find
from gradcam.shortcuts import CARTON
from studies.finding import (
    SHARE,
    TARGET,
    TRAY,
    imagenet,
    measured,
    mixed,
    picks,
    signed,
    validation,
    watermarked,
)
from tests.shared import shared

SEED = 77


def found(model: str, given: list, out: Path) -> tuple[Suspect, ...]:
    return find(gradcam.load_model(model), given, out, explain="labelled").suspects()


def test_the_signed_photos_are_the_cheating_networks_best_suspect(tmp_path: Path) -> None:
    shared("tiny-imagenet-100.zip")
    given, truth = signed(validation(tmp_path, [3, 50, TARGET]), SHARE, SEED)
    own = frozenset(name for name in truth if name.startswith(f"{cheat.CLASS}/"))
    suspects = found(cheat.CHEAT.id, given, tmp_path / "cheat")
    best = measured(suspects, own)
    assert best.suspect is not None
    assert best.suspect.index == TARGET
    assert best.precision >= 0.9
    assert best.recall >= 0.9
    assert best.suspect.score >= STRONG
    honest = found(photos.PHOTOS.id, given, tmp_path / "honest")
    assert max((one.score for one in honest), default=0) < best.suspect.score
    assert not any(one.strong for one in honest)


@pytest.mark.heavy
def test_the_watermark_is_found_when_carton_is_explained(tmp_path: Path) -> None:
    shared("imagenet-250")
    shared("imagenet-samples")
    clf, files = gradcam.load_model("bundled/efficientnet-lite0"), imagenet()
    plain = find(clf, watermarked(clf, files, 0), tmp_path / "plain", explain=CARTON)
    marked = find(clf, watermarked(clf, files, 1), tmp_path / "marked", explain=CARTON)
    without = max((one.score for one in plain.suspects()), default=0)
    results = [
        measured(mixed(plain, marked, chosen).suspects(), chosen | {TRAY})
        for chosen in picks(files)
    ]
    assert sum(one.precision for one in results) / len(results) >= 0.9
    assert sum(one.recall for one in results) / len(results) >= 0.9
    scores = [one.suspect.score for one in results if one.suspect]
    assert median(scores) > without
