"""Write gradcam/catalogue/keras.json from the installed Keras, without downloading anything.

    python tools/make_keras_catalogue.py

It runs every builder in keras.applications once (about a minute and 3 GB) and intercepts its
download, so addresses, checksums and sizes are Keras's own.
tests/gradcam/test_catalogue_keras.py fails if the two differ.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent.parent))
# Before Keras: torchvision loads Triton, whose LLVM crashes if TensorFlow's is already loaded.
from tools.make_catalogue import Families, Row, as_json, in_order, title, write

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow reads it only on import
import keras
from keras.src.utils import file_utils

Builder = Callable[..., keras.Model]
FLOAT32_BYTES = 4
CENTRE = 0.875  # crop / resize, as is customary for ImageNet; Keras specifies none

# Titles match those of make_catalogue.FAMILIES, so that a network has one name in both lists.
FAMILIES: Families = (
    (r"ConvNeXt(Tiny|Small|Base|Large)", "ConvNeXt {0}"),
    (r"ConvNeXtXLarge", "ConvNeXt XLarge"),
    (r"DenseNet(\d+)", "DenseNet-{0}"),
    (r"EfficientNetB(\d)", "EfficientNet-B{0}"),
    (r"EfficientNetV2(B\d|[SML])", "EfficientNet V2 {0}"),
    (r"InceptionV(\d)", "Inception V{0}"),
    (r"InceptionResNetV2", "Inception-ResNet V2"),
    (r"MobileNet", "MobileNet"),
    (r"MobileNetV2", "MobileNetV2"),
    (r"MobileNetV3(Small|Large)", "MobileNetV3 {0}"),
    (r"NASNet(Mobile|Large)", "NASNet {0}"),
    (r"ResNet(\d+)", "ResNet-{0}"),
    (r"ResNet(\d+)V2", "ResNet-{0} V2"),
    (r"VGG(\d+)", "VGG-{0}"),
    (r"Xception", "Xception"),
)

# Top-1 and top-5 percent, from the table at https://keras.io/api/applications, which has no top-5
# for ConvNeXt and no row for MobileNetV3.
ACCURACY: dict[str, tuple[float, float | None]] = {
    "ConvNeXtTiny": (81.3, None),
    "ConvNeXtSmall": (82.3, None),
    "ConvNeXtBase": (85.3, None),
    "ConvNeXtLarge": (86.3, None),
    "ConvNeXtXLarge": (86.7, None),
    "DenseNet121": (75.0, 92.3),
    "DenseNet169": (76.2, 93.2),
    "DenseNet201": (77.3, 93.6),
    "EfficientNetB0": (77.1, 93.3),
    "EfficientNetB1": (79.1, 94.4),
    "EfficientNetB2": (80.1, 94.9),
    "EfficientNetB3": (81.6, 95.7),
    "EfficientNetB4": (82.9, 96.4),
    "EfficientNetB5": (83.6, 96.7),
    "EfficientNetB6": (84.0, 96.8),
    "EfficientNetB7": (84.3, 97.0),
    "EfficientNetV2B0": (78.7, 94.3),
    "EfficientNetV2B1": (79.8, 95.0),
    "EfficientNetV2B2": (80.5, 95.1),
    "EfficientNetV2B3": (82.0, 95.8),
    "EfficientNetV2S": (83.9, 96.7),
    "EfficientNetV2M": (85.3, 97.4),
    "EfficientNetV2L": (85.7, 97.5),
    "InceptionResNetV2": (80.3, 95.3),
    "InceptionV3": (77.9, 93.7),
    "MobileNet": (70.4, 89.5),
    "MobileNetV2": (71.3, 90.1),
    "NASNetLarge": (82.5, 96.0),
    "NASNetMobile": (74.4, 91.9),
    "ResNet50": (74.9, 92.1),
    "ResNet101": (76.4, 92.8),
    "ResNet152": (76.6, 93.1),
    "ResNet50V2": (76.0, 93.0),
    "ResNet101V2": (77.2, 93.8),
    "ResNet152V2": (78.0, 94.2),
    "VGG16": (71.3, 90.1),
    "VGG19": (71.3, 90.0),
    "Xception": (79.0, 94.5),
}


@dataclass(frozen=True)
class Built:
    """What one builder reveals: its size, its input side, and the file it would have loaded.

    cached_as : the file's name in Keras's own cache.
    """

    parameters: int
    side: int
    url: str
    cached_as: str
    checksum: str


def builders() -> dict[str, Builder]:
    """Return every builder in keras.applications by name; its other members are modules."""
    return dict(inspect.getmembers(keras.applications, inspect.isfunction))


def application(builder: Builder) -> ModuleType:
    """Return the module that defines `builder` and its family's preprocess_input."""
    return sys.modules[builder.__module__]


def build(builder: Builder) -> Built:
    """Run `builder`, record the download it requests, and load nothing."""
    with (
        patch.object(file_utils, "get_file") as download,
        patch.object(keras.Model, "load_weights"),
    ):
        model = builder(weights="imagenet")
    cached_as, url = download.call_args.args
    # MobileNetV3 takes any size; its weights were trained at 224 pixels, as their name says.
    side = model.input_shape[1] or 224
    file_hash = download.call_args.kwargs.get("file_hash")
    keras.utils.clear_session()  # otherwise forty networks stay in memory
    return Built(model.count_params(), side, url, cached_as, checksum(file_hash))


def checksum(file_hash: str | None) -> str:
    """Convert `2cb95161…` to `md5:2cb95161…`; "" if Keras has none (MobileNet, MobileNetV2)."""
    if not file_hash:
        return ""
    return f"{ {32: 'md5', 64: 'sha256'}[len(file_hash)] }:{file_hash}"


def preprocessing(builder: Builder, side: int) -> Row:
    """Describe the family's preprocess_input in the fields of gradcam.types.Preprocessing."""
    mean, std, channels = probe(application(builder).preprocess_input)
    return {
        "resize": round(side / CENTRE),
        "crop": [side, side],
        "mean": mean,
        "std": std,
        "interpolation": "bilinear",
        "channels": channels,
    }


def probe(
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> tuple[list[float], list[float], str]:
    """Return mean, std (red, green, blue, for values in [0, 1]) and channel order of `function`.

    A black pixel gives the offsets. Pure red, green and blue pixels each give one slope, and the
    slope's position gives the channel order.

    Raises
    ------
    ValueError : `function` is more than one scale and one offset per channel.
    """
    black, *colours = (function(255 * pixel) for pixel in (np.zeros(3), *np.eye(3)))
    slopes = np.array(colours) - black
    for channels, step in (("rgb", 1), ("bgr", -1)):
        scale, offset = slopes[:, ::step].diagonal(), black[::step]
        if scale.all() and np.array_equal(slopes[:, ::step], np.diag(scale)):
            return tidy((0 - offset) / scale), tidy(1 / scale), channels
    raise ValueError("This preprocess_input mixes the channels.")


def tidy(values: NDArray[np.float64]) -> list[float]:
    """Drop the last digits, which are rounding noise beyond float32's precision."""
    return [float(f"{value:.12g}") for value in values]


def row(name: str, builder: Builder) -> Row:
    """Return the catalogue's row for one builder."""
    built = build(builder)
    top1, top5 = ACCURACY.get(name, (None, None))
    return {
        "id": f"keras/{name}",
        "title": title(name, FAMILIES),
        "parameters": built.parameters,
        "top1": top1,
        "top5": top5,
        # Approximate: Keras publishes no sizes, and files hold little besides float32 parameters.
        "download_bytes": built.parameters * FLOAT32_BYTES,
        "url": built.url,
        "checksum": built.checksum,
        # Keras renames NASNet's files.
        **({} if built.url.endswith(f"/{built.cached_as}") else {"cached_as": built.cached_as}),
        "weights": "imagenet",
        "labels": "imagenet",
        "preprocessing": preprocessing(builder, built.side),
        "note": "",
    }


def rows() -> list[Row]:
    """Return rows for all Keras applications by family, smallest first."""
    return in_order({name: row(name, builder) for name, builder in builders().items()}, FAMILIES)


if __name__ == "__main__":
    write("keras.json", as_json(rows()))
