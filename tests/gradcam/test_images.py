"""Any file people may drop in becomes a photo or one clear error."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from gradcam.errors import ImageError
from gradcam.images import Opened, read_image

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
