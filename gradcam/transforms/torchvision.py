"""Reading torchvision's and timm's transforms by the names and attributes of their classes.

Neither library is imported. A reading is only a proposal: `gradcam.transforms` compares it with the
transform itself before it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from gradcam.errors import GradcamError
from gradcam.types import Preprocessing

_SCALING = ("ToTensor", "MaybeToTensor", "ConvertImageDtype")
_NOTHING = ("ToImage", "PILToTensor", "MaybePILToTensor", "ToPureTensor", "Identity", "RGB")
_RANDOM = (
    "AugMix", "AutoAugment", "ColorJitter", "CutMix", "ElasticTransform", "MixUp", "RandAugment",
    "ScaleJitter", "TrivialAugmentWide",
)  # fmt: skip


def read(value: Any) -> Preprocessing | None:
    """Read a preset of weights, a Compose or a single transform.

    Returns
    -------
    The Preprocessing, or None if the value is not a transform or does something that
    Preprocessing's fields cannot say.
    """
    steps = list(_steps(value))
    if len(steps) == 1 and _kind(steps[0]) == "ImageClassification":
        return _preset(steps[0])
    found = _Found()
    if all(found.take(step) for step in steps) and found.fields.keys() >= {"resize", "crop"}:
        return Preprocessing(**found.fields)
    return None


def refuse_random(value: Any) -> None:
    """Raise GradcamError if one of the transforms is random by its name."""
    for step in _steps(value):
        if _kind(step).startswith("Random") or _kind(step) in _RANDOM:
            raise GradcamError(
                f"The preprocessing changes photos at random ({_kind(step)}).",
                hint="Pass the transform you use for validation, without augmentation.",
            )


@dataclass
class _Found:
    """The fields of Preprocessing known after the steps so far.

    `unit` is the value that a pixel of 255 has at this point.
    """

    fields: dict[str, Any] = field(default_factory=lambda: {"mean": 0.0, "std": 1 / 255})
    unit: float = 255.0

    def take(self, step: Any) -> bool:
        """Take one more step; return False for one whose effect is not known."""
        kind = _kind(step)
        if kind in _NOTHING or (kind == "ToDtype" and not step.scale):
            return True
        if kind in _SCALING or kind == "ToDtype":
            # timm has a ToTensor that does not rescale, which comparing will show.
            self.fields["std"], self.unit = 1.0, 1.0
            return True
        if kind == "Grayscale":
            self.fields["channels"] = "grey"
            return True
        reader = {"Resize": self._resize, "CenterCrop": self._crop, "Normalize": self._normalize}
        return kind in reader and reader[kind](step)

    def _resize(self, step: Any) -> bool:
        if "resize" in self.fields or getattr(step, "max_size", None) is not None:
            return False
        self.fields["resize"] = size = _size(step.size)
        if isinstance(size, tuple):
            self.fields["crop"] = size
        self.fields["interpolation"] = interpolation_of(step.interpolation)
        return True

    def _crop(self, step: Any) -> bool:
        self.fields["crop"] = _size(step.size)
        return "resize" in self.fields

    def _normalize(self, step: Any) -> bool:
        # In grey levels the mean and std are `unit` times those of values in [0, 1].
        self.fields |= {name: tidy(getattr(step, name), self.unit) for name in ("mean", "std")}
        return True


def tidy(numbers: Any, unit: float = 1.0) -> tuple[float, ...]:
    """Divide by `unit`, to the digits that float32 holds: it makes 0.48500001 of 0.485."""
    divided = np.atleast_1d(np.asarray(numbers, np.float64)) / unit
    return tuple(float(f"{n:.7g}") if abs(n) > 1e-7 else 0.0 for n in divided)


def _preset(step: Any) -> Preprocessing:
    fields = {
        "resize": _size(step.resize_size),
        "crop": _size(step.crop_size),
        "mean": step.mean,
        "std": step.std,
        "interpolation": interpolation_of(step.interpolation),
    }
    return Preprocessing(**fields)


def _steps(value: Any) -> Iterator[Any]:
    if _kind(value) in ("Compose", "Sequential"):
        for step in getattr(value, "transforms", value):
            yield from _steps(step)
    elif _kind(value) == "TimmWrapperImageProcessor":
        yield from _steps(value.val_transforms)
    else:
        yield value


def _kind(step: Any) -> str:
    return type(step).__name__


def _size(size: Any) -> int | tuple[int, int]:
    """One number is one side; transforms keep it as it was given, or in a list of one or two."""
    sides = tuple(size) if hasattr(size, "__len__") else (size,)
    return (sides[0], sides[1]) if len(sides) == 2 else sides[0]


def interpolation_of(mode: Any) -> str:
    """torchvision's enumeration has Pillow's names as values; Pillow's numbers are accepted too."""
    if isinstance(mode, int):
        return Image.Resampling(mode).name.lower()
    return str(getattr(mode, "value", mode)).removesuffix("-exact")
