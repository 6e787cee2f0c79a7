"""Somebody's own preprocessing, used as it is: its values, and where in the photo they lie."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gradcam.errors import GradcamError, GradcamWarning
from gradcam.preprocess import IMAGENET_MEAN
from gradcam.transforms.calling import Apply, apply_of, name_of
from gradcam.transforms.colours import Colours
from gradcam.transforms.geometry import Brightness, window
from gradcam.transforms.trials import fingerprint, photo, require_fixed
from gradcam.types import CustomPreprocessing, Fit, Floats, ModelInput, Photo, Window

_TRIALS = ((211, 160), (160, 213), (300, 301))
_KEPT_WINDOWS = 512
_LIKE = 0.8  # correlation of what the model sees with the window that was measured
_COMPARED = (24, 24)
_FLAT = 3.0  # standard deviation, in grey levels, below which a picture has nothing to compare
_BORDER = tuple(round(255 * mean) for mean in IMAGENET_MEAN)  # the colour that says least


def custom(code: Callable[..., Any]) -> CustomPreprocessing:
    """Return somebody's code as a preprocessing, with what could be measured about it.

    Raises
    ------
    GradcamError : the code fails, is random, does not return one image, or gives photos of
        different sizes inputs of different sizes.

    Warns
    -----
    GradcamWarning : its maps cannot be placed on the photo.
    """
    apply = apply_of(code)
    require_fixed(apply, code)
    made = [apply(photo(*size)) for size in _TRIALS]
    _require_one_size(made, code)
    runner = _Runner(apply, name_of(code), (made[0].shape[0], made[0].shape[1]))
    placed = all(runner.window(size) is not None for size in _TRIALS)
    if not placed:
        warnings.warn(
            f"Which part of a photo the preprocessing {name_of(code)} shows the model could not be "
            "measured, so maps are drawn on the model's own view, which is result.photo.",
            GradcamWarning,
            stacklevel=5,  # past `as_preprocessing`, to who called `wrap`
        )
    return CustomPreprocessing(name_of(code), fingerprint(made), runner.crop, placed, runner)


class _Runner:
    """Implements `gradcam.types.Preparing` by calling the code."""

    def __init__(self, apply: Apply, name: str, crop: tuple[int, int]) -> None:
        self.crop = crop
        self._apply = apply
        self._name = name
        self._brightness = Brightness.of(apply, _TRIALS[2])
        self._colours = Colours.of(apply, _TRIALS[2])
        self.window = lru_cache(_KEPT_WINDOWS)(self._window)

    def prepare(self, photo: Photo, fit: Fit) -> ModelInput:
        if fit != "crop":
            return self._whole(photo, fit)
        values = self._values(photo)
        found = self.window((photo.shape[0], photo.shape[1]))
        if found is None or not _alike(photo, self.picture(values), found):
            height, width = map(float, self.crop)
            return ModelInput(values, Window(0.0, 0.0, width, height), view=self.picture(values))
        return ModelInput(values, found)

    def convert(self, photo: Photo) -> Floats:
        colours = self._colours.values(photo)
        return self._values(photo) if colours is None else colours

    def picture(self, values: Floats) -> Photo:
        return self._colours.picture(values)

    def _values(self, photo: Photo) -> Floats:
        values = self._apply(photo)
        if values.shape[:2] != self.crop:
            raise GradcamError(
                f"The preprocessing {self._name} gives a photo of {photo.shape[1]} × "
                f"{photo.shape[0]} pixels as {values.shape[1]} × {values.shape[0]}, and others as "
                f"{self.crop[1]} × {self.crop[0]}.",
                hint="Let it resize and crop every photo to one size.",
            )
        return values

    def _window(self, size: tuple[int, int]) -> Window | None:
        if self._brightness is None:
            return None
        return window(self._apply, size, self._brightness)

    def _whole(self, photo: Photo, fit: Fit) -> ModelInput:
        """Show the model the whole photo, on a canvas of which the code keeps just that part.

        The photo is never shrunk here, so that only the code's own interpolation does that.
        """
        needed = _around(photo, self.crop)
        canvas_size = self._canvas(needed)
        seen = self.window(canvas_size) if canvas_size else None
        if canvas_size is None or seen is None:
            raise self._not_whole()
        content = Image.fromarray(photo)
        if fit == "squash":
            content = content.resize((needed[1], needed[0]), Image.Resampling.BICUBIC)
        canvas = Image.new("RGB", (canvas_size[1], canvas_size[0]), _BORDER)
        left = round((seen.left + seen.right - content.width) / 2)
        top = round((seen.top + seen.bottom - content.height) / 2)
        canvas.paste(content, (left, top))
        x, y = photo.shape[1] / content.width, photo.shape[0] / content.height
        around = Window(
            (seen.left - left) * x,
            (seen.top - top) * y,
            (seen.right - left) * x,
            (seen.bottom - top) * y,
        )
        if not _holds(around, photo):
            raise self._not_whole()
        return ModelInput(self._values(np.asarray(canvas)), around)

    def _not_whole(self) -> GradcamError:
        return GradcamError(
            f"The preprocessing {self._name} cannot be shown the whole photo: which part of a "
            "photo it keeps could not be measured, or is never all of it.",
            hint="Use fit='crop', its own way.",
        )

    def _canvas(self, needed: tuple[int, int]) -> tuple[int, int] | None:
        """Return the size of photo (H, W) of which the code keeps a part of size `needed`."""
        seen = self.window(needed)
        if seen is None:
            return None
        kept = seen.bottom - seen.top, seen.right - seen.left
        height, width = (
            max(side, math.ceil(side**2 / part)) for side, part in zip(needed, kept, strict=True)
        )
        return height, width


def _around(photo: Photo, crop: tuple[int, int]) -> tuple[int, int]:
    """Return the smallest size (H, W) in the shape of `crop` that holds the photo."""
    scale = max(photo.shape[0] / crop[0], photo.shape[1] / crop[1])
    return math.ceil(crop[0] * scale - 1e-9), math.ceil(crop[1] * scale - 1e-9)


def _holds(window: Window, photo: Photo) -> bool:
    """Return whether the window shows the whole photo, but for a hundredth at each edge."""
    height, width = photo.shape[:2]
    x, y = width / 100, height / 100
    beyond = window.right >= width - x and window.bottom >= height - y
    return bool(window.left <= x and window.top <= y and beyond)


def _require_one_size(made: list[Floats], code: object) -> None:
    if len({values.shape for values in made}) > 1:
        sizes = ", ".join(f"{values.shape[1]} × {values.shape[0]}" for values in made)
        raise GradcamError(
            f"The preprocessing {name_of(code)} gives photos of different sizes inputs of "
            f"different sizes ({sizes}).",
            hint="Let it resize and crop every photo to the model's input size.",
        )


def _alike(photo: Photo, view: Photo, window: Window) -> bool:
    """Return whether what the model sees looks like the part of the photo said to be it.

    Code may find its crop by what is in the photo, which no measured window can follow.
    """
    height, width = photo.shape[:2]
    box = (
        max(window.left, 0.0), max(window.top, 0.0), min(window.right, width),
        min(window.bottom, height),
    )  # fmt: skip
    x = view.shape[1] / (window.right - window.left)
    y = view.shape[0] / (window.bottom - window.top)
    same = (
        (box[0] - window.left) * x, (box[1] - window.top) * y,
        (box[2] - window.left) * x, (box[3] - window.top) * y,
    )  # fmt: skip
    expected, found = (_reduced(one, where) for one, where in ((photo, box), (view, same)))
    if expected.std() < _FLAT or found.std() < _FLAT:
        return True
    return float(np.corrcoef(expected.ravel(), found.ravel())[0, 1]) > _LIKE


def _reduced(picture: Photo, box: tuple[float, ...]) -> NDArray[np.float64]:
    grey = Image.fromarray(picture).convert("L")
    small = grey.resize(_COMPARED, Image.Resampling.BOX, (box[0], box[1], box[2], box[3]))
    return np.asarray(small, np.float64)
