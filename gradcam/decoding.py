"""Decoding image files: encoded bytes become upright RGB pixels within limits, or one ImageError.

A file of a few hundred bytes may claim any number of pixels, and Pillow knows forty formats, one of
which starts another program. So only the formats that people keep photos in are opened, sizes are
checked before a pixel is decoded, and colours are converted a strip at a time.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from gradcam.errors import GradcamError, ImageError, NonFiniteError
from gradcam.types import Photo

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
USE = "Use a JPEG, PNG, WebP, GIF, BMP or TIFF photo."
MAX_PIXELS = 64_000_000
MAX_JPEG_PIXELS = 160_000_000  # of those that can be decoded at a half of their size
MAX_WEBP_PIXELS = 24_000_000  # whose decoder holds each pixel five times over
MIN_SIDE = 8
MAX_ASPECT = 40
_MAX_SCANS = 24  # passes over the most pixels; cameras and editors write ten
_GIANT = MAX_PIXELS // 2  # pixels, from where on images are decoded one at a time
_STRIP = 1_000_000  # pixels converted at once
_NOT_DECODED = "EXIF data that cannot be read was ignored, so the photo may lie on its side."
_giants = Lock()


def decode(data: bytes) -> tuple[Photo, tuple[str, ...]]:
    """Decode an image file.

    A JPEG of more than 64 megapixels is decoded at a half, a quarter or an eighth of its size.

    Parameters
    ----------
    data : a file in one of `FORMATS`; its name plays no part.

    Returns
    -------
    uint8 (H, W, 3), as `gradcam.read_image` has it, and a sentence about each change.

    Raises
    ------
    ImageError : whatever is wrong with the file.
    NonFiniteError : a TIFF of floats contains NaN or infinity.
    """
    if not data:
        raise ImageError("The file is empty (0 bytes).", hint="Choose another file.")
    with _one_error(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow's own limit, below ours, and of odd metadata
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _require_few_scans(image, data)
            return _decoded(image)


def claimed_pixels(data: bytes) -> int:
    """Return how many pixels a file says that it has, without decoding it; 0 if it is no image."""
    with suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return image.width * image.height
    return 0


def limit_pixels(most: int) -> None:
    """Set how many pixels a photo may have in this process, such as an operator's server.

    A JPEG may have more, if it can be decoded at a fraction of its size.
    """
    global MAX_PIXELS
    MAX_PIXELS = most


def from_pil(image: Image.Image) -> tuple[Photo, tuple[str, ...]]:
    """Return the pixels of a PIL image, decoded or not, as `decode` does of a file."""
    with _one_error():
        return _decoded(image)


def require_size(width: int, height: int, most: int | None = None) -> None:
    """Raise ImageError unless width × height pixels, by default 64 million at most, will do."""
    most = MAX_PIXELS if most is None else most
    if width * height > most:
        raise ImageError(
            f"The image is too large ({width} × {height} pixels).",
            hint=_limit(most),
        )
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


def _limit(pixels: int) -> str:
    return f"Shrink it first: the limit is {pixels // 1_000_000} megapixels."


@contextmanager
def _one_error() -> Iterator[None]:
    try:
        yield
    except GradcamError:
        raise
    except UnidentifiedImageError as error:
        raise ImageError("This file is not an image.", hint=USE) from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise ImageError("The image is too large.", hint=_limit(MAX_PIXELS)) from error
    except Exception as error:
        # Pillow's decoders raise whatever their parts do for a damaged file: struct.error,
        # IndexError, KeyError, TypeError, zlib.error and more.
        raise ImageError(
            "The image is damaged or truncated.", hint="Save or download it again."
        ) from error


def _decoded(image: Image.Image) -> tuple[Photo, tuple[str, ...]]:
    notes = [*_at_a_fraction(image), *_first_of_several(image)]
    require_size(*image.size, MAX_WEBP_PIXELS if image.format == "WEBP" else MAX_PIXELS)
    with _turn(image):
        image.load()
        turned, unreadable = _orientation(image)
        pixels = _upright(_rgb(image), turned)
    pixels.flags.writeable = False
    return pixels, (*notes, *unreadable)


def _require_few_scans(image: Image.Image, data: bytes) -> None:
    """Refuse a JPEG that goes over its pixels again and again, each time in a few bytes."""
    if image.format not in ("JPEG", "MPO"):
        return
    scans = data.count(b"\xff\xda")
    if scans * image.width * image.height > _MAX_SCANS * MAX_PIXELS:
        raise ImageError(
            f"The image comes in {scans:,} passes, which take too long to decode.",
            hint="Save it again as an ordinary JPEG.",
        )


def _turn(image: Image.Image) -> AbstractContextManager[object]:
    """Return what giants wait for: several at once would fill the memory."""
    return _giants if _pixels(image) > _GIANT else nullcontext()


def _pixels(image: Image.Image) -> int:
    """Return how many pixels an image has, those of a WebP as what they cost to decode."""
    return image.width * image.height * (4 if image.format == "WEBP" else 1)


def _at_a_fraction(image: Image.Image) -> list[str]:
    """Have a JPEG that is too large decoded at a fraction of its size, which costs no more memory.

    Not a progressive one, whose coefficients are all kept while it is decoded.
    """
    width, height = image.size
    if width * height <= MAX_PIXELS or image.format not in ("JPEG", "MPO"):
        return []
    require_size(width, height, MAX_PIXELS if "progressive" in image.info else MAX_JPEG_PIXELS)
    image.draft(None, (width // 2, height // 2))
    return [f"Too large to keep whole: read at {image.width} × {image.height} pixels."]


def _first_of_several(image: Image.Image) -> list[str]:
    # Not n_frames, for which every page of a file is looked up. Phones put more than one picture
    # into a photo's file (MPO); the first is the photo.
    if image.format == "MPO" or not getattr(image, "is_animated", False):
        return []
    image.seek(0)
    if image.format == "TIFF":
        return ["A file of several pages: only the first is used."]
    return ["Animated image: only the first frame is used."]


def _orientation(image: Image.Image) -> tuple[int, list[str]]:
    """Return the EXIF orientation, 1 to 8, and a note if it cannot be read."""
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1), []
    except Exception:
        # As in `_one_error`; but the photo itself is in order.
        return 1, [_NOT_DECODED]


def _upright(pixels: Photo, orientation: int) -> Photo:
    """Turn pixels by an EXIF orientation; anything but 2 to 8 leaves them as they are."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _rgb(image: Image.Image) -> Photo:
    """Return an image of any mode as uint8 (H, W, 3), transparency composited over white."""
    if image.mode == "RGB" and not image.has_transparency_data and _pixels(image) <= _GIANT:
        return np.asarray(image)  # for which Pillow copies all pixels twice
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    span = _span(image)
    rows = max(1, _STRIP // width)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        strip = image.crop((0, top, width, bottom))
        pixels[top:bottom] = np.asarray(_strip_rgb(strip, span))
    return pixels


def _strip_rgb(image: Image.Image, span: tuple[float, float]) -> Image.Image:
    if _is_deep(image):
        return Image.fromarray(_to_8bit(np.asarray(image), span)).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _is_deep(image: Image.Image) -> bool:
    return image.mode.startswith("I") or image.mode == "F"


def _span(image: Image.Image) -> tuple[float, float]:
    """Return what becomes black and white: 0 and 65535 of 16 bits, else the extremes there are."""
    if not _is_deep(image):
        return 0, 255
    values = np.asarray(image)
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise NonFiniteError("The image contains NaN or infinity.", hint=USE)
    whole = np.issubdtype(values.dtype, np.integer)
    return (0, 65535) if whole and low >= 0 and high <= 65535 else (low, high)


def _to_8bit(grey: NDArray[np.generic], span: tuple[float, float]) -> NDArray[np.uint8]:
    low, high = span
    stretched = (grey.astype(np.float64) - low) / max(high - low, 1e-12)
    return np.asarray(np.rint(stretched * 255), np.uint8)
