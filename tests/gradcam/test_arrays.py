"""Arrays, tensors and lists as pictures: the same pixels from each, and no guessing."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gradcam.errors import GradcamError, ImageError, NonFiniteError
from gradcam.images import open_image, read_image, several_images

PHOTO = np.random.default_rng(0).integers(0, 256, (10, 20, 3), np.uint8)

FORMS: dict[str, Callable[[], Any]] = {
    "int64": lambda: PHOTO.astype(np.int64),
    "uint16": lambda: PHOTO.astype(np.uint16),
    "floats": lambda: (PHOTO / 255).astype(np.float32),
    "half floats": lambda: (PHOTO / 255).astype(np.float16),
    "channels first": lambda: PHOTO.transpose(2, 0, 1),
    "channels first, floats": lambda: PHOTO.transpose(2, 0, 1) / 255,
    "a batch of one": lambda: PHOTO[None],
    "a batch of one, channels first": lambda: PHOTO.transpose(2, 0, 1)[None],
    "nested lists": lambda: PHOTO.tolist(),
    "a list of rows": lambda: list(PHOTO),
    "a read-only view": lambda: np.broadcast_to(PHOTO[None], (1, *PHOTO.shape))[0],
}


@pytest.mark.parametrize("form", FORMS)
def test_an_array_in_any_form_gives_the_same_pixels(form: str) -> None:
    np.testing.assert_array_equal(read_image(FORMS[form]()), PHOTO)


def test_torch_tensors() -> None:
    torch = pytest.importorskip("torch")
    first = torch.from_numpy(PHOTO.transpose(2, 0, 1).copy())
    for tensor in (
        first,
        first[None],
        first.permute(1, 2, 0),
        (first / 255).requires_grad_(),
        first.double() / 255,
        [row for row in first.permute(1, 2, 0)],  # noqa: C416 - a list of tensors
    ):
        np.testing.assert_array_equal(read_image(tensor), PHOTO)
    for empty in (first.to("meta"), first[0].to_sparse()):
        with pytest.raises(ImageError, match="This Tensor has no pixel values"):
            read_image(empty)
    low = read_image((first / 255).to(torch.bfloat16)).astype(int)
    assert np.abs(low - PHOTO).max() <= 1


def test_tensorflow_tensors() -> None:
    tf = pytest.importorskip("tensorflow")
    for tensor in (tf.constant(PHOTO), tf.constant(PHOTO)[None], tf.constant(PHOTO / 255)):
        np.testing.assert_array_equal(read_image(tensor), PHOTO)


def test_masks_and_grey() -> None:
    mask = np.zeros((10, 20), bool)
    mask[:, 5:] = True
    pixels = read_image(mask)
    assert (pixels[:, :5] == 0).all()
    assert (pixels[:, 5:] == 255).all()
    for grey in (PHOTO[..., 0], PHOTO[..., :1], PHOTO[..., 0][None], PHOTO[..., :1][None]):
        np.testing.assert_array_equal(read_image(grey)[..., 2], PHOTO[..., 0])


def test_channels_first_are_noted() -> None:
    assert open_image(PHOTO).notes == ()
    assert "read as (channels, height, width)" in open_image(PHOTO.transpose(2, 0, 1)).notes[0]


def test_open_files_are_read_from_their_beginning(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(PHOTO).save(buffer, "PNG")  # the position is now at its end
    np.testing.assert_array_equal(read_image(buffer), PHOTO)
    for data in (bytearray(buffer.getvalue()), memoryview(buffer.getvalue())):
        np.testing.assert_array_equal(read_image(data), PHOTO)
    path = tmp_path / "photo.png"
    path.write_bytes(buffer.getvalue())
    with path.open("rb") as file:
        np.testing.assert_array_equal(read_image(file), PHOTO)
    with path.open(encoding="latin-1") as file, pytest.raises(ImageError, match="open as text"):
        read_image(file)  # type: ignore[arg-type]


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "floats to 255": (lambda: PHOTO * 1.0, "Divide it by 255, or convert it to uint8, first."),
    "normalised": (lambda: PHOTO / 127.5 - 1, "It looks normalised: pass the photo itself"),
    "16 bits": (lambda: PHOTO.astype(np.uint16) * 257, "16 bits are divided by 257."),
    "negative": (lambda: PHOTO.astype(int) - 1, "run from -1 to"),
    "a batch": (lambda: np.stack([PHOTO, PHOTO]), "(2, 10, 20, 3) holds 2 images, not one."),
    "two channels": (lambda: PHOTO[..., :2], "(10, 20, 2) is not an image."),
    "a list of paths": (lambda: ["a.jpg", "b.jpg"], "A list of 2 is not one image."),
    "a list of one path": (lambda: ["a.jpg"], "Use gradcam.explain_batch"),
    "ragged": (lambda: [[1, 2], [3]], "A list of 2 is not one image."),
    "nothing": (lambda: None, "NoneType is not an image. OpenCV gives None"),
    "a number": (lambda: 3, "int is not an image."),
    "text in an array": (lambda: np.array([["a"]]), "ndarray is not an image."),
    "an address": (lambda: "https://example.com/a.jpg", "Download it first"),
    "a data address": (lambda: "data:image/png;base64,AAAA", "Download it first"),
    "a name too long": (lambda: "a" * 5000, "cannot be read"),
    "a name with a zero": (lambda: "a\0b.jpg", "cannot be read"),
    "an empty array": (lambda: np.zeros((0, 0, 3), np.uint8), "is too small"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_surely_one_image_is_refused(what: str) -> None:
    make, sentence = REFUSED[what]
    with pytest.raises(ImageError) as caught:
        read_image(make())
    assert sentence in str(caught.value)
    assert caught.value.hint


def test_a_folder_is_not_an_image(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"is a folder, not an image\. Pass its files"):
        read_image(tmp_path)
    with pytest.raises(ImageError, match=r"This is a folder, not a list of images"):
        several_images(str(tmp_path))


def test_nan_is_refused() -> None:
    broken = PHOTO / 255
    broken[3, 4, 1] = np.nan
    with pytest.raises(NonFiniteError, match="NaN or infinity"):
        read_image(broken)


def test_several_images_are_a_list_or_a_batch() -> None:
    for images in ([PHOTO], (PHOTO,), np.stack([PHOTO, PHOTO]), iter([PHOTO])):
        assert several_images(images) is images
    for one in ("a.jpg", Path("a.jpg"), b"...", PHOTO, PHOTO[..., 0], open_image(PHOTO),
                Image.fromarray(PHOTO), io.BytesIO(), None, 3, {"a": PHOTO}):  # fmt: skip
        with pytest.raises(GradcamError):
            several_images(one)
