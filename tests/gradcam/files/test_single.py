"""One file by itself is the very file that `save` writes."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam import GradcamError, files, load_explanation
from gradcam.drawing import render
from gradcam.files import Look


@pytest.mark.parametrize("kind", ["overlay", "colormap", "grey", "grey16"])
@pytest.mark.parametrize("scale", ["each", "shared"])
def test_a_picture_is_the_saved_one(result, tmp_path, kind, scale) -> None:
    result.save(tmp_path, Look("magma", scale=scale))
    look = Look("magma", scale=scale)
    for n in range(len(result.maps)):
        file = tmp_path / f"{files.map_name(result, n)}-{kind}.png"
        assert files.png(result, n, kind, look) == file.read_bytes()


def test_numbers_and_manifest_are_the_saved_ones(result, tmp_path) -> None:
    result.save(tmp_path)
    assert files.npz(result) == (tmp_path / files.NUMBERS).read_bytes()
    loaded = load_explanation(files.npz(result), result.photo)
    for ours, theirs in zip(loaded.maps, result.maps, strict=True):
        np.testing.assert_array_equal(ours.values, theirs.values)
    assert files.manifest_json(result).startswith(b'{\n  "format"')


def test_a_scale_from_elsewhere_is_said(make) -> None:
    """Peak 2, drawn as a quarter of 8."""
    data = files.png(make([0.0, 2.0]), 0, "grey", scale=8.0)
    assert files.read_facts(data)["map"]["scale"] == 8.0
    assert render.grey(make([0.0, 2.0]).maps[0], scale=8.0).getpixel((19, 0)) == 64


def test_what_is_not_there_is_named(make) -> None:
    with pytest.raises(GradcamError, match="no map 1"):
        files.png(make([0.0, 2.0]), 1, "grey")
    with pytest.raises(GradcamError, match="'gray' is not a kind"):
        files.png(make([0.0, 2.0]), 0, "gray")
