"""Reading images: any supported source becomes an upright RGB photo, or one clear error."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from gradcam.errors import ImageError
from gradcam.types import Photo

MAX_PIXELS = 64_000_000
MIN_SIDE = 8
MAX_ASPECT = 40
_USE = "Use a JPEG, PNG, WebP, GIF, BMP or TIFF photo."


@dataclass(frozen=True, eq=False)
class Opened:
    """A decoded photo. Pass it on in place of its pixels so that they are hashed only once.

    pixels : uint8 (H, W, 3).
    notes : one sentence about each change made while reading.
    """

    pixels: Photo
    notes: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of shape and pixels; identifies the photo in caches and files."""
        sha = hashlib.sha256(repr(self.pixels.shape).encode())
        sha.update(np.ascontiguousarray(self.pixels).data)
        return sha.hexdigest()


ImageSource = str | Path | bytes | Image.Image | NDArray[np.generic] | Opened


def read_image(source: ImageSource) -> Photo:
    """Read any image as upright 8-bit RGB.

    Parameters
    ----------
    source : path, encoded bytes, PIL image, or array; an array is (H, W) or (H, W, 1|3|4), of
        uint8 or of floats in [0, 1].

    Returns
    -------
    uint8 (H, W, 3), with EXIF rotation applied, transparency composited over white, 16 bits
    scaled to 8, CMYK converted, and only the first frame of an animation.

    Raises
    ------
    ImageError : the source is not an image, is empty or truncated, or exceeds the size limits.
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
    ImageError : for the same reasons as `gradcam.read_image`.
    """
    if isinstance(source, Opened):
        return source
    if isinstance(source, np.ndarray):
        return Opened(_from_array(source))
    if isinstance(source, Image.Image):
        return _from_pil(source)
    return _from_bytes(source if isinstance(source, bytes) else _read(Path(source)))


def shrink(photo: Photo, longest: int) -> Photo:
    """Return the photo with no side longer than `longest` pixels; it is never enlarged."""
    height, width = photo.shape[:2]
    factor = longest / max(height, width)
    if factor >= 1:
        return photo
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return np.asarray(Image.fromarray(photo).resize(size, Image.Resampling.LANCZOS))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ImageError(
            f"{path.name} cannot be read ({error.strerror or error}).", hint="Check the path."
        ) from error


def _from_bytes(data: bytes) -> Opened:
    if not data:
        raise ImageError("The file is empty (0 bytes).", hint="Choose another file.")
    with warnings.catch_warnings():
        # _check_size enforces our own limit before any pixel is decoded.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data)) as image:
                return _from_pil(image)
        except UnidentifiedImageError as error:
            raise ImageError("This file is not an image.", hint=_USE) from error
        except Image.DecompressionBombError as error:
            raise ImageError("The image is too large.", hint=_limit()) from error
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise ImageError(
                "The image is damaged or truncated.", hint="Save or download it again."
            ) from error


def _from_pil(image: Image.Image) -> Opened:
    _check_size(*image.size)
    notes = []
    if getattr(image, "n_frames", 1) > 1:
        image.seek(0)
        notes.append("Animated image: only the first frame is used.")
    upright = ImageOps.exif_transpose(image)
    return Opened(np.asarray(_to_rgb(upright)), tuple(notes))


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_deep_to_8bit(np.asarray(image))).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _deep_to_8bit(grey: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Scale 16-bit integers from 65535 to 255; stretch anything else to the full range."""
    values = grey.astype(np.float64)
    if np.issubdtype(grey.dtype, np.integer) and values.min() >= 0 and values.max() <= 65535:
        return np.asarray(np.rint(values / 257), np.uint8)
    if not np.isfinite(values).all():
        raise ImageError("The image contains NaN or infinity.", hint=_USE)
    low, high = values.min(), values.max()
    stretched = (values - low) / max(high - low, 1e-12)
    return np.asarray(np.rint(stretched * 255), np.uint8)


def _from_array(array: NDArray[np.generic]) -> Photo:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise ImageError(
            f"An array of shape {array.shape} is not an image.",
            hint="Pass an array of shape (H, W) or (H, W, 1|3|4).",
        )
    _check_size(array.shape[1], array.shape[0])
    if np.issubdtype(array.dtype, np.floating):
        if not np.isfinite(array).all() or array.min() < 0 or array.max() > 1:
            raise ImageError(
                "The values of a float image must lie in [0, 1].", hint="Divide them by 255 first."
            )
        array = np.rint(np.multiply(array, 255)).astype(np.uint8)
    if array.dtype != np.uint8:
        raise ImageError(
            f"An array of {array.dtype} is not an image.", hint="Pass an array of uint8 or floats."
        )
    return np.asarray(_to_rgb(Image.fromarray(array)))


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ImageError(f"The image is too large ({width} × {height} pixels).", hint=_limit())
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise ImageError(
            f"The image is too narrow ({width} × {height} pixels).",
            hint=f"Crop it first: one side may be at most {MAX_ASPECT} times the other.",
        )
    if min(width, height) < MIN_SIDE:
        raise ImageError(
            f"The image is too small ({width} × {height} pixels).",
            hint=f"Use an image with at least {MIN_SIDE} pixels on each side.",
        )


def _limit() -> str:
    return f"Shrink it first: the limit is {MAX_PIXELS // 1_000_000} megapixels."
