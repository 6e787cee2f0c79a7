"""Means over photos with the interval that chance leaves them, and differences photo by photo.

The interval is the percentile bootstrap's (Efron 1979, Annals of Statistics 7, 1–26): as many
photos are drawn anew, with repetition, as there are, the mean is taken, and this 2,000 times; of
those means the middle 95 % are the interval. Every column is averaged over the same draws.

A difference between two methods is taken on each photo first. Photos differ far more than methods
do, and what both methods share of a photo falls out of it, so it tells two methods apart whose own
intervals overlap.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
FEWEST = 6  # photos from which on two methods can be told apart
SHARE = 0.95  # of the draws' means that lie in the interval
_AT_ONCE = 4_000_000  # numbers of the draws in memory at a time

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A mean over photos.

    mean, low, high : the mean and its 95 % bootstrap interval.
    photos : how many gave a number.
    """

    mean: float
    low: float
    high: float
    photos: int

    @property
    def apart(self) -> bool:
        """Whether 0 lies outside: of a difference, whether it is more than chance.

        Never of fewer than six photos: that five all differ the same way is chance one time in 16.
        """
        return self.photos >= FEWEST and (self.low > 0 or self.high < 0)


def means(
    values: Values,
    groups: Sequence[str] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> list[Interval | None]:
    """Return each column's mean over the photos, with its interval; None if none gave a number.

    Parameters
    ----------
    values : (photos, columns), NaN where a photo gave no number.
    groups : the class of each photo. Given, each class is averaged by itself, and the mean is that
        of the classes' means, as in the pointing game (Zhang et al. 2018, section 4.1). A class
        that a draw left out does not count in it.
    draws : how often photos are drawn anew.
    seed : of the draws, which are the same for equal numbers of photos.

    >>> means(np.array([[0.5, 1.0], [0.5, np.nan]]))[0]
    Interval(mean=0.5, low=0.5, high=0.5, photos=2)
    """
    photos = len(values)
    members = _members(groups, photos)
    once = _averaged(np.ones((1, photos)), values, members)[0]
    drawn = np.concatenate(
        [_averaged(counts, values, members) for counts in _counts(photos, draws, seed)]
    )
    found = (~np.isnan(values)).sum(axis=0)
    return [_interval(*column) for column in zip(once, drawn.T, found, strict=True)]


def differences(
    values: Values,
    pairs: Sequence[tuple[int, int]],
    groups: Sequence[str] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> list[Interval | None]:
    """Return for each pair (a, b) the mean of column a minus column b, photo by photo.

    Photos that gave a number for only one of the two are left out. The parameters are those of
    `means`.

    >>> differences(np.array([[0.3, 0.1], [0.9, 0.7]]), [(0, 1)])[0].photos
    2
    """
    first, second = (np.array([pair[side] for pair in pairs], np.intp) for side in (0, 1))
    return means(values[:, first] - values[:, second], groups, draws=draws, seed=seed)


def _members(groups: Sequence[str] | None, photos: int) -> list[NDArray[np.intp]]:
    """Return the photos of each group, by position; all of them if there are no groups."""
    if groups is None:
        return [np.arange(photos)]
    _, which = np.unique(np.asarray(groups), return_inverse=True)
    return [np.flatnonzero(which == group) for group in range(which.max(initial=-1) + 1)]


def _counts(photos: int, draws: int, seed: int) -> Iterator[Values]:
    """Yield how often each draw holds each photo, (draws, photos), some draws at a time."""
    generator = np.random.default_rng(seed)
    most = max(1, _AT_ONCE // max(photos, 1))
    for start in range(0, draws, most):
        size = min(most, draws - start)
        drawn = generator.integers(photos, size=(size, photos)) if photos else np.empty((size, 0))
        places = drawn.astype(np.intp) + photos * np.arange(size)[:, None]
        counts = np.bincount(places.ravel(), minlength=size * photos)
        yield counts.reshape(size, photos).astype(np.float64)


def _averaged(counts: Values, values: Values, members: Sequence[NDArray[np.intp]]) -> Values:
    """Return the mean of each column for each row of `counts`: (draws, columns)."""
    there = ~np.isnan(values)
    filled = np.where(there, values, 0)
    total = np.zeros((len(counts), values.shape[1]))
    groups = np.zeros_like(total)
    for photos in members:
        weight = counts[:, photos] @ there[photos]
        total += (counts[:, photos] @ filled[photos]) / np.maximum(weight, 1)
        groups += weight > 0
    averaged: Values = np.where(groups > 0, total / np.maximum(groups, 1), np.nan)
    return averaged


def _interval(mean: float, drawn: Values, photos: int) -> Interval | None:
    if math.isnan(mean):
        return None
    # A draw of nothing but photos without a number has no mean.
    kept = drawn[~np.isnan(drawn)]
    low, high = np.quantile(kept, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return Interval(float(mean), float(low), float(high), int(photos))
