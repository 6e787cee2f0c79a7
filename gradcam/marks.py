"""Laying a mark over a photo: white text, half transparent, as watermarks are.

Networks learn from whatever tells classes apart, a watermark too (Li et al. 2023, arXiv:2212.04825;
Lapuschkin et al. 2019, doi:10.1038/s41467-019-08987-4). Laid over a photo of anything else, the
mark shows whether a model goes by it.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gradcam.errors import GradcamError, require_known
from gradcam.images import ImageSource, read_image
from gradcam.types import Photo

Shape = Literal["characters", "signature"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
Mask = NDArray[np.uint8]  # (h, w), 255 where the ink is
FARTHEST = 10  # photo sides from the photo; a mark that is out of sight need not go further
TALLEST = 4  # photo heights
_FOLDER = Path(__file__).parent / "bundled" / "marks"


@dataclass(frozen=True)
class Mark:
    """A mark and where it lies on a photo.

    picture : its shape, "characters" (捷径捷径捷径) or "signature".
    left, top : its upper left corner, as shares of the photo's width and height; it may lie beyond
        the edge.
    height : as a share of the photo's height; the shape keeps its own aspect ratio.
    opacity : from 0 to 1.
    turned : upside down, which a network that read would mind.

    Raises GradcamError for an unknown shape, and for numbers that are not finite or out of range.
    """

    picture: Shape
    left: float
    top: float
    height: float
    opacity: float
    turned: bool = False

    def __post_init__(self) -> None:
        require_known("a mark", self.picture, SHAPES)
        _require("left", self.left, -FARTHEST, FARTHEST)
        _require("top", self.top, -FARTHEST, FARTHEST)
        _require("height", self.height, 0, TALLEST)
        _require("opacity", self.opacity, 0, 1)


class Box(NamedTuple):
    """A mark's edges in photo pixels, x to the right and y down; they may lie beyond the photo."""

    left: float
    top: float
    right: float
    bottom: float


def marked(photo: ImageSource, mark: Mark) -> Photo:
    """Return the photo with the mark laid over it in white, uint8 (H, W, 3), a new array.

    What lies beyond the photo's edge is cut off.

    Raises
    ------
    ImageError, NonFiniteError : as for `gradcam.read_image`.
    """
    pixels = read_image(photo)
    shape = mask(mark.picture)
    shape = shape[::-1, ::-1] if mark.turned else shape
    return laid(pixels, shape, box(mark, pixels.shape[:2]), mark.opacity)


@cache
def mask(picture: Shape) -> Mask:
    """Return the shape that ships under this name, read-only uint8 (h, w)."""
    with Image.open(io.BytesIO(mask_file(picture))) as image:
        found = np.array(image.convert("L"))
    found.flags.writeable = False
    return found


def mask_file(picture: Shape) -> bytes:
    """Return the shape that ships under this name as a grey PNG file."""
    path = _FOLDER / f"{picture}.png"
    if not path.is_file():
        raise GradcamError(
            f"The mark {picture!r} is missing from this installation.",
            hint="Install gradcam-explorer again.",
        )
    return path.read_bytes()


def box(mark: Mark, size: tuple[int, ...]) -> Box:
    """Return where the mark lies on a photo of `size` (H, W)."""
    height, width = size
    rows, columns = mask(mark.picture).shape
    left, top, tall = mark.left * width, mark.top * height, mark.height * height
    return Box(left, top, left + tall * columns / rows, top + tall)


def laid(photo: Photo, shape: Mask, where: Box, opacity: float) -> Photo:
    """Lay a shape over a photo in white: p + (255 − p) · ink · opacity.

    The shape is resized with a triangle filter as wide as one pixel of the coarser of the two
    grids, so that thin strokes become faint rather than vanish (Pillow's bilinear filter).

    Parameters
    ----------
    photo : uint8 (H, W, 3).
    shape : uint8 (h, w), 255 where the ink is.
    where : its edges in photo pixels.
    opacity : from 0 to 1.

    Returns
    -------
    uint8 (H, W, 3), a new array.
    """
    found = photo.copy()
    height, width = photo.shape[:2]
    left, top = max(0, math.floor(where.left)), max(0, math.floor(where.top))
    right, bottom = min(width, math.ceil(where.right)), min(height, math.ceil(where.bottom))
    if left >= right or top >= bottom:
        return found
    ink = _ink(shape, where, (left, top, right, bottom))[..., None] * np.float32(opacity / 255)
    part = found[top:bottom, left:right].astype(np.float32)
    found[top:bottom, left:right] = np.rint(part + (255 - part) * ink)
    return found


def _ink(shape: Mask, where: Box, seen: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """Return the shape's ink in the pixels `seen` (left, top, right, bottom) of the photo."""
    rows, columns = shape.shape
    across = columns / (where.right - where.left)  # mask pixels to one of the photo
    down = rows / (where.bottom - where.top)
    # Nothing surrounds the shape, and Pillow must see that: it only averages over what is there.
    beside, above = math.ceil(2 * across) + 1, math.ceil(2 * down) + 1
    wide = Image.fromarray(np.pad(shape, ((above, above), (beside, beside))))
    left, top, right, bottom = seen
    part = (
        (left - where.left) * across + beside,
        (top - where.top) * down + above,
        (right - where.left) * across + beside,
        (bottom - where.top) * down + above,
    )
    size = (right - left, bottom - top)
    return np.asarray(wide.resize(size, Image.Resampling.BILINEAR, box=part))


def _require(what: str, value: float, lowest: float, highest: float) -> None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not (number and lowest <= value <= highest) or (what == "height" and value == 0):
        raise GradcamError(
            f"The {what} of a mark cannot be {value!r}.",
            hint=f"Give a number from {lowest} to {highest}{', but not 0' * (what == 'height')}.",
        )
