"""Every sample loads, and the first one separates its two classes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gradcam
from components.samples import SAMPLES, load
from components.view import DEFAULT_MODEL
from gradcam.backends import Classifier
from gradcam.certainty import unsure
from gradcam.errors import ImageError
from gradcam.preprocess import preprocess

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.id)
def test_each_is_rgb_and_large_enough(sample) -> None:
    photo = load(sample.id)
    assert photo.dtype == np.uint8
    assert photo.ndim == 3
    assert photo.shape[2] == 3
    assert min(photo.shape[:2]) >= 300
    assert sample.title
    assert sample.credit
    assert load(sample.id) is photo


def test_ids_are_unique_and_fit_a_link() -> None:
    ids = [sample.id for sample in SAMPLES]
    assert len(set(ids)) == len(ids)
    assert all(id.replace("-", "").isalnum() and id.islower() for id in ids)
    assert ids[:2] == ["photographer", "two-things"]


def test_the_shared_array_is_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        load("coffee")[0, 0] = 0


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(ImageError, match="Nearest: coffee"):
        load("cofee")


def test_reading_does_not_import_the_packages() -> None:
    code = (
        "import sys; from components.samples import load; load('two-things');"
        "heavy = {'skimage', 'matplotlib', 'torch', 'streamlit'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def clf() -> Classifier:
    return gradcam.load_model(DEFAULT_MODEL)


@pytest.fixture(scope="module")
def seen(clf: Classifier) -> gradcam.Explanation:
    return gradcam.explain(clf, load("two-things"), top_k=2)


def test_the_first_is_recognised_and_its_classes_part(clf: Classifier) -> None:
    """The tripod's map has its peak in the lower half, the binoculars' at the face above it."""
    photo = load(SAMPLES[0].id)
    found = gradcam.explain(clf, photo, classes=["tripod", "binoculars"])
    assert found.predictions[0].label == "tripod"
    assert found.predictions[0].probability > 0.9
    rows = [np.argmax(m.on_image().max(axis=1)) / len(photo) for m in found.maps]
    assert rows[0] > 0.55
    assert rows[1] < 0.45


def test_both_things_are_the_top_two_classes(seen: gradcam.Explanation) -> None:
    best = seen.predictions
    assert [p.label for p in best[:2]] == ["espresso", "tripod"]
    assert not unsure(best)
    assert best[1].probability > 0.15
    assert best[2].probability < 0.1


def test_each_map_stays_in_its_own_half(seen: gradcam.Explanation) -> None:
    """At least four fifths of each map's heat are on its own side of the seam."""
    left = {}
    for found in seen.maps:
        placed = found.on_image()
        left[found.prediction.label] = placed[:, : placed.shape[1] // 2].sum() / placed.sum()
    assert left["tripod"] >= 0.8
    assert left["espresso"] <= 0.2


@pytest.mark.parametrize(
    ("sample", "label", "sure"),
    [
        ("coffee", "espresso", True), ("cat", "tiger cat", False), ("motorcycle", "moped", True),
        ("grace-hopper", "academic gown", False), ("rocket", "missile", False),
        ("astronaut", "football helmet", False),
    ],
)  # fmt: skip
def test_what_it_says_of_the_others(clf: Classifier, sample: str, label: str, sure: bool) -> None:
    best = gradcam.explain(clf, load(sample), top_k=1).predictions
    assert (best[0].label, not unsure(best)) == (label, sure)


def test_the_seam_is_in_the_middle_and_the_model_sees_both_sides(clf: Classifier) -> None:
    height, width, _ = load("two-things").shape
    window = preprocess(load("two-things"), clf.preprocessing).window
    assert window.left + window.right == pytest.approx(width, abs=width / 80)
    assert window.bottom - window.top == pytest.approx(height * 7 / 8)
