"""The nouns, with their shapes stated once.

Shapes use N images, K classes, C channels, (h, w) a layer's own resolution, (H, W) the photo's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

Photo = NDArray[np.uint8]  # (H, W, 3) RGB, upright
Floats = NDArray[np.float32]
Framework = Literal["torch", "keras", "numpy"]
Source = Literal["bundled", "torchvision", "keras", "file", "memory"]
Fit = Literal["crop", "squash", "pad"]
Activation = Literal["relu", "none", "abs", "against"]
ACTIVATIONS: tuple[Activation, ...] = ("relu", "none", "abs", "against")
FITS: tuple[Fit, ...] = ("crop", "squash", "pad")


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


@dataclass(frozen=True)
class SaliencyMap:
    """One class seen from one layer.

    values : float32 (h, w), signed and unscaled, in units of (logit change)·(activation).
    prediction : the class that is explained.
    layer, method : the layer's name (of fused layers: all, joined by " + "), the method's key.
    photo_size : (H, W) of the photo, and `window` where the model's view lies in it.
    activation : what is made of the sign when the map is drawn: "relu" shows what speaks for the
        class, "against" what speaks against it, "none" keeps both signs, "abs" adds them.
    parameters : the method's own, such as the number of noisy copies; what the method settled
        itself (how many channels there were) is under "asked" as it was asked, too.
    uniform_gradient : the gradient is the same at every position, so that Grad-CAM, HiResCAM and
        XGrad-CAM are the same map by theory.
    """

    values: Floats
    prediction: Prediction
    layer: str
    method: str
    window: Window
    photo_size: tuple[int, int]
    activation: Activation = "relu"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    uniform_gradient: bool = False

    @property
    def peak(self) -> float:
        """The largest value after `activation`, unscaled; what a shared scale is made of."""
        if self.activation == "relu":
            return float(self.values.max())
        if self.activation == "against":
            return float(-self.values.min())
        return float(np.abs(self.values).max())

    @property
    def empty_reason(self) -> str:
        """Why nothing would be drawn, or '' when there is something to draw."""
        if not self.values.any():
            return "The gradient of this class is zero at this layer."
        if self.peak <= 0 and self.activation == "against":
            return "No evidence against this class at this layer."
        if self.peak <= 0:
            return "No positive evidence for this class at this layer."
        return ""

    def heat(self, *, scale: float | None = None) -> Floats:
        """float32 (h, w) after `activation`, divided by `scale` (default: own peak).

        In [0, 1], or with activation "none" in [-1, 1].
        """
        from gradcam import saliency

        return saliency.heat(self.values, scale, self.activation)

    def on_image(self, *, scale: float | None = None) -> Floats:
        """float32 (H, W): `heat` at `scale`, upsampled and placed over the photo, 0 outside."""
        from gradcam import saliency

        return saliency.place(self.heat(scale=scale), self.window, self.photo_size)


@dataclass(frozen=True)
class Explanation:
    """What `explain` returns for one image.

    photo : uint8 (H, W, 3), upright; `photo_digest` is the SHA-256 of its shape and pixels.
    model, model_digest : the classifier's id, and the SHA-256 of its architecture and weights.
    fit, preprocessing : how the photo became the model's input.
    maps : one per asked layer and class, layers outermost, each in the order asked
        (classes: most probable first when none were named).
    predictions : the most probable classes, best first.
    versions : of Python and of the packages at hand.
    """

    photo: Photo = field(repr=False)
    photo_digest: str
    model: str
    model_digest: str
    fit: Fit
    preprocessing: Preprocessing
    predictions: tuple[Prediction, ...]
    maps: tuple[SaliencyMap, ...]
    versions: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def photo_size(self) -> tuple[int, int]:
        """(H, W) of the photo that was explained, also where `photo` is a smaller copy of it."""
        if self.maps:
            return self.maps[0].photo_size
        return self.photo.shape[0], self.photo.shape[1]

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """The layers the maps come from, in the order asked."""
        return tuple(dict.fromkeys(m.layer for m in self.maps))

    def save(
        self,
        folder: str | Path,
        *,
        colormap: str = "turbo",
        alpha: float = 0.6,
        threshold: float = 0.0,
        scale: Literal["each", "shared"] | float = "each",
        pictures: bool = True,
    ) -> list[Path]:
        """Write pictures, numbers and manifest.json; their paths.

        folder, colormap, alpha, threshold, scale, pictures : as for `gradcam.files.save`.
        """
        from gradcam import files as export

        return export.save(
            self,
            folder,
            colormap=colormap,
            alpha=alpha,
            threshold=threshold,
            scale=scale,
            pictures=pictures,
        )

    def to_zip(
        self,
        *,
        colormap: str = "turbo",
        alpha: float = 0.6,
        threshold: float = 0.0,
        scale: Literal["each", "shared"] | float = "each",
    ) -> bytes:
        """What `save` writes, as one ZIP: its bytes.

        colormap, alpha, threshold, scale : as for `gradcam.files.archive`.
        """
        from gradcam import files as export

        return export.archive(
            [self], colormap=colormap, alpha=alpha, threshold=threshold, scale=scale
        )
