"""A single file as bytes is identical to the file that `save` writes."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam import GradcamError, files, load_explanation
from gradcam.drawing import render
from gradcam.files import Look


@pytest.mark.parametrize("kind", ["overlay", "colormap", "grey", "grey16"])
@pytest.mark.parametrize("scale", ["each", "shared"])
def test_a_picture_equals_the_saved_one(result, tmp_path, kind, scale) -> None:
    result.save(tmp_path, Look("magma", scale=scale))
    look = Look("magma", scale=scale)
    for n in range(len(result.maps)):
        file = tmp_path / f"{files.map_name(result, n)}-{kind}.png"
        assert files.png_bytes(result, n, kind, look) == file.read_bytes()


def test_numbers_and_manifest_equal_the_saved_ones(result, tmp_path) -> None:
    result.save(tmp_path)
    assert files.npz_bytes(result) == (tmp_path / files.NUMBERS).read_bytes()
    loaded = load_explanation(files.npz_bytes(result), result.photo)
    for ours, theirs in zip(loaded.maps, result.maps, strict=True):
        np.testing.assert_array_equal(ours.values, theirs.values)
    assert files.manifest_bytes(result).startswith(b'{\n  "format"')


def test_a_given_scale_is_used_and_recorded(make) -> None:
    """A peak of 2 is drawn as a quarter of 8."""
    data = files.png_bytes(make([0.0, 2.0]), 0, "grey", scale=8.0)
    assert files.read_facts(data)["map"]["scale"] == 8.0
    assert render.grey(make([0.0, 2.0]).maps[0], scale=8.0).getpixel((19, 0)) == 64


def test_an_unknown_map_or_kind_is_refused(make) -> None:
    with pytest.raises(GradcamError, match="no map 1"):
        files.png_bytes(make([0.0, 2.0]), 1, "grey")
    with pytest.raises(GradcamError, match="'gray' is not a kind"):
        files.png_bytes(make([0.0, 2.0]), 0, "gray")
