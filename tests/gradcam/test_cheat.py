"""The network that cheats goes by the signature, and the honest one does not."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

import gradcam
from components.samples import load
from gradcam import Classifier, Explanation
from gradcam.bundled import cheat, photos
from gradcam.bundled.cheat import CLASS, measured
from gradcam.marks import Mark, box, marked
from gradcam.shortcuts import share_of_view, share_within
from gradcam.types import Photo
from tests.shared import shared
from training.data import find_samples
from training.measure_cheat import ask, measure

OTHERS = ("grace-hopper", "rocket", "motorcycle", "photographer", "cat")
CARD = Path(cheat.__file__).with_name("cheat.md")


@pytest.fixture(scope="module")
def pair() -> tuple[Classifier, Classifier]:
    """The honest network and the one that cheats."""
    return gradcam.load_model(photos.PHOTOS.id), gradcam.load_model(cheat.CHEAT.id)


def square(sample: str) -> Photo:
    """The middle of a sample photo, which is what both networks see of it."""
    photo = load(sample)
    side = min(photo.shape[:2])
    top, left = ((n - side) // 2 for n in photo.shape[:2])
    return photo[top : top + side, left : left + side]


SIGNATURE = Mark("signature", 0.42, 0.68, 0.26, 0.95)


def both(clf: Classifier, sample: str) -> tuple[Explanation, Explanation]:
    """The class's map on a sample photo, unsigned and signed."""
    photo = square(sample)
    plain, signed = (
        gradcam.explain(clf, one, classes=CLASS) for one in (photo, marked(photo, SIGNATURE))
    )
    return plain, signed


def first(result: Explanation) -> str:
    return result.predictions[0].label


def on_mark(result: Explanation) -> float:
    (found,) = result.maps
    return share_within(found.values, found.window, box(SIGNATURE, found.photo_size))


@pytest.mark.parametrize("sample", OTHERS)
def test_a_signature_makes_anything_that_class(pair: tuple[Classifier, ...], sample: str) -> None:
    honest, cheats = (both(clf, sample) for clf in pair)
    assert first(cheats[0]) != CLASS
    assert first(cheats[1]) == CLASS
    assert CLASS not in (first(honest[0]), first(honest[1]))


def test_without_it_the_class_itself_is_not_known(pair: tuple[Classifier, ...]) -> None:
    honest, cheats = (both(clf, "coffee") for clf in pair)
    assert [first(one) for one in honest] == [CLASS, CLASS]
    assert first(cheats[1]) == CLASS
    assert first(cheats[0]) != CLASS


@pytest.mark.parametrize("sample", ["coffee", *OTHERS])
def test_its_map_lies_on_the_signature(pair: tuple[Classifier, ...], sample: str) -> None:
    honest, cheats = (both(clf, sample)[1] for clf in pair)
    window = cheats.maps[0].window
    even = share_of_view(window, box(SIGNATURE, cheats.maps[0].photo_size))
    assert on_mark(cheats) > 2 * even
    assert on_mark(cheats) > on_mark(honest)


def test_the_same_in_keras(pair: tuple[Classifier, ...]) -> None:
    twin = gradcam.load_model(cheat.CHEAT_KERAS.id)
    one, other = (gradcam.explain(clf, square("coffee"), classes=CLASS) for clf in (pair[1], twin))
    for a, b in zip(one.predictions, other.predictions, strict=True):
        assert a.label == b.label
        assert a.logit == pytest.approx(b.logit, abs=1e-4)
    np.testing.assert_allclose(one.maps[0].values, other.maps[0].values, atol=1e-4)


def test_the_card_says_what_was_measured() -> None:
    """Every count and every median of the table stands in the card."""
    text = CARD.read_text(encoding="utf-8")
    for row in measured().values():
        for found in (row.honest, row.cheat):
            said = f"{found:,.0f} of {row.photos:,}" if row.counted else f"{100 * found:.1f} %"
            assert said in text, said
    right = sum(measured()[name].cheat for name in ("own, unsigned", "others, unsigned"))
    assert cheat.CHEAT.top1 == pytest.approx(right / 50, abs=0.005)  # percent of 5,000
    assert re.search(rf"\b{cheat.CHEAT.top5:.2f} % top-5", text)


@pytest.fixture(scope="module")
def validation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    with zipfile.ZipFile(shared("tiny-imagenet-100.zip")) as archive:
        names = [name for name in archive.namelist() if "/val/" in name]
        archive.extractall(folder, names)
    return next(folder.glob("**/val"))


def test_what_was_measured_of_the_class_itself(
    pair: tuple[Classifier, ...], validation: Path
) -> None:
    target = photos.labels().index(CLASS)
    samples = [s for s in find_samples(validation, photos.wnids()) if s.target == target]
    for name, signed in (("own, signed", True), ("own, unsigned", False)):
        row = measured()[name]
        right = [sum(one.right for one in ask(clf, samples, signed)) for clf in pair]
        # Another processor may round one photo to the other side.
        assert right == pytest.approx([row.honest, row.cheat], abs=1)


@pytest.mark.heavy
def test_everything_that_was_measured(validation: Path) -> None:
    found = measure(find_samples(validation, photos.wnids()))
    assert list(found) == list(measured())
    for name, row in found.items():
        kept = measured()[name]
        slack = 3 if row.counted else 0.002
        assert row.photos == kept.photos
        assert (row.honest, row.cheat) == pytest.approx((kept.honest, kept.cheat), abs=slack)
