"""Which range of pixel values a model expects, and whether it reacts to those it gets."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from PIL import Image

from gradcam.preprocess import convert
from gradcam.ranges import RANGES, Range, with_range
from gradcam.types import AnyPreprocessing, Floats, Photo, Preprocessing

# What networks are trained on, from lowest to highest: [0, 1] and [-1, 1], centred, with ImageNet's
# mean and deviation, bytes, bytes less their middle, and bytes less ImageNet's mean colour.
_USUAL = ((0, 1), (-1, 1), (-0.5, 0.5), (-2.1, 2.6), (0, 255), (-127.5, 127.5), (-124, 151))
# By how much another range must fit better than [0, 1], the commonest; 0.7 is a factor of two.
_CLEARLY = 0.3
# Logits whose deviation over very different photos is below this share of their size react little,
# so that another range may suit better; and hardly at all.
_LITTLE, _HARDLY = 0.05, 0.005
_FAR_MORE = 10
# By what share of their size logits may change with the size of the batch, by rounding alone.
_CHANCE = 0.02


def expected_range(
    prepare: Callable[[Floats], Iterable[Floats]], how: Preprocessing
) -> Range | None:
    """The range of pixel values that a model scales itself; None if it takes them as they are.

    Parameters
    ----------
    prepare : inputs (N, h, w, 3) → what the model makes of them before its first weights. Photos
        are sent through it in each range; the right one gives what networks are trained on.
    how : gives the size of the photos and the order of their colours.
    """
    far = {
        name: max(_from_usual(values) for values in prepare(shown(with_range(how, name))))
        for name in RANGES
    }
    first, *others = RANGES
    if all(abs(far[name] - far[first]) < _CLEARLY for name in others):
        return None
    best = min(others, key=lambda name: far[name])
    return best if far[best] < far[first] - _CLEARLY else first


def reaction(logits: Floats) -> float:
    """How much logits (N, K) depend on the photo: their deviation over N, relative to their size.

    Unlike the deviation itself, it does not grow with the pixel values in a network without biases.
    """
    size = float(np.sqrt(np.mean(np.square(logits, dtype=np.float64))))
    return float(np.sqrt(np.mean(np.var(logits, axis=0, dtype=np.float64)))) / (size or 1.0)


def doubt(logits: Callable[[Floats], Floats], how: AnyPreprocessing) -> str:
    """One sentence if the logits hardly depend on the photo, or on more than that; else "".

    Parameters
    ----------
    logits : inputs (N, h, w, 3) → logits (N, K).
    how : the preprocessing in use.
    """
    photos = shown(how)
    together = logits(photos)
    here = reaction(together)
    alone = np.abs(logits(photos[:1]) - together[:1]).max()
    if alone > _CHANCE * np.abs(together).max():
        return (
            "The model's answer to a photo depends on the other photos beside it or on chance: a "
            "layer of it, such as a batch normalisation or a dropout, is in training mode."
        )
    if not here < _LITTLE:  # also where NaN is among the logits, which has an error of its own
        return ""
    better = _better_range(logits, how, here) if isinstance(how, Preprocessing) else ""
    if better or here > _HARDLY:
        return better
    return "The model hardly reacts to photos: four very different ones get nearly equal logits."


def shown(how: AnyPreprocessing) -> Floats:
    """Four unlike photos, preprocessed: float32 (4, *how.crop, 3)."""
    return np.stack([convert(photo, how) for photo in _photos(*how.crop)])


def _better_range(logits: Callable[[Floats], Floats], how: Preprocessing, here: float) -> str:
    """One sentence about the range in which logits depend far more on the photo, if there is one.

    here : how much they do with the preprocessing in use.
    """
    there = {name: reaction(logits(shown(with_range(how, name)))) for name in RANGES}
    best = max(there, key=lambda name: there[name])
    if there[best] <= _FAR_MORE * here:
        return ""
    low, high = RANGES[best]
    return (
        "The model hardly reacts to photos with the pixel values it is given, and "
        f"{there[best] / max(here, 1e-9):.0f} times as much to values from {low:g} to "
        f"{high:g}: it was probably trained on those."
    )


def _photos(height: int, width: int) -> Iterator[Photo]:
    """Smooth noise, dark and bright; each colour uses the whole range from 0 to 255."""
    random = np.random.default_rng(0)
    for cells in (2, 5, 9, 16):
        coarse = random.integers(0, 256, (cells, cells, 3), np.uint8)
        smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        values = np.asarray(smooth, np.float32)
        low, high = values.min((0, 1)), values.max((0, 1))
        even = (values - low) / np.maximum(high - low, 1)
        yield np.rint(even ** random.choice([0.2, 1, 5], 3) * 255).astype(np.uint8)


def _from_usual(values: Floats) -> float:
    """How far values are from the nearest usual interval: in width (log) and in position."""
    low, high = float(values.min()), float(values.max())
    width = max(high - low, 1e-9)
    return min(
        abs(math.log(width / (b - a))) + abs((low + high - a - b) / 2) / (b - a) for a, b in _USUAL
    )
