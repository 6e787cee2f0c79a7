"""Any file people may drop in becomes a photo or one clear error."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from gradcam import images
from gradcam.errors import ImageError
from gradcam.images import Opened, open_image, read_image

RED = np.zeros((10, 20, 3), np.uint8)
RED[..., 0] = 200


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def test_a_path_bytes_an_image_and_an_array_give_the_same_pixels(tmp_path) -> None:
    (tmp_path / "red.png").write_bytes(encoded(Image.fromarray(RED)))
    for source in (
        tmp_path / "red.png",
        str(tmp_path / "red.png"),
        encoded(Image.fromarray(RED)),
        Image.fromarray(RED),
        RED,
        RED / 255,
    ):
        np.testing.assert_array_equal(read_image(source), RED)


def test_exif_rotation_is_applied() -> None:
    """Orientation 6 means: turn 90° clockwise, so the left column becomes the top row."""
    tall = RED.copy()
    tall[:, 0] = 255
    exif = Image.Exif()
    exif[274] = 6
    upright = read_image(encoded(Image.fromarray(tall), exif=exif))
    assert upright.shape == (20, 10, 3)
    assert (upright[0] == 255).all()


def test_transparency_is_composited_over_white() -> None:
    clear = np.dstack([RED, np.full((10, 20), 0, np.uint8)])
    assert (read_image(clear) == 255).all()
    half = np.dstack([RED, np.full((10, 20), 128, np.uint8)])
    np.testing.assert_allclose(read_image(half)[0, 0], [227, 127, 127], atol=1)


def test_palette_transparency_is_composited_too() -> None:
    palette = Image.fromarray(RED).quantize(2)
    index = palette.getpixel((0, 0))
    assert (read_image(encoded(palette, transparency=index)) == 255).all()


def test_sixteen_bits_keep_their_brightness() -> None:
    """A quarter of 65,535 is a quarter of 255."""
    grey = np.full((10, 10), 65535 // 4, np.uint16)
    assert (read_image(encoded(Image.fromarray(grey))) == 64).all()


def test_cmyk_and_grey_become_rgb() -> None:
    cmyk = encoded(Image.fromarray(RED).convert("CMYK"), "JPEG", quality=95)
    np.testing.assert_allclose(read_image(cmyk)[5, 5], [200, 0, 0], atol=6)
    grey = read_image(encoded(Image.new("L", (10, 10), 77)))
    assert (grey == 77).all()
    assert grey.shape == (10, 10, 3)


def test_only_the_first_frame_of_an_animation_is_used_with_a_note() -> None:
    frames = [Image.new("RGB", (10, 10), c) for c in ("red", "blue")]
    opened = open_image(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    np.testing.assert_array_equal(opened.pixels[0, 0], [255, 0, 0])
    assert opened.notes == ("Animated image: only the first frame is used.",)


def _truncated() -> bytes:
    photo = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    return encoded(Image.fromarray(photo), "JPEG")[:1500]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: b"", "The file is empty (0 bytes)."),
        (lambda: b"dear diary", "This file is not an image."),
        (lambda: b"\x89PNG\r\n\x1a\n and then text", "This file is not an image."),
        (_truncated, "The image is damaged or truncated."),
        (lambda: encoded(Image.new("RGB", (1, 1))), "The image is too small (1 × 1 pixels)."),
        (lambda: encoded(Image.new("L", (8, 900))), "The image is too narrow (8 × 900 pixels)."),
    ],
    ids=["empty", "text", "png in name only", "truncated", "one pixel", "sliver"],
)
def test_bad_files_give_one_clear_sentence(make: Callable[[], bytes], sentence: str) -> None:
    with pytest.raises(ImageError) as caught:
        read_image(make())
    assert caught.value.message == sentence
    assert caught.value.hint


def test_too_large_is_refused_before_a_pixel_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(Image.new("L", (200, 100)))
    monkeypatch.setattr(images, "MAX_PIXELS", 10_000)
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("decoded"))
    with pytest.raises(ImageError, match="too large"):
        read_image(data)


def test_a_missing_file(tmp_path) -> None:
    with pytest.raises(ImageError, match=r"none\.png cannot be read"):
        read_image(tmp_path / "none.png")


@pytest.mark.parametrize("bad", [np.zeros((10, 10, 2)), np.zeros(100), np.full((10, 10), 2.0)])
def test_arrays_that_are_not_images(bad: np.ndarray) -> None:
    with pytest.raises(ImageError):
        read_image(bad)


def test_the_digest_depends_on_shape_and_pixels() -> None:
    assert Opened(RED).digest == Opened(RED.copy()).digest
    assert Opened(RED).digest != Opened(RED.reshape(20, 10, 3)).digest
    changed = RED.copy()
    changed[0, 0, 0] += 1
    assert Opened(RED).digest != Opened(changed).digest
