"""Receptive fields: which pixels a position of a layer can see, and which it mostly sees.

A position's *field* is every pixel that can reach it at all. It is measured, not computed from a
table of layer types: the gradient of the position's activations at the pixels is zero exactly where
a pixel has no way to it. In a convolutional network the fields of neighbours are the same size and
a constant step apart, cut off at the edges of the photo, so six of them tell all the others; that
they follow this rule is checked, and where they do not, as in a network that looks at windows,
every row and column is measured. Where something sees everything, such as attention or a
squeeze-and-excitation, the field is honestly the whole photo.

Not every pixel of a field counts the same. The *effective* field (Luo et al. 2016,
arXiv:1701.04128) is where the gradient is large: here, the ellipse that holds 90 % of its energy,
the sum of its squares over channels, for a photo of noise. It is much smaller, and in deep networks
it is what people mean when they say where a position looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradcam.backends import Classifier
from gradcam.backends.layouts import probes
from gradcam.errors import LayerError
from gradcam.layers import require_layers
from gradcam.preprocess import convert
from gradcam.types import Window
from gradcam.watch import Watch

HOLDS = 0.9  # of the gradient's energy lies in the ellipse
_FEW = 8  # cells along a side, of which each is measured
_AT_ONCE = 6  # photos that go through the model together

Pixels = NDArray[np.intp]


class Box(NamedTuple):
    """A rectangle in pixels: edges, not pixel centres, so that its width is right - left."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Width times height."""
        return (self.right - self.left) * (self.bottom - self.top)


@dataclass(frozen=True, eq=False)
class Along:
    """The fields of a layer's rows or columns, along one side of the model's input.

    size : pixels of that side.
    first, last : per row or column, the first pixel that reaches it and the one after the last.
    length : of the fields that no edge cuts off; None if all are cut off, or their lengths differ.
    middle, reach : per row or column, the middle of the ellipse and its half axis, in pixels.
    """

    size: int
    first: Pixels
    last: Pixels
    length: int | None
    middle: NDArray[np.float64]
    reach: NDArray[np.float64]

    @property
    def whole(self) -> bool:
        """Whether every row or column sees the whole side."""
        return bool((self.first == 0).all() and (self.last == self.size).all())


@dataclass(frozen=True, eq=False)
class Fields:
    """The receptive fields of a layer's positions, in pixels of the model's input."""

    layer: str
    rows: Along
    columns: Along

    @property
    def whole(self) -> bool:
        """Whether every position can see everything."""
        return self.rows.whole and self.columns.whole

    def box(self, row: int, column: int) -> Box:
        """Return the pixels that can reach a position."""
        return Box(
            float(self.columns.first[column]), float(self.rows.first[row]),
            float(self.columns.last[column]), float(self.rows.last[row]),
        )  # fmt: skip

    def ellipse(self, row: int, column: int) -> Box:
        """Return the rectangle around the ellipse that a position mostly sees."""
        x, y = self.columns.middle[column], self.rows.middle[row]
        across, down = self.columns.reach[column], self.rows.reach[row]
        return Box(float(x - across), float(y - down), float(x + across), float(y + down))


def measure(clf: Classifier, layer: str, watch: Watch | None = None) -> Fields:
    """Measure the receptive fields of a layer's positions.

    It runs the model up to the layer and back for half a dozen positions. The answer depends on
    the model alone, so it is worth keeping. `watch` may let other work go first in between.

    Raises LayerError if the model has no such layer, or no gradient gets from it to the pixels.
    """
    require_layers(clf, [layer])
    grid = next(one.shape[1:] for one in clf.layers() if one.name == layer)
    size = clf.preprocessing.crop
    watch = watch or Watch()
    seen = _seen(clf, layer, [_few(cells) for cells in grid], watch)
    if not all(_complete(seen[axis], grid[axis], size[axis]) for axis in (0, 1)):
        seen = _seen(clf, layer, [range(cells) for cells in grid], watch)
    rows, columns = (_along(seen[axis], grid[axis], size[axis]) for axis in (0, 1))
    return Fields(layer, rows, columns)


def on_photo(box: Box, size: tuple[int, int], window: Window) -> Box:
    """Place a rectangle of the model's input on the photo.

    size : (h_in, w_in) of the input. window : the part of the photo that it covers.
    """
    across, down = (window.right - window.left) / size[1], (window.bottom - window.top) / size[0]
    return Box(
        window.left + box.left * across, window.top + box.top * down,
        window.left + box.right * across, window.top + box.bottom * down,
    )  # fmt: skip


def share(box: Box, photo_size: tuple[int, int]) -> float:
    """Return the share of a photo (H, W) that a rectangle covers, from 0 to 1."""
    height, width = photo_size
    across = max(0.0, min(box.right, width) - max(box.left, 0))
    down = max(0.0, min(box.bottom, height) - max(box.top, 0))
    return across * down / (width * height)


def share_of_ellipse(ellipse: Box, size: tuple[int, int]) -> float:
    """Return the share of a picture (H, W) that the ellipse in a rectangle covers, from 0 to 1."""
    height, width = size
    across = (np.arange(width) + 0.5 - ellipse.left) / (ellipse.right - ellipse.left) - 0.5
    down = (np.arange(height) + 0.5 - ellipse.top) / (ellipse.bottom - ellipse.top) - 0.5
    return float((np.hypot(across, down[:, None]) <= 0.5).mean())


class _Seen(NamedTuple):
    """What one row or column sees, in pixels along its side; see `Along`."""

    first: int
    last: int
    middle: float
    reach: float


class _Line(NamedTuple):
    """Where a row's or column's field begins or ends if no edge cuts it off: at + step · place."""

    at: int
    step: int


def _few(cells: int) -> Sequence[int]:
    """Return which rows or columns tell all others: two at each edge, and two in the middle."""
    if cells <= _FEW:
        return range(cells)
    return (0, 1, cells // 2, cells // 2 + 1, cells - 2, cells - 1)


def _seen(
    clf: Classifier, layer: str, places: Sequence[Sequence[int]], watch: Watch
) -> tuple[Mapping[int, _Seen], Mapping[int, _Seen]]:
    """Return what the given rows and columns see, by row and by column.

    A position on a diagonal tells what its row sees and what its column sees.
    """
    count = max(map(len, places))
    rows, columns = ([side[min(n, len(side) - 1)] for n in range(count)] for side in places)
    energy = np.concatenate(
        [_energy(clf, layer, rows[one], columns[one]) for one in watch.slices(count, _AT_ONCE)]
    )
    both = [_measured(one) for one in energy]
    return (
        {row: down for row, (down, _) in zip(rows, both, strict=True)},
        {column: across for column, (_, across) in zip(columns, both, strict=True)},
    )


def _energy(
    clf: Classifier, layer: str, rows: Sequence[int], columns: Sequence[int]
) -> NDArray[np.float64]:
    """Return how strongly positions depend on each pixel, (P, h_in, w_in), largest 1.

    It is the square of the gradient of the position's activations. Each channel has a random sign,
    so that the squares of the sum are, on average, the sum of the squares.
    """
    how, shape = clf.preprocessing, next(one.shape for one in clf.layers() if one.name == layer)
    rng = np.random.default_rng(0)
    at = np.arange(len(rows))
    weights = np.zeros((len(rows), *shape), np.float32)
    weights[at, :, rows, columns] = rng.choice([-1, 1], (len(rows), shape[0]))
    noise = convert(probes(*how.crop)[0], how)
    gradient = clf.pixels(np.repeat(noise[None], len(rows), axis=0), layer, weights)
    size = np.abs(gradient).astype(np.float64)
    largest = size.max(axis=(1, 2, 3), keepdims=True)
    if not (largest > 0).all():
        raise LayerError(
            f"No gradient gets from {layer} of {clf.title} to the pixels, so what its positions "
            "see cannot be measured.",
            hint="Choose another layer.",
        )
    energy: NDArray[np.float64] = np.square(size / largest).sum(axis=3)
    return energy


def _measured(energy: NDArray[np.float64]) -> tuple[_Seen, _Seen]:
    """Return what a position sees along the rows and along the columns; energy is (h_in, w_in)."""
    sides = [energy.sum(axis=1), energy.sum(axis=0)]
    middles, spreads = zip(*map(_moments, sides), strict=True)
    y, x = (np.arange(len(side)) + 0.5 for side in sides)
    away = np.hypot((y[:, None] - middles[0]) / spreads[0], (x - middles[1]) / spreads[1])
    order = np.argsort(away, axis=None)
    held = np.cumsum(energy.reshape(-1)[order])
    radius = away.reshape(-1)[order][np.searchsorted(held, HOLDS * held[-1])]
    down, across = (
        _Seen(*_extent(side), middle, radius * spread)
        for side, middle, spread in zip(sides, middles, spreads, strict=True)
    )
    return down, across


def _extent(side: NDArray[np.float64]) -> tuple[int, int]:
    reached = np.flatnonzero(side)
    return int(reached[0]), int(reached[-1]) + 1


def _moments(side: NDArray[np.float64]) -> tuple[float, float]:
    """Return the mean and the standard deviation of energy along one side."""
    at = np.arange(len(side)) + 0.5
    middle = float((side * at).sum() / side.sum())
    # A pixel is no point but a square, whose own variance is 1/12.
    variance = float((side * np.square(at - middle)).sum() / side.sum())
    return middle, float(np.sqrt(variance + 1 / 12))


def _complete(seen: Mapping[int, _Seen], cells: int, size: int) -> bool:
    """Return whether these rows or columns tell what all of them see."""
    return len(seen) == cells or _lines(seen, cells, size) is not None


def _along(seen: Mapping[int, _Seen], cells: int, size: int) -> Along:
    at, known = np.arange(cells), sorted(seen)
    middle, reach = (np.interp(at, known, [seen[n][part] for n in known]) for part in (2, 3))
    lines = _lines(seen, cells, size)
    if lines is None:
        first, last = (np.array([seen[n][edge] for n in known]) for edge in (0, 1))
        return Along(size, first, last, None, middle, reach)
    first, last = (line.at + line.step * at for line in lines)
    cut = 0 in (lines[0].step, lines[1].step)
    length = None if cut else lines[1].at - lines[0].at
    return Along(size, np.maximum(first, 0), np.minimum(last, size), length, middle, reach)


def _lines(seen: Mapping[int, _Seen], cells: int, size: int) -> tuple[_Line, _Line] | None:
    """Return where the fields begin and where they end, if they are a constant step apart."""
    begins = {n: one.first for n, one in sorted(seen.items()) if one.first > 0}
    ends = {n: one.last for n, one in sorted(seen.items()) if one.last < size}
    pairs = [*pairwise(begins.items()), *pairwise(ends.items())]
    steps = {(there - here) / (m - n) for (n, here), (m, there) in pairs}
    # Of one field alone that no edge cuts off, the step does not matter: its neighbours are cut.
    step = steps.pop() if steps else round(size / cells)
    if steps or step != int(step) or step < 1:
        return None
    first, last = (_line(begins, int(step), 0), _line(ends, int(step), size))
    fits = all(
        one.first == max(first.at + first.step * n, 0)
        and one.last == min(last.at + last.step * n, size)
        for n, one in seen.items()
    )
    return (first, last) if fits else None


def _line(known: Mapping[int, int], step: int, edge: int) -> _Line:
    """Return the line through what is known; `edge` where the edge of the photo cuts off all."""
    for n, at in known.items():
        return _Line(at - step * n, step)
    return _Line(edge, 0)
