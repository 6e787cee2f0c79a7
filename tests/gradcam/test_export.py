"""Files that say what they are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam.backends.numpy import NumpyClassifier


@pytest.fixture
def result() -> gradcam.Explanation:
    clf = NumpyClassifier(np.eye(3), np.eye(3), ["red / ../etc", "green", "blue"], size=8)
    photo = np.zeros((10, 20, 3), np.uint8)
    photo[:, :10, 0] = 200
    return gradcam.explain(clf, photo, classes=[0, 1])


def test_what_is_written(result, tmp_path) -> None:
    written = result.save(tmp_path / "deep" / "out")
    assert all(path.is_file() and path.parent == tmp_path / "deep" / "out" for path in written)
    kinds = sorted(path.name.rsplit("-", 1)[-1] for path in written)
    assert kinds == ["colormap.png"] * 2 + ["grey.png"] * 2 + [
        "manifest.json", "maps.npz", "overlay.png", "overlay.png",
    ]  # fmt: skip
    assert all(Image.open(p).size == (20, 10) for p in written if p.suffix == ".png")


def test_the_numbers_come_back_identical(result, tmp_path) -> None:
    result.save(tmp_path)
    said = json.loads((tmp_path / "manifest.json").read_text())
    with np.load(tmp_path / "maps.npz") as raw:
        for entry, made in zip(said["maps"], result.maps, strict=True):
            np.testing.assert_array_equal(raw[entry["name"]], made.values)
            assert entry["maximum"] == made.peak
    assert said["photo"] == {"sha256": result.photo_digest, "height": 10, "width": 20}
    assert said["model"]["sha256"] == result.model_digest
    assert said["maps"][0]["window"] == {"left": 5, "top": 0, "right": 15, "bottom": 10}
    assert said["maps"][1]["empty"]


@pytest.mark.filterwarnings("error")
def test_an_empty_map_is_saved_without_a_warning(result, tmp_path) -> None:
    """Nothing green in the photo: the overlay is the photo itself, the grey picture black."""
    result.save(tmp_path)
    (overlay,) = tmp_path.glob("01-*-overlay.png")
    np.testing.assert_array_equal(np.asarray(Image.open(overlay)), result.photo)
    (grey,) = tmp_path.glob("01-*-grey.png")
    assert not np.asarray(Image.open(grey)).any()
