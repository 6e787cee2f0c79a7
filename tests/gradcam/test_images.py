"""Any file people may drop in becomes a photo or one clear error."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from gradcam.errors import ImageError
from gradcam.images import Opened, read_image, shrink

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


@pytest.mark.parametrize("shape", [(1001, 703), (517, 2000), (77, 5000), (600, 800), (40, 40)])
@pytest.mark.parametrize("longest", [64, 320])
def test_a_photo_made_smaller_strip_by_strip_is_as_pillow_makes_it(
    shape: tuple[int, int], longest: int
) -> None:
    photo = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    found = shrink(photo, longest)
    size = found.shape[1], found.shape[0]
    assert max(size) == min(longest, max(shape))
    usual = Image.fromarray(photo).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    np.testing.assert_array_equal(found, np.asarray(usual))
