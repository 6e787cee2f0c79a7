"""The package's basic types and their shapes.

Shapes use N images, K classes, C channels, (h, w) for a layer's resolution, (H, W) for the photo's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from gradcam.errors import GradcamError
from gradcam.text import clip, figures, millions, percent

Photo = NDArray[np.uint8]  # (H, W, 3) RGB, upright
Floats = NDArray[np.float32]
Framework = Literal["torch", "keras", "numpy"]
Source = Literal["bundled", "torchvision", "keras", "timm", "huggingface", "file", "memory"]
Fit = Literal["crop", "squash", "pad"]
Sign = Literal["for", "against", "both", "abs"]
Fusion = Literal["max", "mean", "product"]
Interpolation = Literal["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]
Channels = Literal["rgb", "bgr", "grey"]
Rounding = Literal["even", "down"]
FITS: tuple[Fit, ...] = ("crop", "squash", "pad")
SIGNS: tuple[Sign, ...] = ("for", "against", "both", "abs")
LONGEST_SIDE = 4096  # pixels; a model's input of 4096 × 4096 takes 200 MB before its first layer
_LARGEST = 10  # of a mean or std: pixel values lie in [0, 1] before them
_LONGEST_LABEL = 40
FUSIONS: tuple[Fusion, ...] = ("max", "mean", "product")


class TooLargeError(GradcamError):
    """A photo would be resized to more pixels than any model takes."""


def require_sides(what: str, *sides: float) -> None:
    """Raise TooLargeError if one of the sides, in pixels, is above `LONGEST_SIDE`."""
    if max(sides) > LONGEST_SIDE:
        raise TooLargeError(
            f"{what} cannot be {max(sides)}: sides up to {LONGEST_SIDE} pixels are prepared.",
            hint="Give the size of the model's input.",
        )


@dataclass(frozen=True, repr=False)
class Preprocessing:
    """How an RGB photo is turned into model input; validated on construction.

    The shorter side is resized to `resize` pixels with `interpolation` (one of Pillow's filters),
    the centre is cropped to `crop` = (height, width), and values in [0, 1] become
    `(x - mean) / std`, with `mean` and `std` in the order red, green, blue. `channels` is what the
    model was trained on: "bgr" reverses the channel order, "grey" repeats the luminance (ITU-R 601)
    three times. A `resize` of (height, width) stretches the photo to that size, whatever its shape;
    left out, it is 8/7 of the crop's shorter side, the usual 256 for 224. `rounding` is where the
    crop begins if an odd number of pixels is left over: at the "even" pixel next to the half, as in
    torchvision, or always "down", as in transformers.

    One number is enough for a square crop, and for a mean or std that all channels share. Names may
    be in capitals; "gray" is "grey".

    >>> Preprocessing(resize=256, crop=224, mean=0.5, std=[0.5])
    Preprocessing(resize=256, crop=224, mean=0.5, std=0.5)

    Raises GradcamError for a size below 1 or above 4096, a std of 0, a mean or std of pixel values
    up to 255, and unknown names, listing the nearest.
    """

    resize: int | tuple[int, int] = None  # type: ignore[assignment]  # None: see above
    crop: tuple[int, int] = (224, 224)
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    interpolation: Interpolation = "bilinear"
    channels: Channels = "rgb"
    rounding: Rounding = "even"

    def __post_init__(self) -> None:
        numbers = _numbers("crop", self.crop, "one whole number, or (height, width)", 1, 2)
        crop = tuple(_side("crop", side) for side in (numbers * 2)[:2])
        checked = {
            "resize": _around(crop) if self.resize is None else _resize(self.resize),
            "crop": crop,
            "mean": _per_channel("mean", self.mean),
            "std": _per_channel("std", self.std),
            "interpolation": _named("an interpolation", self.interpolation, Interpolation),
            "channels": _named("an order of channels", self.channels, Channels),
            "rounding": _named("a rounding", self.rounding, Rounding),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        if min(self.std) <= 0:
            raise GradcamError(
                f"std cannot be {_short(self.std)}: values are divided by it.",
                hint="Give numbers above 0; 1 changes nothing.",
            )

    def __repr__(self) -> str:
        first = Preprocessing
        parts = [
            f"resize={self.resize!r}",
            f"crop={_short(self.crop)}",
            f"mean={_short(self.mean)}",
            f"std={_short(self.std)}",
            f"interpolation={self.interpolation!r}" * (self.interpolation != first.interpolation),
            f"channels={self.channels!r}" * (self.channels != first.channels),
            f"rounding={self.rounding!r}" * (self.rounding != first.rounding),
        ]
        return f"Preprocessing({', '.join(part for part in parts if part)})"


@dataclass(frozen=True)
class Window:
    """The part of the photo that the model's input covers, in photo pixels (x right, y down).

    `left`, `top`, `right` and `bottom` are edges, not pixel centres: the whole photo is
    (0, 0, W, H). With padding, the window extends beyond the photo.
    """

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class ModelInput:
    """A photo as the model sees it.

    values : float32 (h_in, w_in, 3), normalised.
    window : the part of the photo that `values` covers.
    view : uint8 (h_in, w_in, 3), a picture of `values` to draw maps on in place of the photo, where
        it is not known which part of the photo they cover; else None.
    """

    values: Floats
    window: Window
    view: Photo | None = None


class Preparing(Protocol):
    """What a `CustomPreprocessing` does with photos."""

    def prepare(self, photo: Photo, fit: Fit) -> ModelInput:
        """Turn one photo into model input."""

    def convert(self, photo: Photo) -> Floats:
        """Turn a photo of the input's size into model input, changing nothing but the colours."""

    def picture(self, values: Floats) -> Photo:
        """Return model input (h_in, w_in, 3) as a picture, uint8 of the same shape."""


@dataclass(frozen=True)
class CustomPreprocessing:
    """A preprocessing that is somebody's own code: what is known about it, and can be written down.

    name : the object's own description, on one line.
    digest : SHA-256 of what it makes of a few fixed photos: equal for code that does the same.
    crop : (height, width) of the model input it makes.
    placed : whether the part of a photo that it shows the model could be measured. If not, maps are
        drawn on the model's own view.
    code : the code itself; None in what was read back from a file.
    """

    name: str
    digest: str
    crop: tuple[int, int]
    placed: bool
    code: Preparing | None = field(default=None, compare=False, repr=False)


AnyPreprocessing = CustomPreprocessing | Preprocessing


@dataclass(frozen=True, repr=False)
class Layer:
    """A layer of the network that can be explained.

    `name` is what `explain` takes, `kind` the framework's type, `shape` always (C, h, w) whatever
    the framework's order. `stage` marks the last layer of each resolution (the short list),
    `recommended` the layer to start with.
    """

    name: str
    shape: tuple[int, int, int]
    kind: str
    stage: bool = False
    recommended: bool = False

    def __repr__(self) -> str:
        marks = [f"{mark}=True" for mark in ("stage", "recommended") if getattr(self, mark)]
        return f"Layer({', '.join([repr(self.name), repr(self.shape), repr(self.kind), *marks])})"


@dataclass(frozen=True, repr=False)
class Prediction:
    """The model's score for one class, given by `index` and `label`.

    `probability` is the softmax, or the sigmoid for a multi-label model; `logit` is the value
    before it.
    """

    index: int
    label: str
    probability: float
    logit: float

    def __repr__(self) -> str:
        label, share = clip(self.label, _LONGEST_LABEL), percent(self.probability)
        return f"<Prediction {self.index} {label!r} {share}, logit {figures(self.logit)}>"


@dataclass(frozen=True, repr=False)
class ModelSpec:
    """One row of the model catalogue: plain data, readable without loading a framework.

    id : the name `gradcam.load_model` takes; `title` is the name to show people.
    framework, source : what runs the model, and where it comes from.
    parameters : the number of learnt parameters.
    preprocessing : how an RGB photo is turned into its input.
    labels : the name of the list with its class labels.
    top1, top5 : accuracy in percent on the model's own validation set.
    url : where the weights are; "hf://ORG/NAME" on the Hugging Face hub; "" if they ship with the
        project.
    download_bytes : size of the weights at `url`; 0 if there is none or it is not known.
    checksum : "sha256:…" or "md5:…", the file's hash or the first digits of it; "" if unknown.
    cached_as : the file's name in the framework's own cache, if it differs from the URL's.
    family : the family of architectures it belongs to, in words; "" where the title says it.
    note : one sentence about the model, or "".
    """

    id: str
    title: str
    framework: Framework
    source: Source
    parameters: int
    preprocessing: AnyPreprocessing
    labels: str
    top1: float | None = None
    top5: float | None = None
    download_bytes: int = 0
    url: str = ""
    checksum: str = ""
    cached_as: str = ""
    note: str = ""
    family: str = ""

    @property
    def filename(self) -> str:
        """The file name of the weights, as torchvision and Keras name it in their own caches."""
        return self.cached_as or self.url.rsplit("/", 1)[-1]

    def __repr__(self) -> str:
        accuracy = "" if self.top1 is None else f", top-1 {self.top1:.1f} %"
        return f"<ModelSpec {self.id!r} {millions(self.parameters)} parameters{accuracy}>"


def _numbers(what: str, given: Any, expected: str, *counts: int) -> tuple[Any, ...]:
    """Return a number or a sequence of numbers as a tuple; its length must be in `counts`."""
    many = isinstance(given, (list, tuple)) or getattr(given, "ndim", 0) > 0
    numbers = tuple(given) if many else (given,)
    if len(numbers) not in (counts or (1,)):
        raise GradcamError(f"{what} cannot be {given!r}.", hint=f"Give {expected}.")
    return numbers


def _side(what: str, number: Any) -> int:
    whole = isinstance(number, Integral) or (isinstance(number, float) and number.is_integer())
    if isinstance(number, bool) or not whole or number < 1:
        raise GradcamError(
            f"{what} cannot be {number!r}.", hint="Give whole numbers of pixels, at least 1."
        )
    require_sides(what, number)
    return int(number)


def _around(crop: tuple[int, ...]) -> int:
    return min(round(min(crop) * 8 / 7), LONGEST_SIDE)


def _resize(given: Any) -> int | tuple[int, int]:
    expected = "one whole number, the length of the shorter side, or (height, width)"
    sides = tuple(_side("resize", side) for side in _numbers("resize", given, expected, 1, 2))
    return (sides[0], sides[1]) if len(sides) == 2 else sides[0]


def _per_channel(what: str, given: Any) -> tuple[float, ...]:
    numbers = _numbers(what, given, "one number, or three: red, green and blue", 1, 3)
    if any(isinstance(n, (str, bool)) or not hasattr(n, "__float__") for n in numbers):
        raise GradcamError(f"{what} cannot be {given!r}.", hint="Give one number, or three.")
    three = tuple(float(n) for n in numbers * (3 // len(numbers)))
    if not all(map(math.isfinite, three)):
        raise GradcamError(f"{what} cannot be {_short(three)}.", hint="Give finite numbers.")
    if max(map(abs, three)) > _LARGEST:
        raise GradcamError(
            f"{what} cannot be {_short(three)}: it applies to values in [0, 1].",
            hint="If it is meant for values in [0, 255], divide mean and std by 255.",
        )
    return three


def _named(what: str, given: Any, kind: Any) -> str:
    """Return one of the names of the Literal `kind`, in any capitals."""
    name = given.casefold() if isinstance(given, str) else given
    name = {"gray": "grey", "greyscale": "grey", "grayscale": "grey"}.get(name, name)
    names = get_args(kind)
    if name not in names:
        raise GradcamError(f"{given!r} is not {what}.", hint=f"Give one of {', '.join(names)}.")
    return str(name)


def _short(numbers: Iterable[float]) -> str:
    """Return one number for several that are equal, as Python would read it back."""
    found = tuple(int(n) if float(n).is_integer() else n for n in numbers)
    return repr(found[0] if len(set(found)) == 1 else found)
