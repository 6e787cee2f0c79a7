"""How a layer's output holds its (C, h, w): the reading that moves with the photo.

A shape alone does not tell a feature map from a table of position biases, or an attention matrix
from an image, nor in which order tokens stand. So the model is shown four photos: A, B, A with the
left half of B, and A with the upper half of B. In a true map, the left cells of the third photo are
like those of B and the right ones like those of A. A reading of an output as (C, h, w) is kept only
if both halves show where they should.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gradcam.errors import LayerError
from gradcam.types import Floats, Photo

Order = Literal["nchw", "nhwc", "tokens", "tokens_first", "index"]
# What `wrap(…, layers={name: …})` takes: a function from the output to (N, C, h, w), or (h, w).
Reading = Callable[[Any], Any] | tuple[int, int]
# The differences of the two mixed photos from A and from B: each (2, h, w).
Differences = tuple[Floats, Floats]

PROBES = 4
# True readings give 0.6 and more, wrong ones about 0, over torchvision, timm and Keras networks.
AGREES = 0.4
CLEARLY = 0.05
_MAX_OTHERS = 8  # class, distillation and register tokens before or after the patches


@dataclass(frozen=True)
class Layout:
    """How a layer's output tensor holds its (C, h, w).

    order : the order of its axes. "tokens" is (N, prefix + h·w + suffix, C), "tokens_first" the
        same with the first two axes swapped, and "index" any other.
    index : for "index", where in one image's flattened output each value of (C, h, w) lies.
    """

    order: Order
    shape: tuple[int, int, int]
    prefix: int = 0
    suffix: int = 0
    index: NDArray[np.intp] | None = field(default=None, compare=False, repr=False)

    def maps(self, tensor: Any) -> Any:
        """Return the tensor (torch or NumPy) as (N, C, h, w); a view where possible."""
        if self.order == "nchw":
            return tensor
        if self.order == "nhwc":
            return tensor.swapaxes(1, 3).swapaxes(2, 3)
        if self.index is not None:
            flat = tensor.reshape(len(tensor), -1)
            return flat[:, self.index.reshape(-1)].reshape(len(tensor), *self.shape)
        if self.order == "tokens_first":
            tensor = tensor.swapaxes(0, 1)
        patches = tensor[:, self.prefix : self.prefix + self.shape[1] * self.shape[2]]
        return patches.swapaxes(1, 2).reshape(len(tensor), *self.shape)

    def tensor(self, maps: Any) -> Any:
        """Return maps (B, C, h, w) in the layer's own order, without any prefix tokens.

        For "index" they stay (B, C, h, w), since the values go to places scattered in the output.
        """
        if self.order in ("nchw", "index"):
            return maps
        if self.order == "nhwc":
            return maps.swapaxes(1, 3).swapaxes(1, 2)
        tokens = maps.reshape(len(maps), maps.shape[1], -1).swapaxes(1, 2)
        return tokens.swapaxes(0, 1) if self.order == "tokens_first" else tokens

    def scattered(self, maps: Floats, shape: Sequence[int]) -> Floats:
        """Return maps (N, C, h, w) in an output of this shape, which is 0 where there is no map.

        shape : that of the layer's output, for any number of images.
        """
        axis = 1 if self.order == "tokens_first" else 0
        one = (*shape[:axis], 1, *shape[axis + 1 :])
        places = self.maps(np.arange(np.prod(one)).reshape(one)).reshape(-1)
        flat = np.zeros((len(maps), int(np.prod(one))), np.float32)
        flat[:, places] = maps.reshape(len(maps), -1)
        return flat.reshape(len(maps), *one[:axis], *one[axis + 1 :]).swapaxes(0, axis)


class Layouts:
    """Finds the layout of each output of a model whose input is `height` × `width` pixels."""

    def __init__(self, height: int, width: int) -> None:
        self._height = height
        self._aspect = height / width
        self._known: list[tuple[int, int, int, int]] = []

    def find(
        self, shape: Sequence[int], differences: Callable[[Layout], Differences]
    ) -> Layout | None:
        """Return the layout of an output of this shape, or None if no reading is a map.

        differences : how the four probes differ under a reading; see `agreement`.
        """
        best, fits = None, -1.0
        for layout in self._candidates(shape):
            found = agreement(*differences(layout))
            # The likelier readings come first; a token further, a map still agrees quite well.
            if found >= max(self._enough(layout), fits + CLEARLY):
                best, fits = layout, found
                if _reading(layout) in self._known:
                    break
        if best is not None:
            reading = _reading(best)
            self._known = [reading, *(known for known in self._known if known != reading)]
        return best

    def _enough(self, layout: Layout) -> float:
        """How well a reading must agree: the fewer the cells of a sequence, the likelier is chance.

        One that another layer has is likelier to be right.
        """
        if not layout.order.startswith("tokens") or _reading(layout) in self._known:
            return AGREES
        return min(max(AGREES, 2.8 / math.sqrt(layout.shape[1] * layout.shape[2])), 0.8)

    def _candidates(self, shape: Sequence[int]) -> Iterator[Layout]:
        if len(shape) == 4 and shape[0] == PROBES:
            _, a, b, c = shape
            if self._is_grid(b, c):
                yield Layout("nchw", (a, b, c))
            if self._is_grid(a, b):
                yield Layout("nhwc", (c, a, b))
        if len(shape) == 3:
            if shape[0] == PROBES:
                yield from self._token_grids("tokens", shape[1], shape[2])
            if shape[1] == PROBES:
                yield from self._token_grids("tokens_first", shape[0], shape[2])

    def _token_grids(self, order: Order, count: int, channels: int) -> Iterator[Layout]:
        """Grids that so many tokens fill: those already seen first, then the best proportioned."""
        found = [
            (prefix, (height, cells // height))
            for others in range(min(_MAX_OTHERS, count - 4) + 1)
            for cells in [count - others]
            for height in range(2, cells // 2 + 1)
            if cells % height == 0 and self._is_grid(height, cells // height)
            for prefix in {others, 0}
        ]
        layouts = [
            Layout(order, (channels, h, w), prefix, count - prefix - h * w)
            for prefix, (h, w) in found
        ]
        yield from sorted(layouts, key=self._unlikely)
        yield from (
            _around_the_middle(one.shape, count)
            for one in layouts
            if order == "tokens" and (one.prefix, one.suffix) == (1, 0)
        )

    def _unlikely(self, layout: Layout) -> tuple[int, int, float, int]:
        reading, grids = _reading(layout), [known[2:] for known in self._known]
        exactly = self._known.index(reading) if reading in self._known else len(self._known)
        height, width = grid = reading[2:]
        known = grids.index(grid) if grid in grids else len(grids)
        return exactly, known, abs(height - width * self._aspect), -layout.prefix

    def _is_grid(self, h: int, w: int) -> bool:
        # Strides may round one side up and the other down.
        near = abs(h - w * self._aspect) <= max(1.0, self._aspect)
        return min(h, w) >= 2 and h <= self._height and near


def _around_the_middle(shape: tuple[int, int, int], count: int) -> Layout:
    """Tokens (N, count, C) with a class token in the middle, where Vision Mamba has it."""
    channels, height, width = shape
    patches = np.delete(np.arange(count), height * width // 2).reshape(height, width)
    index = patches * channels + np.arange(channels)[:, None, None]
    return Layout("index", shape, index=index)


def _reading(layout: Layout) -> tuple[int, int, int, int]:
    return (layout.prefix, layout.suffix, *layout.shape[1:])


def given(reading: Reading, name: str, shape: Sequence[int], indices: Any) -> Layout:
    """Return the layout that a reading given by the user describes.

    Parameters
    ----------
    reading : a function to (N, C, h, w) that only moves values, or (h, w) for a token sequence.
    shape : that of the layer's output, (N, …).
    indices : whole numbers 0, 1, 2, … in the shape of one image's output (1, …), as the
        framework's tensor: where they end up is where the values do.

    Raises
    ------
    LayerError : the reading does not fit the output, or does more than move values.
    """
    if not callable(reading):
        height, width = reading
        if len(shape) != 3 or shape[1] < height * width:
            raise LayerError(
                f"The output of {name}, {tuple(shape)}, is no sequence of {height} × {width} "
                "tokens.",
                hint="Give the grid that its tokens fill, or a function to (N, C, h, w).",
            )
        return Layout("tokens", (shape[2], height, width), shape[1] - height * width)
    moved = np.asarray(reading(indices))
    whole = moved.astype(np.intp)
    size = int(np.prod(shape[1:]))
    moves = moved.ndim == 4 and len(moved) == 1 and np.array_equal(moved, whole)
    if not moves or whole.min() < 0 or whole.max() >= size or len(np.unique(whole)) < whole.size:
        raise LayerError(
            f"The reshape given for {name} turns {(1, *shape[1:])} into {moved.shape}.",
            hint="It must return (N, C, h, w) and only pick and move values.",
        )
    return Layout("index", whole.shape[1:], index=whole[0])


def probes(height: int, width: int) -> list[Photo]:
    """Return photos A, B, A with the left half of B, and A with the upper half of B."""
    rng = np.random.default_rng(0)
    one, other = _photo(rng, height, width), _photo(rng, height, width)
    left, upper = one.copy(), one.copy()
    left[:, : width // 2] = other[:, : width // 2]
    upper[: height // 2] = other[: height // 2]
    return [one, other, left, upper]


def differences(maps: Any) -> tuple[Any, Any]:
    """Return how far the mixed photos' maps are from those of A, and of B: each (2, h, w).

    maps : the output for the four probes, (4, C, h, w), of torch or NumPy.
    """
    return abs(maps[2:] - maps[:1]).mean(1), abs(maps[2:] - maps[1:2]).mean(1)


def agreement(from_a: Floats, from_b: Floats) -> float:
    """Return how well a map's cells follow the photo: 1 if they do, 0 if not, -1 if mirrored.

    It is the lesser of two correlations: over the cells of the third photo, between "left or right"
    and "more like B or more like A"; and over those of the fourth, with "above or below". An output
    that is the same for every photo gives -1.
    """
    total = from_a + from_b
    if not np.isfinite(total).all() or not (from_a.any() and from_b.any()):
        return -1.0
    likeness = (from_a - from_b) / np.maximum(total, np.finfo(np.float32).tiny)
    height, width = likeness.shape[1:]
    left = np.broadcast_to(_halves(width), (height, width))
    upper = np.broadcast_to(_halves(height)[:, None], (height, width))
    return min(_correlation(likeness[0], left), _correlation(likeness[1], upper))


def _photo(rng: np.random.Generator, height: int, width: int) -> Photo:
    """Coarse and fine detail, since deep layers see the one and early layers the other."""
    coarse = Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8))
    smooth = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.float32)
    mixed = 0.6 * smooth + 0.4 * rng.integers(0, 256, (height, width, 3))
    return mixed.astype(np.uint8)


def _halves(cells: int) -> NDArray[np.float64]:
    """1 for the cells in the first half, -1 for the second, 0 for the one in the middle."""
    return np.sign(0.5 - (np.arange(cells) + 0.5) / cells)


def _correlation(a: Floats, b: NDArray[np.float64]) -> float:
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / norm if norm > 0 else -1.0
