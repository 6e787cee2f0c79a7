"""Sample photos, read from packages that the app installs anyway.

In the first one the default model finds a tripod below and, with far less confidence, things held
to the face above: each map is somewhere else. The second is two photos side by side, so that the
maps of the top two classes light up opposite halves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from gradcam.errors import ImageError, nearest
from gradcam.images import read_image
from gradcam.types import Photo


@dataclass(frozen=True)
class Sample:
    """A sample photo. Its id appears in links, so it must never change.

    shows : words for what can be seen in it; a class whose name has one of them is a right answer.
    """

    id: str
    title: str
    credit: str
    shows: tuple[str, ...]


# What EfficientNet-Lite0 makes of them, best first: tripod 94 %; espresso 61 and tripod 18 %;
# espresso 95 %; three kinds of cat, 39, 36 and 17 %; moped 54 %, as ImageNet has no motorcycle;
# academic gown, mortarboard and uniform, 24, 21 and 18 %; missile 27 %. Of astronauts it has never
# heard: football helmet, 16 %. Below 30 points ahead, the page says that it is unsure.
SAMPLES: tuple[Sample, ...] = (
    Sample(
        "photographer", "Photographer", "Lav Varshney (CC0)", ("tripod", "camera", "photographer")
    ),
    Sample(
        "two-things",
        "Two things at once",
        "Photographer by Lav Varshney (CC0); coffee by Rachel Michetti, Pikolo Espresso Bar (CC0)",
        ("tripod", "camera", "photographer", "espresso", "coffee", "cup"),
    ),
    Sample(
        "coffee",
        "Coffee",
        "Rachel Michetti, Pikolo Espresso Bar (CC0)",
        ("espresso", "coffee", "cup"),
    ),
    Sample("cat", "Cat", "Stéfan van der Walt, Chelsea (CC0)", ("cat", "tabby")),
    Sample(
        "motorcycle",
        "Motorcycle",
        "Nesic, Westling, Wang, Kitajima, Krathwohl and Scharstein, Middlebury stereo 2014",
        ("motorcycle", "moped", "scooter"),
    ),
    Sample("grace-hopper", "Grace Hopper", "US Navy, 1984 (public domain)", ("uniform",)),
    Sample(
        "rocket",
        "Rocket",
        "SpaceX, Falcon 9 with DSCOVR (public domain)",
        ("rocket", "missile", "projectile"),
    ),
    Sample(
        "astronaut", "Astronaut", "NASA, Eileen Collins (public domain)", ("astronaut", "shuttle")
    ),
)

# The package that ships each file, and its path inside that package.
_FILES = {
    "coffee": ("skimage", "data/coffee.png"),
    "grace-hopper": ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"),
    "rocket": ("skimage", "data/rocket.jpg"),
    "motorcycle": ("skimage", "data/motorcycle_left.png"),
    "astronaut": ("skimage", "data/astronaut.png"),
    "cat": ("skimage", "data/chelsea.png"),
    "photographer": ("skimage", "data/camera.png"),
}


class _Half(NamedTuple):
    """A crop of a photo: its corner and height; the width follows from the half's aspect ratio."""

    sample: str
    left: int
    top: int
    height: int


# Found by searching over crops for two clear top classes whose maps do not overlap;
# tests/components/test_samples.py checks both. The model sees 700 of the 980 pixels, and the seam
# is in their middle.
_LEFT = _Half("photographer", left=111, top=0, height=487)
_RIGHT = _Half("coffee", left=215, top=2, height=387)
_HALF_SIZE = (480, 800)
_GUTTER = 20
_GUTTER_LEVEL = 0


@cache
def load(sample_id: str) -> Photo:
    """Return the photo, uint8 (H, W, 3), read-only because all callers share one array.

    Raises
    ------
    ImageError : no sample has this id, or its package is not installed.
    """
    photo = _two_things() if sample_id == "two-things" else _packaged(sample_id)
    photo.flags.writeable = False
    return photo


def _packaged(sample_id: str) -> Photo:
    if sample_id not in _FILES:
        known = nearest(sample_id, (sample.id for sample in SAMPLES))
        raise ImageError(f"{sample_id!r} is not a sample photo.", hint=known)
    package, path = _FILES[sample_id]
    # A copy, because an array from Pillow may be shared.
    return read_image(_folder(package) / path).copy()


def _folder(package: str) -> Path:
    # Located without importing: scikit-image and matplotlib would delay the page by a second.
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ImageError(
            f"{package} and its sample photos are not installed.", hint="Run `make setup` again."
        )
    return Path(spec.origin).parent


def _two_things() -> Photo:
    """Return both halves with a dark gutter between them, uint8 (800, 2 · half + gutter, 3)."""
    width, height = _HALF_SIZE
    photo = np.full((height, 2 * width + _GUTTER, 3), _GUTTER_LEVEL, np.uint8)
    photo[:, :width] = _cut(_LEFT)
    photo[:, -width:] = _cut(_RIGHT)
    return photo


def _cut(half: _Half) -> Photo:
    width, height = _HALF_SIZE
    right = half.left + half.height * width / height
    box = (half.left, half.top, right, half.top + half.height)
    whole = Image.fromarray(load(half.sample))
    return np.asarray(whole.resize(_HALF_SIZE, Image.Resampling.LANCZOS, box=box))
