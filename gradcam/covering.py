"""Covering part of a photo, to see what the model makes of the rest.

A map says where the evidence lies; covering that place and asking again tests it. What is put there
matters (Petsiuk et al. 2018, RISE, arXiv:1806.07421; Rong et al. 2022, ROAD, arXiv:2202.00449): no
model was trained on flat patches with hard edges, and the outline of one may itself look like a
class. So the usual fill is a strong blur of the photo, which takes the detail and leaves the
colours, and every edge is feathered. The other fill is one mid-grey for all photos, close to 0
after most models' normalisation: it takes the colours too, but brings in an outline.
"""

from __future__ import annotations

import base64
import math
import re
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageChops, ImageFilter

from gradcam.errors import GradcamError, require_known
from gradcam.images import ImageSource, read_image
from gradcam.saliency import SaliencyMap, place
from gradcam.text import percent
from gradcam.types import Floats, Photo, Window

Fill = Literal["blur", "grey"]
FILLS: tuple[Fill, ...] = get_args(Fill)
CELLS = 48  # of the grid along a photo's longer side; 48 × 48 bits are 384 characters in a link
BLUR = 1 / 20  # standard deviation of the Gaussian, as a share of the longer side
GREY = 128
_TEXT = re.compile(r"([bg])(\d{1,2})x(\d{1,2})-([\w-]*)", re.ASCII)


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Cover:
    """Which part of a photo to cover, and with what.

    mask : bool (rows, columns), a grid of any size spread over the whole photo: True is covered.
    fill : "blur", a strong Gaussian blur of the photo, or "grey", one mid-grey.

    Two covers are equal if mask and fill are.

    Raises GradcamError if the mask is not a grid, or for an unknown fill.

    >>> Cover([[True, False]], "grey")
    <Cover 50.0 % of the photo, grey>
    """

    mask: NDArray[np.bool_]
    fill: Fill = "blur"

    def __init__(self, mask: ArrayLike, fill: Fill = "blur") -> None:
        cells = np.array(mask, bool)
        if cells.ndim != 2 or not cells.size:
            raise GradcamError(
                f"A mask cannot have the shape {cells.shape}.",
                hint="Give (rows, columns) of True and False, such as a photo's height and width.",
            )
        require_known("a fill", fill, FILLS)
        cells.flags.writeable = False
        object.__setattr__(self, "mask", cells)
        object.__setattr__(self, "fill", fill)

    @classmethod
    def hot(cls, saliency_map: SaliencyMap, above: float = 0.5, fill: Fill = "blur") -> Cover:
        """Cover what is hot on the photo.

        Parameters
        ----------
        saliency_map : the map; its sign says which evidence counts.
        above : the heat from which on a cell is covered, as a share of the map's peak.
        fill : as for `Cover`.

        Returns
        -------
        A Cover on a grid of 48 cells along the photo's longer side; it covers nothing where the
        map shows nothing.
        """
        heat, _ = _on_grid(saliency_map)
        return cls((heat >= above) & (heat > 0), fill)

    def like(self, saliency_map: SaliencyMap) -> Cover:
        """Return a cover as large as this one where the map is coldest, to compare with.

        It has the same shape, moved to where the least heat lies; if there is no other place for
        it in what the model saw, it is as many of the coldest cells.

        saliency_map : a map whose `Cover.hot` this is.
        """
        heat, seen = _on_grid(saliency_map)
        count = int(self.mask.sum())
        if not count:
            return Cover(self.mask, self.fill)
        rows, columns = (np.flatnonzero(self.mask.any(axis=axis)) for axis in (1, 0))
        piece = self.mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        cost = np.where(seen & ~self.mask, heat.astype(np.float64), np.inf)
        views = np.lib.stride_tricks.sliding_window_view(cost, piece.shape)
        found = views[..., piece].sum(axis=-1)
        mask = np.zeros(self.mask.shape, bool)
        if np.isfinite(found.min()):
            row, column = np.unravel_index(int(found.argmin()), found.shape)
            mask[row : row + piece.shape[0], column : column + piece.shape[1]] = piece
        else:
            mask.flat[np.argsort(cost, axis=None, kind="stable")[:count]] = True
        return Cover(mask, self.fill)

    @classmethod
    def from_text(cls, text: str) -> Cover | None:
        """Return the cover that `to_text` wrote, or None for anything else."""
        found = _TEXT.fullmatch(text)
        if found is None:
            return None
        columns, rows = int(found[2]), int(found[3])
        count = -(-rows * columns // 8)  # bytes
        length = 4 * -(-count // 3)  # characters
        if not (0 < rows <= CELLS and 0 < columns <= CELLS and len(found[4]) <= length):
            return None
        data = base64.urlsafe_b64decode(found[4].ljust(length, "A"))
        bits = np.unpackbits(np.frombuffer(data, np.uint8), count=rows * columns)
        fill = next(name for name in FILLS if name.startswith(found[1]))
        return cls(bits.reshape(rows, columns), fill)

    def to_text(self) -> str:
        """Return the cover in at most 400 characters that a link may hold.

        Raises GradcamError for a grid of more than 48 rows or columns.
        """
        rows, columns = self.mask.shape
        if max(rows, columns) > CELLS:
            raise GradcamError(
                f"A mask of {columns} × {rows} cells does not fit in a link.",
                hint=f"Use a grid of at most {CELLS} cells on each side.",
            )
        text = base64.urlsafe_b64encode(np.packbits(self.mask).tobytes()).decode()
        return f"{self.fill[0]}{columns}x{rows}-{text.rstrip('=').rstrip('A')}"

    @property
    def share(self) -> float:
        """The share of the photo that is covered, from 0 to 1."""
        return float(self.mask.mean())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cover):
            return NotImplemented
        return self.fill == other.fill and np.array_equal(self.mask, other.mask)

    def __hash__(self) -> int:
        return hash((self.fill, self.mask.shape, self.mask.tobytes()))

    def __repr__(self) -> str:
        return f"<Cover {percent(self.share)} of the photo, {self.fill}>"


def covered(photo: ImageSource, cover: Cover) -> Photo:
    """Return the photo with part of it covered.

    Every pixel of a covered cell is filled. The edge fades out over half a cell around it, and
    beyond that no pixel is changed.

    Parameters
    ----------
    photo : an image, as for `gradcam.read_image`.
    cover : what to cover, and with what.

    Returns
    -------
    uint8 (H, W, 3), a new array of the photo's size.

    Raises
    ------
    ImageError, NonFiniteError : as for `gradcam.read_image`.
    """
    picture = Image.fromarray(read_image(photo))
    small = Image.fromarray(cover.mask.astype(np.uint8) * 255)
    # Half at the edge of a cell, so doubled it is whole there and gone half a cell further.
    soft = small.resize(picture.size, Image.Resampling.BILINEAR).point(lambda v: min(255, 2 * v))
    whole = small.resize(picture.size, Image.Resampling.NEAREST)
    filled = _filled(picture, cover.fill)
    return np.array(Image.composite(filled, picture, ImageChops.lighter(soft, whole)))


def grid_of(height: int, width: int) -> tuple[int, int]:
    """Return (rows, columns) of the page's grid on a photo: 48 cells along its longer side."""
    longest = max(height, width)
    rows, columns = (max(1, math.floor(CELLS * side / longest + 0.5)) for side in (height, width))
    return rows, columns


def _on_grid(saliency_map: SaliencyMap) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the strength of a map on the page's grid, and which of its cells the model saw."""
    height, width = saliency_map.photo_size
    rows, columns = grid_of(height, width)
    across, down = columns / width, rows / height
    seen = saliency_map.window
    window = Window(seen.left * across, seen.top * down, seen.right * across, seen.bottom * down)
    heat = np.abs(place(saliency_map.heat(), window, (rows, columns)))
    whole = np.ones_like(saliency_map.values)
    return heat, place(whole, window, (rows, columns)) > 0


def _filled(picture: Image.Image, fill: Fill) -> Image.Image:
    if fill == "grey":
        return Image.new("RGB", picture.size, (GREY, GREY, GREY))
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) * BLUR))
