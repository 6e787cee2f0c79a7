"""The package's basic types and their shapes; this module imports nothing else from the package.

Shapes use N images, K classes, C channels, (h, w) for a layer's resolution, (H, W) for the photo's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Photo = NDArray[np.uint8]  # (H, W, 3) RGB, upright
Floats = NDArray[np.float32]
Framework = Literal["torch", "keras", "numpy"]
Source = Literal["bundled", "torchvision", "keras", "timm", "huggingface", "file", "memory"]
Fit = Literal["crop", "squash", "pad"]
Sign = Literal["for", "against", "both", "abs"]
Fusion = Literal["max", "mean", "product"]
FITS: tuple[Fit, ...] = ("crop", "squash", "pad")
SIGNS: tuple[Sign, ...] = ("for", "against", "both", "abs")
FUSIONS: tuple[Fusion, ...] = ("max", "mean", "product")


@dataclass(frozen=True)
class Preprocessing:
    """How an RGB photo is turned into model input.

    The shorter side is resized to `resize` pixels with `interpolation`, or the photo stretched to
    (height, width) if that is what `resize` holds; the centre is cropped to `crop` = (height,
    width), and values in [0, 1] become `(x - mean) / std`, with `mean` and `std`
    in the order red, green, blue. `channels` is what the model was trained on: "bgr" reverses the
    channel order, "grey" repeats the luminance (ITU-R 601) three times.
    """

    resize: int | tuple[int, int] = 256
    crop: tuple[int, int] = (224, 224)
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    interpolation: Literal["bilinear", "bicubic"] = "bilinear"
    channels: Literal["rgb", "bgr", "grey"] = "rgb"


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
    """

    values: Floats
    window: Window


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Prediction:
    """The model's score for one class, given by `index` and `label`.

    `probability` is the softmax, or the sigmoid for a multi-label model; `logit` is the value
    before it.
    """

    index: int
    label: str
    probability: float
    logit: float


@dataclass(frozen=True)
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
    preprocessing: Preprocessing
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
