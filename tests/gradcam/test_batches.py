"""Many photos at once: bounded in memory, equal in result, told and cancelled over the whole."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import gradcam
from gradcam import batches
from gradcam.answer import resolve
from gradcam.backends.numpy import NumpyClassifier
from gradcam.batches import bytes_per_photo, chunks, photos_at_once
from gradcam.errors import CancelledError, ImageError
from gradcam.request import Request

PHOTOS = list(np.random.default_rng(0).integers(0, 256, (7, 10, 12, 3), np.uint8))


@pytest.fixture
def clf() -> NumpyClassifier:
    rng = np.random.default_rng(1)
    return NumpyClassifier(rng.normal(size=(4, 3)), rng.normal(size=(5, 4)), size=8)


def small(monkeypatch: pytest.MonkeyPatch, clf: NumpyClassifier, photos: int) -> None:
    """Let only this many photos through at once."""
    each = bytes_per_photo(clf, resolve(Request(), clf))
    monkeypatch.setattr(batches, "MAX_BYTES", photos * each)


def require_same(
    results: tuple[gradcam.Explanation, ...], others: tuple[gradcam.Explanation, ...]
) -> None:
    """Equal to rounding: a matrix product depends on its size in the last bit."""
    for one, other in zip(results, others, strict=True):
        assert one.photo_digest == other.photo_digest
        for a, b in zip(one, other, strict=True):
            assert (a.prediction.index, a.layer) == (b.prediction.index, b.layer)
            assert a.prediction.logit == pytest.approx(b.prediction.logit, abs=1e-5)
            np.testing.assert_allclose(a.values, b.values, rtol=1e-5, atol=1e-6)


def test_bytes_by_hand(clf: NumpyClassifier) -> None:
    """Both layers have 4·8·8 = 256 numbers. "features" is the last, so one output is kept.

    6·64 of input, 3·256 in the forward pass, 256 kept; per class 2·256 and 4·256: for two classes
    384 + 768 + 256 + 2·1536 = 4480 numbers.
    """
    assert bytes_per_photo(clf, resolve(Request(top_k=2), clf)) == 4 * 4480
    # "mix" comes first: both outputs are kept.
    assert bytes_per_photo(clf, resolve(Request(layers=("mix",), top_k=2), clf)) == 4 * 4736
    # A contrast with 1 rival takes the gradients of 2 more classes: 2·1536 numbers.
    finer = Request(method="finercam", parameters={"nearest": 1}, classes=(0, 1))
    assert bytes_per_photo(clf, resolve(finer, clf)) == 4 * (4480 + 2 * 1536)


def test_one_photo_always_fits(clf: NumpyClassifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MAX_BYTES", 1)
    assert photos_at_once(clf, resolve(Request(), clf)) == 1


def test_chunks_take_items_when_they_are_due() -> None:
    taken: list[int] = []

    def source() -> Iterator[int]:
        for n in range(5):
            taken.append(n)
            yield n

    parts = chunks(source(), 2)
    assert next(parts) == [0, 1]
    assert taken == [0, 1]
    assert list(parts) == [[2, 3], [4]]


@pytest.mark.parametrize("method", ["gradcam", "finercam", "scorecam", "eigencam"])
@pytest.mark.parametrize("augment", [False, True])
def test_batches_do_not_change_the_result(
    clf: NumpyClassifier, monkeypatch: pytest.MonkeyPatch, method: str, augment: bool
) -> None:
    together = gradcam.explain_batch(clf, PHOTOS, method=method, augment=augment)
    small(monkeypatch, clf, 3)
    clf.forwards = 0
    for photos in (PHOTOS, iter(PHOTOS), np.stack(PHOTOS)):
        require_same(gradcam.explain_batch(clf, photos, method=method, augment=augment), together)


def test_three_batches_are_three_forward_passes(
    clf: NumpyClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch, clf, 3)
    gradcam.explain_batch(clf, PHOTOS)
    assert clf.forwards == 3


def test_batches_do_not_change_the_result_of_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    nn = torch.nn
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5),
    )  # fmt: skip
    clf = gradcam.wrap(net, preprocessing=gradcam.Preprocessing(10, (10, 10)))
    together = gradcam.explain_batch(clf, PHOTOS, layer=["0", "3"])
    monkeypatch.setattr(batches, "MAX_BYTES", 1)
    alone = gradcam.explain_batch(clf, PHOTOS, layer=["0", "3"])
    require_same(alone, together)


def test_photos_are_opened_and_results_given_a_batch_at_a_time(
    clf: NumpyClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch, clf, 2)
    taken: list[int] = []

    def source() -> Iterator[np.ndarray]:
        for n, photo in enumerate(PHOTOS):
            taken.append(n)
            yield photo

    results = gradcam.explain_each(clf, source())
    assert taken == []
    next(results)
    assert taken == [0, 1]
    assert len(list(results)) == 6


def test_unknown_names_are_refused_before_the_first_photo(clf: NumpyClassifier) -> None:
    with pytest.raises(gradcam.LayerError):
        gradcam.explain_each(clf, iter(PHOTOS), layer="nowhere")


def test_a_bad_photo_is_named(clf: NumpyClassifier) -> None:
    with pytest.raises(ImageError, match=r"Image 2 \(from 0\): none\.png cannot be read"):
        gradcam.explain_batch(clf, [*PHOTOS[:2], "none.png"])


@pytest.mark.parametrize("method", ["gradcam", "scorecam"])
def test_progress_is_over_the_whole(
    clf: NumpyClassifier, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Seven photos in batches of three, three and one; Score-CAM tries four channels of each."""
    small(monkeypatch, clf, 3)
    told: list[tuple[int, int]] = []
    gradcam.explain_batch(
        clf, PHOTOS, method=method, progress=lambda done, of: told.append((done, of))
    )
    done, totals = zip(*told, strict=True)
    steps = 7 if method == "gradcam" else 28
    assert set(totals) == {steps}
    assert list(done) == sorted(done)
    assert (done[0], done[-1]) == (0, steps)


def test_it_can_be_cancelled_between_batches(
    clf: NumpyClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch, clf, 2)
    found: list[gradcam.Explanation] = []
    results = gradcam.explain_each(clf, PHOTOS, cancelled=lambda: len(found) >= 2)
    found += [next(results), next(results)]
    with pytest.raises(CancelledError):
        next(results)
    assert len(found) == 2
    assert clf.forwards == 1


def test_the_last_photo_of_a_batch_is_not_kept(
    clf: NumpyClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only single photos are asked about twice."""
    small(monkeypatch, clf, 1)
    gradcam.explain_batch(clf, PHOTOS[:2])
    gradcam.explain(clf, PHOTOS[1])
    assert clf.forwards == 3
