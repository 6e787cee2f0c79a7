"""Hundreds of photos: the same answers as one by one, little kept of each, none lost to another."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam import Request
from gradcam.answer import answer
from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import CancelledError, GradcamError, ImageError, LayerError
from gradcam.many import SIDE, Glimpse, glimpses
from gradcam.memory import give_back
from gradcam.prepared import prepare
from gradcam.watch import Watch

PHOTOS = [
    np.random.default_rng(n).integers(0, 256, (400 + 40 * n, 700 - 30 * n, 3), np.uint8)
    for n in range(11)
]
REQUEST = Request(top_k=1)


@pytest.fixture
def clf() -> NumpyClassifier:
    rng = np.random.default_rng(1)
    return NumpyClassifier(rng.normal(size=(4, 3)), rng.normal(size=(5, 4)), size=8)


def given(photos: list[np.ndarray]) -> list[Callable[[], np.ndarray]]:
    return [lambda photo=photo: photo for photo in photos]


def test_a_glimpse_is_the_answer_without_the_photo(clf: NumpyClassifier) -> None:
    found = list(glimpses(clf, given(PHOTOS), REQUEST))
    for photo, one in zip(PHOTOS, found, strict=True):
        assert isinstance(one, Glimpse)
        whole = gradcam.explain(clf, photo, top_k=1)
        assert [p.index for p in one.predictions] == [p.index for p in whole.predictions]
        assert one.map.prediction.index == whole.maps[0].prediction.index
        np.testing.assert_allclose(one.map.values, whole.maps[0].values, rtol=1e-5, atol=1e-6)
        assert one.map.window == whole.maps[0].window
        assert one.map.photo_size == photo.shape[:2]
        small = Image.open(io.BytesIO(one.jpeg))
        assert max(small.size) == SIDE
        assert small.width / small.height == pytest.approx(
            photo.shape[1] / photo.shape[0], rel=0.01
        )
        assert one.map.values.base is None  # no view that keeps a batch


def test_a_prepared_photo_is_the_same_photo(clf: NumpyClassifier) -> None:
    (plain,) = answer(clf, [PHOTOS[0]], REQUEST)
    (small,) = answer(clf, [prepare(clf, PHOTOS[0], "crop").small(20)], REQUEST)
    assert plain == small  # all but the photo itself
    assert small.photo.shape[:2] != small.photo_size == PHOTOS[0].shape[:2]


def test_bad_photos_cost_only_themselves(clf: NumpyClassifier) -> None:
    def broken() -> bytes:
        raise RuntimeError("not an error of ours")

    reads = [*given(PHOTOS[:3]), lambda: b"just text", *given(PHOTOS[:7]), broken]
    found = list(glimpses(clf, reads, REQUEST))
    assert [isinstance(one, Glimpse) for one in found] == [*[True] * 3, False, *[True] * 7, False]
    assert isinstance(found[3], ImageError)
    assert isinstance(found[-1], GradcamError)
    assert isinstance(found[-1].__cause__, RuntimeError)


def test_photos_are_read_when_they_are_nearly_due(clf: NumpyClassifier) -> None:
    read = 0

    def one() -> np.ndarray:
        nonlocal read
        read += 1
        return PHOTOS[0]

    found = glimpses(clf, [one] * 100, REQUEST)
    for _ in range(3):
        next(found)
    assert read <= 2 * 8 + 1  # this batch, and the next
    found.close()


def test_what_is_wrong_with_all_is_raised(clf: NumpyClassifier) -> None:
    with pytest.raises(LayerError):
        next(glimpses(clf, given(PHOTOS), Request(("no.such",), top_k=1)))


def test_it_can_be_cancelled_between_batches(clf: NumpyClassifier) -> None:
    done: list[object] = []
    watch = Watch(cancelled=lambda: len(done) >= 8)
    with pytest.raises(CancelledError):
        done.extend(glimpses(clf, given(PHOTOS * 4), REQUEST, watch))
    assert len(done) == 8


@pytest.mark.parametrize("count", [40, pytest.param(200, marks=pytest.mark.heavy)])
def test_memory_does_not_grow_with_the_photos(clf: NumpyClassifier, count: int) -> None:
    """12-megapixel photos of 36 MB: a few at a time, whatever their number."""
    most = resident()

    def photo() -> np.ndarray:
        return np.full((3000, 4000, 3), 128, np.uint8)

    before, kept = resident(), []
    for one in glimpses(clf, [photo] * count, REQUEST):
        kept.append(one)
        most = max(most, resident())
    assert all(isinstance(one, Glimpse) for one in kept)
    assert most - before < 600
    give_back()  # as the server does: what the C library still holds of freed photos is not kept
    assert resident() - before < 200


def resident() -> int:
    """Return this process's memory in MB."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        pytest.skip("needs Linux's /proc")
    return int(statm.read_text().split()[1]) * 4096 // 1_000_000
