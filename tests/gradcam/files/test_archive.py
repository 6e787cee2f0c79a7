"""Saving several explanations as one ZIP."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam import files


def opened(data: bytes) -> zipfile.ZipFile:
    file = zipfile.ZipFile(io.BytesIO(data))
    assert file.testzip() is None
    return file


def test_it_contains_what_save_writes(result, tmp_path) -> None:
    file = opened(
        files.archive([result, result], ["cat.jpg", "cat.jpg"], look=gradcam.Look(colormap="magma"))
    )
    written = result.save(tmp_path, gradcam.Look(colormap="magma"))
    assert file.namelist() == [
        f"{n}/{p.name}" for n in ("00-cat_jpg", "01-cat_jpg") for p in written
    ]
    for path in written:
        assert file.read(f"01-cat_jpg/{path.name}") == path.read_bytes()


def test_one_explanation_is_a_zip_too(result, tmp_path) -> None:
    opened(result.to_zip()).extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    assert folder.name == f"00-{result.photo_digest[:12]}"
    assert gradcam.load_explanation(folder, result.photo).predictions == result.predictions


def test_equal_input_gives_equal_bytes(result, monkeypatch) -> None:
    first = files.archive([result])
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert files.archive([result]) == first


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/abs", "C:\\x", "CON", "", "..", "a\0b", "猫"]
)
def test_names_cannot_leave_the_folder(result, name) -> None:
    for member in opened(files.archive([result, result], [name, name])).namelist():
        folder, file = member.split("/")
        assert folder[:3] in ("00-", "01-")
        assert folder[3:].isidentifier()
        assert "\\" not in file


def test_a_shared_scale_spans_all_photos(make) -> None:
    """Peaks 1 and 4 in two photos: the first is drawn at a quarter."""
    file = opened(
        files.archive([make([1.0]), make([4.0])], ["a", "b"], look=gradcam.Look(scale="shared"))
    )
    greys = [n for n in file.namelist() if n.endswith("-grey.png")]
    levels = [np.asarray(Image.open(io.BytesIO(file.read(n)))).max() for n in greys]
    assert levels == [64, 255]


def test_no_explanations_and_no_maps(result) -> None:
    assert opened(files.archive([])).namelist() == []
    file = opened(replace(result, maps=()).to_zip(gradcam.Look(scale="shared")))
    assert [name.split("/")[1] for name in file.namelist()] == ["maps.npz", "manifest.json"]


def test_names_must_be_one_per_photo(result) -> None:
    with pytest.raises(gradcam.GradcamError, match="1 names were given for 2 photos"):
        files.archive([result, result], ["a"])
