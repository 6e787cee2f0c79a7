"""Merging several maps into one: fusing layers, and averaging mirrored and zoomed views."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from gradcam.saliency import SaliencyMap, heat, place, resize
from gradcam.types import Floats, Fusion, Sign, Window

JOINED = " + "  # between the layers' names


def fuse(maps: tuple[SaliencyMap, ...], how: Fusion) -> SaliencyMap:
    """Merge one class's maps from several layers, at the finest resolution, into [0, 1].

    Each map's evidence is divided by its own peak and upsampled before merging. "max" keeps what
    any layer shows (LayerCAM, Jiang et al. 2021, section III-C), "product" (the geometric mean)
    only what all of them show, and "mean" weights them equally. Evidence against a class is
    negative again in the merged map, so its values lie in [-1, 0].
    """
    size = max((m.values.shape for m in maps), key=lambda shape: shape[0] * shape[1])
    finest = (size[0], size[1])
    # Merging cannot keep two signs apart, so "both" is reduced to the evidence for the class.
    sign: Sign = "for" if maps[0].sign == "both" else maps[0].sign
    heats = [resize(heat(m.values, None, sign), finest) for m in maps]
    merged: Floats = {"max": _largest, "mean": _mean, "product": _product}[how](heats)
    return replace(
        maps[0],
        values=-merged if sign == "against" else merged,
        layer=JOINED.join(m.layer for m in maps),
        parameters={**maps[0].parameters, "fusion": how},
        sign=sign,
        # Where the layers' maps are not zero, a merged map that is has no gradient to blame.
        took_gradient=maps[0].took_gradient and not any(m.values.any() for m in maps),
    )


def _largest(heats: list[Floats]) -> Floats:
    return reduce(np.maximum, heats)


def _mean(heats: list[Floats]) -> Floats:
    mean: Floats = np.mean(heats, axis=0)
    return mean


def _product(heats: list[Floats]) -> Floats:
    product: Floats = reduce(np.multiply, heats)
    return product ** np.float32(1 / len(heats))


@dataclass(frozen=True)
class View:
    """One augmented view of an input: `zoom` > 1 enlarges its middle, < 1 shrinks all of it."""

    mirrored: bool
    zoom: float

    def of(self, x: Floats) -> Floats:
        """Return this view of the input (h, w, 3); edge values are repeated beyond its border."""
        height, width = x.shape[:2]
        rows, columns = _positions(height, self.zoom), _positions(width, self.zoom)
        seen = _sample(_sample(x, rows, 0), columns, 1)
        return np.ascontiguousarray(seen[:, ::-1] if self.mirrored else seen)

    def back(self, maps: Floats) -> tuple[Floats, Floats]:
        """Map a view's maps (K, h, w) back onto the input; also return its coverage (h, w)."""
        height, width = maps.shape[1:]
        flipped = maps[..., ::-1] if self.mirrored else maps
        y, x = height / 2, width / 2
        # The view covers 1 / zoom of the input, around its middle.
        window = Window(x - x / self.zoom, y - y / self.zoom, x + x / self.zoom, y + y / self.zoom)
        put = np.stack([place(one, window, (height, width)) for one in flipped])
        return put, place(np.ones((height, width), np.float32), window, (height, width))


VIEWS = tuple(View(mirrored, zoom) for zoom in (1.0, 0.85, 1.2) for mirrored in (False, True))


def average(maps: Floats) -> Floats:
    """Average one photo's maps (views, K, h, w) to (K, h, w), over the views covering each spot."""
    total, cover = np.zeros(maps.shape[1:], np.float64), np.zeros(maps.shape[2:], np.float64)
    for view, of_view in zip(VIEWS, maps, strict=True):
        put, seen = view.back(of_view)
        total += put
        cover += seen
    return (total / cover).astype(np.float32)


def _positions(size: int, zoom: float) -> Floats:
    """Return the position in the input of each pixel of the view."""
    middle = (size - 1) / 2
    position = middle + (np.arange(size) - middle) / zoom
    return np.asarray(np.clip(position, 0, size - 1), np.float32)


def _sample(x: Floats, positions: Floats, axis: int) -> Floats:
    low = np.minimum(positions.astype(np.intp), max(x.shape[axis] - 2, 0))
    shape = (-1, 1, 1) if axis == 0 else (1, -1, 1)
    fraction = (positions - low).reshape(shape)
    lower, upper = x.take(low, axis), x.take(np.minimum(low + 1, x.shape[axis] - 1), axis)
    return np.asarray(lower + (upper - lower) * fraction, np.float32)
