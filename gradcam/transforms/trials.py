"""Photos to try a preprocessing on, and what they say: is it random, and are two the same?"""

from __future__ import annotations

import hashlib

import numpy as np
from PIL import Image

from gradcam.errors import GradcamError
from gradcam.preprocess import preprocess
from gradcam.transforms.calling import Apply, name_of
from gradcam.types import Floats, Photo, Preprocessing

LEVELS = 2  # of 255: how much two ways to resize may differ
_CALLS = 8  # a mirror image every other time goes unnoticed once in 128
_ROUNDING = 1e-4


def photo(height: int, width: int) -> Photo:
    """Return a photo with detail at every scale, uint8 (height, width, 3); always the same one.

    Noise at several scales makes a shift by one pixel, another filter and another order of channels
    all visible, and its black and white show values that are not clipped.
    """
    noise = np.random.default_rng(0)
    whole = np.zeros((height, width, 3))
    for cells in (3, 17, 71):
        coarse = noise.integers(0, 256, (cells, cells + 2, 3), np.uint8)
        big = Image.fromarray(coarse).resize((width, height), Image.Resampling.NEAREST)
        whole += np.asarray(big)
    fine = noise.integers(0, 256, (height, width, 3))
    return np.clip((whole / 3 - 127.5) * 1.6 + fine / 3 + 85, 0, 255).astype(np.uint8)


def photos_for(how: Preprocessing) -> list[Photo]:
    """Return photos on which a wrong reading of a preprocessing shows.

    They are larger and smaller than what it resizes to; upright and wide; and a pixel longer or
    three than the crop, where implementations round its place differently.
    """
    side = how.resize if isinstance(how.resize, int) else min(how.resize)
    odd = side + (3 - (side - how.crop[1])) % 4
    return [
        photo(round(side * 2.3) + 1, round(side * 1.6)),
        photo(side, odd + 4),
        photo(side + 1, side),
        photo(max(8, side // 2), max(8, round(side * 0.83))),
    ]


def agrees(apply: Apply, how: Preprocessing) -> bool:
    """Return whether `how` makes of every trial photo what the code itself makes of it.

    Raises
    ------
    GradcamError : the code fails.
    """
    tolerance = LEVELS / 255 / np.array(how.std, np.float32) + _ROUNDING
    if how.channels == "bgr":
        tolerance = tolerance[::-1]
    for one in photos_for(how):
        theirs, ours = apply(one), preprocess(one, how).values
        if theirs.shape != ours.shape or (np.abs(theirs - ours) > tolerance).any():
            return False
    return True


def require_fixed(apply: Apply, code: object) -> None:
    """Raise GradcamError if the code gives one photo different values from call to call."""
    one = photo(61, 83)
    first = apply(one)
    for _ in range(_CALLS - 1):
        again = apply(one)
        if again.shape != first.shape or not np.allclose(again, first, atol=_ROUNDING):
            raise GradcamError(
                f"The preprocessing {name_of(code)} looks random: it gave one photo two results.",
                hint="Pass the transform you use for validation, without augmentation.",
            )


def fingerprint(values: list[Floats]) -> str:
    """Return the SHA-256 of what a preprocessing made of the trial photos."""
    sha = hashlib.sha256()
    for one in values:
        sha.update(repr(one.shape).encode() + np.ascontiguousarray(one).tobytes())
    return sha.hexdigest()
