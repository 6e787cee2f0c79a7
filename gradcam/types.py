"""The nouns, with their shapes stated once. Nothing of this package is imported here.

Shapes use N images, K classes, C channels, (h, w) a layer's own resolution, (H, W) the photo's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Photo = NDArray[np.uint8]  # (H, W, 3) RGB, upright
Floats = NDArray[np.float32]
Framework = Literal["torch", "keras", "numpy"]
Source = Literal["bundled", "torchvision", "keras", "file", "memory"]
Fit = Literal["crop", "squash", "pad"]
Sign = Literal["for", "against", "both", "abs"]
Fusion = Literal["max", "mean", "product"]
FITS: tuple[Fit, ...] = ("crop", "squash", "pad")
SIGNS: tuple[Sign, ...] = ("for", "against", "both", "abs")
FUSIONS: tuple[Fusion, ...] = ("max", "mean", "product")


@dataclass(frozen=True)
class Preprocessing:
    """How RGB becomes model input.

    The shorter side is resized to `resize` pixels by `interpolation`, the middle `(height, width)`
    = `crop` is kept, values go to [0, 1], then `(x - mean) / std`, `mean` and `std` in the order
    red, green, blue. `channels` is what the model was trained on: "bgr" turns the result round,
    "grey" takes the luminance (ITU-R 601) thrice.
    """

    resize: int = 256
    crop: tuple[int, int] = (224, 224)
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    interpolation: Literal["bilinear", "bicubic"] = "bilinear"
    channels: Literal["rgb", "bgr", "grey"] = "rgb"


@dataclass(frozen=True)
class Window:
    """Where the model's input lies in the photo, in photo pixels (x right, y down).

    `left`, `top`, `right` and `bottom` are edges, not pixel centres: the whole photo is
    (0, 0, W, H). Padding makes it reach outside.
    """

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class ModelInput:
    """What the model sees of a photo.

    values : float32 (h_in, w_in, 3), normalised.
    window : what part of the photo that is.
    """

    values: Floats
    window: Window


@dataclass(frozen=True)
class Layer:
    """One place in the network that can be explained.

    `name` is what `explain` takes, `kind` the framework's type; `shape` is (C, h, w) whatever the
    framework's own order; `stage` marks the last layer of each resolution (the short list),
    `recommended` the one to begin with.
    """

    name: str
    shape: tuple[int, int, int]
    kind: str
    stage: bool = False
    recommended: bool = False


@dataclass(frozen=True)
class Prediction:
    """A class, by `index` and `label`, and what the model gives it.

    `probability` is softmax, or sigmoid for a multi-label model; `logit` is before either.
    """

    index: int
    label: str
    probability: float
    logit: float


@dataclass(frozen=True)
class ModelSpec:
    """One row of the catalogue: pure data, nothing is imported or loaded to read it.

    id : what `gradcam.load_model` takes; `title` is what people read.
    framework, source : what runs it, and where it comes from.
    parameters : how many numbers it learnt.
    preprocessing : how RGB becomes its input.
    labels : the name of the list its classes are called by.
    top1, top5 : percent on the model's own validation set.
    download_bytes : 0 for what ships with the project; `url` is where the rest is fetched.
    checksum : "sha256:…" or "md5:…" of the file or the beginning of one, "" where there is none.
    cached_as : the file's name in the framework's own cache, where it is not the URL's.
    note : a sentence worth knowing, or "".
    """

    id: str
    title: str
    framework: Framework
    source: Source
    parameters: int
    preprocessing: Preprocessing
    labels: str
    top1: float | None = None
    top5: float | None = None
    download_bytes: int = 0
    url: str = ""
    checksum: str = ""
    cached_as: str = ""
    note: str = ""

    @property
    def filename(self) -> str:
        """The weights' file name, as torchvision and Keras name it in their own caches."""
        return self.cached_as or self.url.rsplit("/", 1)[-1]
