"""Real ImageNet weights on real photos: correct predictions, and different maps per class."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import gradcam
from tests.shared import shared


@pytest.fixture
def squeezenet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_published: None):  # noqa: ARG001
    """SqueezeNet loaded from torchvision's cache, under the file name torchvision gives it."""
    checkpoints = tmp_path / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    shutil.copy(shared("squeezenet1_1-imagenet.pth"), checkpoints / "squeezenet1_1-b8a52dc0.pth")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.delenv("GRADCAM_CACHE", raising=False)
    return gradcam.load_model("torchvision/squeezenet1_1")


def test_most_of_the_twelve_photos_are_classified_correctly(squeezenet) -> None:
    photos = sorted(shared("imagenet-samples").glob("*.JPEG"))
    assert len(photos) == 12
    first = second = 0
    for photo in photos:
        wanted = photo.stem.split("_", 1)[1].replace("_", " ")
        labels = [p.label for p in gradcam.explain(squeezenet, photo, top_k=1).predictions]
        first += labels[0] == wanted
        second += wanted in labels[:5]
    assert first >= 7
    assert second >= 10


def test_an_absent_class_gives_a_different_map(squeezenet) -> None:
    (photo,) = shared("imagenet-samples").glob("*tabby*")
    tabby, absent = gradcam.explain(squeezenet, photo, classes=["tabby", "espresso"]).maps
    assert tabby.prediction.logit > absent.prediction.logit + 5
    assert np.abs(tabby.heat() - absent.heat()).mean() > 0.05


def test_a_batch_gives_the_same_as_each_photo_alone(squeezenet) -> None:
    photos = sorted(shared("imagenet-samples").glob("*.JPEG"))[:4]
    for photo, result in zip(photos, gradcam.explain_batch(squeezenet, photos), strict=True):
        alone = gradcam.explain(squeezenet, photo)
        assert [m.prediction.label for m in result.maps] == [m.prediction.label for m in alone.maps]
        for a, b in zip(result.maps, alone.maps, strict=True):
            np.testing.assert_allclose(a.heat(), b.heat(), atol=1e-4)
