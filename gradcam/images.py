"""Reading images: any supported source becomes an upright RGB photo, or one clear error."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from gradcam.arrays import as_array, channels_last, to_8bit
from gradcam.decoding import USE, decode, from_pil, require_size
from gradcam.errors import ImageError
from gradcam.types import Photo

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://|data:", re.IGNORECASE)
_GAP = 3.0  # times the size asked for that a photo is first reduced to, by whole steps
_STRIP = 256  # rows reduced at once
_FILES_OF = 'Pass its files: gradcam.explain_batch(clf, sorted(Path("…").glob("*.jpg"))).'


@dataclass(frozen=True, eq=False, repr=False)
class Opened:
    """A decoded photo. Pass it on in place of its pixels so that they are hashed only once.

    pixels : uint8 (H, W, 3).
    notes : one sentence about each change made while reading.
    """

    pixels: Photo
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Opened photo, {self.size[1]} × {self.size[0]} pixels>"

    @property
    def size(self) -> tuple[int, int]:
        """(H, W)."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of shape and pixels; identifies the photo in caches and files."""
        sha = hashlib.sha256(repr(self.pixels.shape).encode())
        sha.update(np.ascontiguousarray(self.pixels).data)
        return sha.hexdigest()


ImageSource = str | os.PathLike[str] | bytes | IO[bytes] | Image.Image | ArrayLike | Opened


def read_image(source: ImageSource) -> Photo:
    """Read any image as upright 8-bit RGB.

    Parameters
    ----------
    source : path, open binary file, encoded bytes, PIL image, or array. An array, a tensor of any
        framework, or nested lists are (H, W), (H, W, 1|3|4) or (1|3|4, H, W), alone or as a batch
        of one: whole numbers from 0 to 255, floats in [0, 1], or bool.

    Returns
    -------
    uint8 (H, W, 3), with EXIF rotation applied, transparency composited over white, 16 bits
    scaled to 8, CMYK converted, and only the first frame of an animation.

    Raises
    ------
    ImageError : the source is not an image, is several, is empty or truncated, or exceeds the size
        limits. Photos are not fetched from addresses.
    NonFiniteError : an array contains NaN or infinity.
    """
    return open_image(source).pixels


def open_image(source: ImageSource) -> Opened:
    """Read any image as `gradcam.read_image` does, with notes on what was changed.

    Parameters
    ----------
    source : as for `gradcam.read_image`.

    Returns
    -------
    Opened: pixels uint8 (H, W, 3) and notes.

    Raises
    ------
    ImageError, NonFiniteError : for the same reasons as `gradcam.read_image`.
    """
    if isinstance(source, Opened):
        return source
    if isinstance(source, Image.Image):
        return Opened(*from_pil(source))
    if isinstance(source, (str, os.PathLike)):
        return Opened(*decode(_read(source)))
    if isinstance(source, (bytes, bytearray, memoryview)):
        return Opened(*decode(bytes(source)))
    if hasattr(source, "read"):
        return Opened(*decode(_read_file(source)))
    array = as_array(source)
    if array is None:
        raise _not_an_image(source)
    return _from_array(array)


def several_images(images: Any) -> Iterable[Any]:
    """Return what holds several images: any iterable, or an array or tensor (N, …) of them.

    Raises ImageError for a single image, which could be taken for a list of its rows or letters.
    """
    single = (str, bytes, os.PathLike, Image.Image, Opened)
    rank = getattr(images, "ndim", None)
    if isinstance(images, single) or hasattr(images, "read") or (rank is not None and rank < 4):
        folder = isinstance(images, (str, os.PathLike)) and os.path.isdir(images)
        raise ImageError(
            "This is a folder, not a list of images."
            if folder
            else "This is one image, not a list.",
            hint=_FILES_OF if folder else "Pass [image], or use gradcam.explain.",
        )
    if isinstance(images, Mapping) or not isinstance(images, Iterable):
        raise ImageError(
            f"{type(images).__name__} is not a list of images.", hint="Pass the images in a list."
        )
    return images


def shrink(photo: Photo, longest: int) -> Photo:
    """Return the photo with no side longer than `longest` pixels; it is never enlarged."""
    height, width = photo.shape[:2]
    factor = longest / max(height, width)
    if factor >= 1:
        return photo
    size = max(1, round(width * factor)), max(1, round(height * factor))
    # Pillow's own `reducing_gap`, a strip at a time: of the whole it makes a larger copy first.
    across, down = int(width / size[0] / _GAP) or 1, int(height / size[1] / _GAP) or 1
    if across * down > 1:
        rows = max(1, _STRIP // down) * down
        strips = (Image.fromarray(photo[n : n + rows]) for n in range(0, height, rows))
        photo = np.concatenate([np.asarray(one.reduce((across, down))) for one in strips])
    box = (0, 0, width / across, height / down)
    return np.asarray(Image.fromarray(photo).resize(size, Image.Resampling.LANCZOS, box))


def _read(source: str | os.PathLike[str]) -> bytes:
    if isinstance(source, str) and _ADDRESS.match(source):
        raise ImageError(
            f"{source:.60} is an address, and photos are not fetched from the network.",
            hint="Download it first, and pass the file's path or its bytes.",
        )
    path = Path(source)
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        if os.path.isdir(path):
            raise ImageError(
                f"{path.name or path} is a folder, not an image.", hint=_FILES_OF
            ) from error
        reason = getattr(error, "strerror", None) or error
        raise ImageError(
            f"{path.name:.60} cannot be read ({reason}).", hint="Check the path."
        ) from error


def _read_file(file: Any) -> bytes:
    """Read a whole open file, from its beginning where it can be rewound."""
    if getattr(file, "seekable", lambda: False)():
        file.seek(0)
    data = file.read()
    if isinstance(data, str):
        raise ImageError("The file is open as text.", hint='Open it with open(path, "rb").')
    return bytes(data)


def _not_an_image(source: object) -> ImageError:
    if isinstance(source, (list, tuple)):
        return ImageError(
            f"A {type(source).__name__} of {len(source)} is not one image.",
            hint="Use gradcam.explain_batch for several images.",
        )
    hint = "OpenCV gives None for a file that it cannot read." if source is None else USE
    return ImageError(f"{type(source).__name__} is not an image.", hint=hint)


def _from_array(array: NDArray[np.generic]) -> Opened:
    picture, moved = channels_last(array)
    require_size(picture.shape[1], picture.shape[0])
    notes = ("Channels first: the array was read as (channels, height, width).",) if moved else ()
    pixels, _ = from_pil(Image.fromarray(to_8bit(picture)))
    return Opened(pixels, notes)
