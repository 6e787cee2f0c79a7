"""Where on the photo a map lies, in words.

A map's core is its strongest cells, as many as hold half of the total. All words are about the
core, with positions and sizes as shares of the photo; the constants say from where each is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradcam.types import Floats

EVERYWHERE = "all over the photo"
SEVERAL = "in several places"

_GRID = 32  # cells along a side; a finer map is averaged to this
_NEAR = 12  # parts less than a twelfth of the photo apart are one
_FLAT = 0.42  # of the photo in the core; a map that is equal everywhere has at least half
_SPOT = 0.03  # of the photo, at most: about one cell of a 7 × 7 map
_PIECE, _TOLD = 0.2, 0.6  # of the core, to count as a place; of the core, in the places named
_CENTRE, _THIRD = 0.06, 1 / 6  # from the middle of the photo
_LONG, _THIN, _TOUCH = 0.6, 0.34, 0.1  # the sides of a band, and its distance from an edge
_FILLED = 0.5  # of a band's rectangle
_HALF, _WITHIN = 0.3, 0.9  # of the photo in the core, and of the core in one half of the photo
_APART = 0.08  # between two middles, to say that one is further up than the other
_SAME = 0.5  # of what two cores cover together, in both

_Mask = NDArray[np.bool_]


class _Place(NamedTuple):
    """A part of the core: its middle, the sides of the rectangle that is spread as widely, its area
    and its weight, all as shares of the photo but the weight, which is a share of the core.
    """

    x: float
    y: float
    width: float
    height: float
    area: float
    weight: float


def region(heat: Floats, others: Sequence[Floats] = ()) -> str:
    """Say where most of a map lies, to be read after "what it sees": "at the right".

    Parameters
    ----------
    heat : (h, w), the evidence over the whole photo; negative values count as 0.
    others : maps of the same photo, of any size. If one would get the same words although it lies
        elsewhere, the words say in which direction this map differs.

    Returns
    -------
    "" if nothing is positive; `EVERYWHERE` or `SEVERAL` if no place stands out.

    >>> region(np.float32([[0, 0, 0, 0], [0, 0, 9, 9], [0, 0, 9, 9], [0, 0, 0, 0]]))
    'at the right'
    """
    words = _in_words(heat)
    if words in ("", EVERYWHERE, SEVERAL):
        return words
    further = (direction(heat, other) for other in others if _in_words(other) == words)
    return ", ".join(filter(None, (words, next(filter(None, further), ""))))


def same_place(one: Floats, other: Floats) -> bool:
    """Return whether the cores of two maps of the same shape cover mostly the same cells."""
    a, b = _core(_coarse(one)), _core(_coarse(other))
    return bool((a & b).sum() > _SAME * (a | b).sum())


def spread(heat: Floats) -> float:
    """Return the share of a photo in which half of a map lies: the smaller, the tidier the map."""
    return float(_core(_coarse(heat)).mean())


def direction(heat: Floats, other: Floats) -> str:
    """Say on which side of `other` a map lies, as "further up"; "" if their middles are close."""
    here, there = _whole(heat), _whole(other)
    across, down = here.x - there.x, here.y - there.y
    if max(abs(across), abs(down)) < _APART:
        return ""
    if abs(down) >= abs(across):
        return "further down" if down > 0 else "further up"
    return "further to the right" if across > 0 else "further to the left"


def _in_words(heat: Floats) -> str:
    heat = _coarse(heat)
    core = _core(heat)
    if not core.any():
        return ""
    whole = _place(heat, core, core)
    if words := _band(whole) or _half(core):
        return words
    if whole.area > _FLAT:
        return EVERYWHERE
    found = [_place(heat, piece, core) for piece in _pieces(core)]
    places = sorted((place for place in found if place.weight >= _PIECE), key=_in_reading_order)
    if sum(place.weight for place in places) < _TOLD:
        return SEVERAL
    return _together(places)


def _together(places: Sequence[_Place]) -> str:
    names = list(dict.fromkeys(_position(place) for place in places))
    small = all(place.area <= _SPOT for place in places)
    if len(places) == 1:
        if min(places[0].width, places[0].height) > _LONG:
            return EVERYWHERE
        return f"in a small spot {names[0]}" if small else _band(places[0]) or names[0]
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return f"in two {'small spots' if small else 'places'}, {names[0]} and {names[1]}"
    return SEVERAL


def _in_reading_order(place: _Place) -> tuple[float, float]:
    return place.x, place.y


def _position(place: _Place) -> str:
    """Name the middle of a place: a third of the photo, or a side of the centre."""
    across, down = place.x - 0.5, place.y - 0.5
    if max(abs(across), abs(down)) <= _CENTRE:
        return "in the middle"
    if max(abs(across), abs(down)) <= _THIRD:
        row = "above" if down < -_CENTRE else "below" if down > _CENTRE else ""
        column = "left" if across < -_CENTRE else "right" if across > _CENTRE else ""
        beside = f"{column} of" if column else ""
        return f"{' and '.join(filter(None, (row, beside)))} the centre"
    column = "left" if across < -_THIRD else "right" if across > _THIRD else ""
    if abs(down) <= _THIRD:
        return f"at the {column}"
    if not column:
        return "at the top" if down < 0 else "at the bottom"
    return f"at the {'upper' if down < 0 else 'lower'} {column}"


def _band(place: _Place) -> str:
    """Name a place that is long, thin and filled; "" if it is not."""
    if place.area < _FILLED * place.width * place.height:
        return ""
    for long, thin, middle, sides, way in (
        (place.width, place.height, place.y, ("upper", "lower"), "across"),
        (place.height, place.width, place.x, ("left", "right"), "down"),
    ):
        if long < _LONG or thin > _THIN:
            continue
        if abs(middle - 0.5) <= _THIRD:
            return f"in a band {way} the middle"
        side = sides[0] if middle < 0.5 else sides[1]
        touches = min(middle, 1 - middle) - thin / 2 <= _TOUCH
        return f"along the {side} edge" if touches else f"in a band {way} the {side} part"
    return ""


def _half(core: _Mask) -> str:
    """Name the half of the photo that the core fills; "" if there is none."""
    if core.mean() < _HALF:
        return ""
    y, x = ((where + 0.5) / side for where, side in zip(np.nonzero(core), core.shape, strict=True))
    halves = {"upper": y < 0.5, "lower": y > 0.5, "left": x < 0.5, "right": x > 0.5}
    filled = (name for name, inside in halves.items() if inside.mean() >= _WITHIN)
    name = next(filled, "")
    return f"across the {name} half" if name else ""


def _coarse(heat: Floats) -> Floats:
    """Return the positive part of a map, averaged to at most `_GRID` cells along each side."""
    positive: Floats = np.maximum(heat, 0)
    for axis, side in enumerate(heat.shape):
        if side > _GRID:
            starts = np.arange(_GRID) * side // _GRID
            lengths = np.diff(starts, append=side).reshape((-1, 1) if axis == 0 else (1, -1))
            positive = np.add.reduceat(positive, starts, axis) / lengths
    return positive


def _core(heat: Floats) -> _Mask:
    """Return the strongest cells, as many as hold half of the total; none if all are 0."""
    ranked = np.sort(heat, axis=None)[::-1]
    total = np.cumsum(ranked, dtype=np.float64)
    if total[-1] <= 0:
        return np.zeros(heat.shape, np.bool_)
    core: _Mask = heat >= ranked[int(np.searchsorted(total, total[-1] / 2))]
    return core


def _whole(heat: Floats) -> _Place:
    heat = _coarse(heat)
    core = _core(heat)
    return _place(heat, core, core)


def _place(heat: Floats, piece: _Mask, core: _Mask) -> _Place:
    """Measure a piece of the core, each cell by its heat."""
    y, x = np.nonzero(piece)
    weights = heat[y, x].astype(np.float64)
    (middle_y, height), (middle_x, width) = (
        _along(where, weights, side) for where, side in zip((y, x), heat.shape, strict=True)
    )
    share = float(weights.sum() / heat[core].sum(dtype=np.float64))
    return _Place(middle_x, middle_y, width, height, float(piece.mean()), share)


def _along(where: NDArray[np.intp], weights: NDArray[np.float64], side: int) -> tuple[float, float]:
    """Return the middle of cells along one side, and the length of the row that varies as much.

    n cells in a row vary by (n² − 1) / 12.
    """
    middle = float(np.average(where, weights=weights))
    varies = float(np.average((where - middle) ** 2, weights=weights))
    return (middle + 0.5) / side, float(np.sqrt(12 * varies + 1)) / side


def _pieces(core: _Mask) -> list[_Mask]:
    """Split a mask into its parts; cells belong together if no more than a `_NEAR`th lies between.

    Cells that touch, at a corner too, always do.
    """
    reach_y, reach_x = (max(1, side // _NEAR) for side in core.shape)
    around = [
        (dy, dx) for dy in range(-reach_y, reach_y + 1) for dx in range(-reach_x, reach_x + 1)
    ]
    left = {(int(y), int(x)) for y, x in np.argwhere(core)}
    pieces = []
    while left:
        piece, edge = np.zeros_like(core), [left.pop()]
        while edge:
            y, x = edge.pop()
            piece[y, x] = True
            near = {(y + dy, x + dx) for dy, dx in around} & left
            left -= near
            edge.extend(near)
        pieces.append(piece)
    return pieces
