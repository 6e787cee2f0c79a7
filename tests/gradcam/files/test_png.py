"""The saved pictures, and the manifest each one contains."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import gradcam
from gradcam import files
from gradcam.drawing import render


def test_sixteen_bits_by_hand(make, tmp_path) -> None:
    """0, ¼, ½ and 1 of 65535. Grey pictures ignore the threshold: they are for measuring."""
    make([-4.0, 1.0, 2.0, 4.0]).save(tmp_path, gradcam.Look(threshold=0.9, alpha=0.1))
    (file,) = tmp_path.glob("*-grey16.png")
    with Image.open(file) as picture:
        assert picture.mode == "I;16"
        values = np.asarray(picture)[0, [0, 5, 10, 15]]
    np.testing.assert_array_equal(values, [0, 16384, 32768, 65535])


def test_sixteen_bits_of_both_signs_by_hand(make, tmp_path) -> None:
    """-1 becomes 0, 0 the middle, ½ three quarters, and 1 all of 65535."""
    make([-4.0, 0.0, 2.0, 4.0], sign="both").save(tmp_path)
    (file,) = tmp_path.glob("*-grey16.png")
    values = np.asarray(Image.open(file))[0, [0, 5, 10, 15]]
    np.testing.assert_array_equal(values, [0, 32768, 49151, 65535])


@pytest.mark.parametrize("sign", ["for", "both", "abs", "against"])
def test_saved_pictures_equal_rendered_ones(make, tmp_path, sign) -> None:
    explanation = make([-4.0, 1.0, 2.0, 3.0], sign=sign)
    (m,) = explanation.maps
    explanation.save(
        tmp_path, gradcam.Look(colormap="coolwarm", alpha=0.4, threshold=0.3, scale=3.5)
    )
    expected = {
        "overlay": render.overlay(
            explanation.photo, m, colormap="coolwarm", alpha=0.4, threshold=0.3, scale=3.5
        ),
        "colormap": render.heatmap(m, colormap="coolwarm", threshold=0.3, scale=3.5),
        "grey": render.grey(m, scale=3.5),
        "grey16": render.grey16(m, scale=3.5),
    }
    for kind, picture in expected.items():
        (file,) = tmp_path.glob(f"*-{kind}.png")
        np.testing.assert_array_equal(np.asarray(Image.open(file)), np.asarray(picture))


def test_the_text_is_the_manifest_of_its_map(result, tmp_path) -> None:
    written = result.save(tmp_path, gradcam.Look(colormap="magma", scale="shared"))
    facts = files.read_manifest(tmp_path)
    maps = facts.pop("maps")
    for n, kind in enumerate(["overlay", "colormap", "grey", "grey16"] * 2):
        expected = {**facts, "map": maps[n // 4], "picture": kind}
        assert files.read_facts(written[n]) == expected
        assert files.read_facts(written[n].read_bytes()) == expected
    text = Image.open(written[0]).text
    assert text["Description"] == "gradcam of red / ../etc at features of memory/numpy"


def test_labels_may_be_any_text(result, tmp_path) -> None:
    label = "猫 <b>\0\n\ud800"
    named = replace(result.maps[0], prediction=replace(result.maps[0].prediction, label=label))
    written = replace(result, maps=(named,)).save(tmp_path)
    assert files.read_facts(written[0])["map"]["class"]["label"] == label
    loaded = gradcam.load_explanation(tmp_path, result.photo)
    assert loaded.maps[0].prediction.label == "猫 <b>� �"


def png(text: str | None) -> bytes:
    info, file = PngInfo(), io.BytesIO()
    if text is not None:
        info.add_itxt("gradcam", text, zip=True)
    Image.new("L", (8, 8)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def bomb() -> bytes:
    """Return a PNG with 64 MB of text compressed to 64 KB."""
    packed = zlib.compress(b" " * (64 << 20))
    body = b"iTXtgradcam\0\1\0\0\0" + packed
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    plain = png(None)
    return plain[:33] + chunk + plain[33:]


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", png(None), png("{"), png("[" * 100_000), png("[]"), png("NaN"), bomb()],
    ids=["empty", "gif", "silent", "cut", "deep", "list", "nan", "bomb"],
)
def test_other_pictures_are_refused(data) -> None:
    with pytest.raises(gradcam.GradcamError):
        files.read_facts(data)


def test_a_missing_picture_is_named(tmp_path) -> None:
    with pytest.raises(gradcam.GradcamError, match=r"cannot be read"):
        files.read_facts(tmp_path / "none.png")
