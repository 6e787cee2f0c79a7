"""Whether a layer only adds a border to what it is given, or takes one away: it computes nothing.

Networks with explicit padding are full of these, under any class name: torch.nn's pads, a wrapper's
`static_padding`, a layer of one's own around `pad`. So they are known by what they do.
"""

from __future__ import annotations

from itertools import product
from typing import Any

_WIDEST = 16  # cells to both sides together; more is another layout rather than a border


def only_a_border(before: Any, after: Any) -> bool:
    """Return whether one of the two lies unchanged within the other.

    before, after : what a layer is given and returns, (N, …), of torch or NumPy. Only the first
        photo is compared. The border may hold anything: zeros, a reflection, a constant.
    """
    if before.ndim != after.ndim or before.ndim < 3 or before.shape[1:] == after.shape[1:]:
        return False
    small, large = sorted((before[0], after[0]), key=lambda one: tuple(one.shape))
    spare = [more - less for more, less in zip(large.shape, small.shape, strict=True)]
    if min(spare) < 0 or max(spare) > _WIDEST or 0 in small.shape:
        return False
    middle = tuple(side // 2 for side in small.shape[:-1])
    for corner in product(*(range(extra + 1) for extra in spare)):
        place = tuple(slice(at, at + side) for at, side in zip(corner, small.shape, strict=True))
        row = tuple(at + half for at, half in zip(corner, middle, strict=False))
        # One row first: nearly every place is ruled out by it.
        if bool((large[row][place[-1]] == small[middle]).all()) and bool(
            (large[place] == small).all()
        ):
            return True
    return False
